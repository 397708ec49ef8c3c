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
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded = cells
            .zip(&widths)
            .map(|(cell, width)| format!("{cell}{}", " ".repeat(width - cell.width())));
        padded.collect::<Vec<_>>().join(" ")
    };
    let dashes: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    let mut lines = vec![
        line(&mut headers.iter().copied()),
        line(&mut dashes.iter().map(String::as_str)),
    ];
    lines.extend(rows.iter().map(|row| line(&mut row.iter().map(String::as_str))));
    lines.join("\n")
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
