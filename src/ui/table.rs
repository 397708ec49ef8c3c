//! The reference's table: one space between columns, a line of dashes under the headers, every column padded. Columns
//! align by what a terminal shows, not by the number of characters.

use unicode_width::UnicodeWidthStr;

/// The table's lines. Cells are expected to be escaped. The rows are gone through twice, so that they need not all be held.
pub(super) fn lines(headers: &[&str], rows: impl Iterator<Item = Vec<String>> + Clone) -> impl Iterator<Item = String> {
    let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
    let mut widths: Vec<usize> = headers.iter().map(|header| header.width()).collect();
    for row in rows.clone() {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.width().max(*width);
        }
    }
    let dashes = widths.iter().map(|width| "-".repeat(*width)).collect();
    [headers, dashes]
        .into_iter()
        .chain(rows)
        .map(move |row| line(&row, &widths))
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let mut text = String::new();
    for (index, (cell, width)) in cells.iter().zip(widths).enumerate() {
        text.push_str(if index == 0 { "" } else { " " });
        text.push_str(cell);
        text.extend(std::iter::repeat_n(' ', width - cell.width()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_names_keep_the_columns_straight() {
        let rows = [["", "日本"], ["*", "laptop"]].map(|row| row.map(str::to_owned).to_vec());
        let lines: Vec<String> = lines(&[" ", "name"], rows.into_iter()).collect();
        assert_eq!(lines, ["  name  ", "- ------", "  日本  ", "* laptop"]);
    }
}
