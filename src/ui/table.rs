//! The reference's table: one space between columns, a line of dashes under the headers, every column padded. Columns
//! align by what a terminal shows, not by the number of characters.

use unicode_width::UnicodeWidthStr;

/// The table's lines, without a final line break. Cells are expected to be escaped.
pub(super) fn render(headers: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].width());
        cells.chain([headers[column].width()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..headers.len()).map(width).collect();
    let dashes = widths.iter().map(|width| "-".repeat(*width));
    let dashes: Vec<String> = dashes.collect();
    let line_length = widths.iter().sum::<usize>() + widths.len();
    let mut text = String::with_capacity(line_length * (rows.len() + 2));
    add_line(&mut text, headers, &widths);
    add_line(&mut text, &dashes, &widths);
    rows.iter().for_each(|row| add_line(&mut text, row, &widths));
    text.pop();
    text
}

fn add_line(text: &mut String, cells: &[impl AsRef<str>], widths: &[usize]) {
    for (index, (cell, width)) in cells.iter().zip(widths).enumerate() {
        let cell = cell.as_ref();
        text.push_str(if index == 0 { "" } else { " " });
        text.push_str(cell);
        text.extend(std::iter::repeat_n(' ', width - cell.width()));
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_names_keep_the_columns_straight() {
        let rows = [["", "日本"], ["*", "laptop"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(render(&[" ", "name"], &rows), "  name  \n- ------\n  日本  \n* laptop");
    }
}
