//! What of a menu is on the screen, and how to take it away again: also after the window has become narrower and the terminal
//! has broken the lines anew, as some do and others do not.

use std::io;

use console::Term;

use super::Menu;
use crate::ui::keys::Keys;
use crate::ui::output::Output;

/// The lines on the screen; the cursor is at the end of the last one, which is filled up to be the widest.
pub(super) struct Drawing<'a> {
    pub(super) terminal: &'a Term,
    output: &'a Output,
    widths: Vec<usize>,
    size: (u16, u16),
}

impl<'a> Drawing<'a> {
    pub(super) fn new(terminal: &'a Term, output: &'a Output) -> Self {
        Drawing {
            terminal,
            output,
            widths: Vec::new(),
            size: terminal.size(),
        }
    }

    pub(super) fn is_resized(&self) -> bool {
        self.terminal.size() != self.size
    }

    /// Draws it in place of what is there.
    pub(super) fn draw(&mut self, menu: &mut Menu, keys: &mut Keys) -> io::Result<()> {
        self.erase(keys)?;
        self.size = self.terminal.size();
        let (height, width) = self.size;
        let lines = menu.frame(usize::from(width), usize::from(height));
        self.widths = lines.iter().map(super::frame::Line::width).collect();
        let widest = self.widths.iter().max().copied().unwrap_or(0);
        for (number, line) in lines.iter().enumerate() {
            self.terminal.write_str(if number == 0 { "" } else { "\n" })?;
            self.terminal.write_str(&line.painted(self.output))?;
        }
        if let Some(last) = self.widths.last_mut() {
            self.terminal.write_str(&" ".repeat(widest - *last))?;
            *last = widest;
        }
        self.terminal.flush()
    }

    /// Takes it away.
    pub(super) fn clear(&mut self, keys: &mut Keys) -> io::Result<()> {
        self.erase(keys)?;
        self.terminal.flush()
    }

    fn erase(&mut self, keys: &mut Keys) -> io::Result<()> {
        let widths = std::mem::take(&mut self.widths);
        let Some(widest) = widths.last().copied() else {
            return Ok(());
        };
        let width = usize::from(self.terminal.size().1).max(1);
        // Where no line is broken it does not matter whether the terminal would.
        let column = match self.is_resized() && width <= widest {
            true => keys.cursor_column(self.terminal)?,
            false => None,
        };
        let above = rows_above(&widths, width, column);
        self.terminal.write_str("\r")?;
        self.terminal.move_cursor_up(above)?;
        self.terminal.clear_to_end_of_screen()
    }
}

/// How far the first row is above the cursor, which was at the end of the last line, the widest, and is in this column (from 1)
/// of a window of this width. A terminal that cuts has left it in the last column; without an answer it counts as such a one.
fn rows_above(widths: &[usize], width: usize, column: Option<usize>) -> usize {
    let Some((last, others)) = widths.split_last() else {
        return 0;
    };
    let end = last % width;
    let has_cut = column.is_none_or(|column| column >= width && end != 0 && end != width - 1);
    if has_cut || *last < width {
        return others.len();
    }
    let broken: usize = others.iter().map(|line| line.div_ceil(width).max(1)).sum();
    // At the very edge the cursor waits in the last column for what comes.
    let is_waiting = end == 0 && column.is_some_and(|column| column >= width);
    broken + last / width - usize::from(is_waiting)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_row_is_found_in_terminals_that_break_lines_and_in_those_that_cut() {
        let widths = [63, 6, 57, 63];
        for (width, column, above) in [
            (80, None, 3),
            (64, None, 3),
            // Broken: 3 + 1 + 2 rows, and two of the last line.
            (30, Some(4), 3 + 1 + 2 + 2),
            // Cut.
            (30, Some(30), 3),
            (30, None, 3),
            // Broken at the edge, by both kinds of terminals.
            (21, Some(21), 3 + 1 + 3 + 2),
            (21, Some(1), 3 + 1 + 3 + 3),
            (32, Some(32), 2 + 1 + 2 + 1),
        ] {
            assert_eq!(rows_above(&widths, width, column), above, "{width} {column:?}");
        }
        assert_eq!((rows_above(&[], 80, None), rows_above(&[10], 5, Some(1))), (0, 2));
    }
}
