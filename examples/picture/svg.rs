//! Draws screens of a terminal as SVG: text stays text, every run of one style stands in its cells whatever font is there.

use std::fmt::Write;
use std::num::NonZero;

use vt100::{Cell, Color, Parser, Screen};

use crate::palette::Palette;
use crate::session::{COLUMNS, Moment, ROWS};

const CELL_WIDTH: f64 = 8.4;
const LINE_HEIGHT: u16 = 19;
const MARGIN: u16 = 16;
const BAR: u16 = 30;
const GAP: u16 = 18;
const WIDTH: u16 = 756;

const STYLE: &str = "text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;white-space:pre}\
.b{font-weight:700}.d{opacity:.7}.u{text-decoration:underline}";

/// One window for each moment, below each other.
pub(crate) fn draw(moments: &[Moment], palette: &Palette) -> String {
    let mut windows = String::new();
    let mut top = 0;
    for moment in moments {
        top += window(&mut windows, moment, top) + GAP;
    }
    let height = top - GAP + 2;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-1 -1 {} {height}\" width=\"{}\" height=\"{height}\" role=\"img\" aria-labelledby=\"t\">\n\
         <title id=\"t\">hf auth in a terminal: the login with the browser, status, run</title>\n\
         <style>{STYLE}{}</style>\n{windows}</svg>\n",
        WIDTH + 2,
        WIDTH + 2,
        colours_of(palette),
    )
}

fn colours_of(palette: &Palette) -> String {
    let Palette {
        text, window, border, ..
    } = palette;
    let mut style = format!("text,.k{{fill:{text}}}.w{{fill:{window};stroke:{border}}}");
    for (index, colour) in (1..).zip(palette.colours) {
        let _ = write!(style, ".c{index}{{fill:{colour}}}");
    }
    style
}

/// Draws one window, without the rows that are empty at the end, and gives its height.
fn window(svg: &mut String, moment: &Moment, top: u16) -> u16 {
    let mut parser = Parser::new(cells(ROWS), cells(COLUMNS), 0);
    parser.process(&moment.bytes);
    let screen = parser.screen();
    let mut lines = screen.rows(0, COLUMNS).zip(0..);
    let first = lines.find_map(|(line, row)| line.starts_with(moment.from).then_some(row));
    let first = first.expect("the line is on the screen");
    let last = (first..ROWS).rev().find(|&row| !runs_of(screen, row).is_empty());
    let rows = last.map_or(1, |last| last + 1 - first);
    let height = BAR + rows * LINE_HEIGHT + MARGIN;
    let _ = writeln!(svg, "<g transform=\"translate(0 {top})\">");
    let _ = writeln!(
        svg,
        "<rect class=\"w\" width=\"{WIDTH}\" height=\"{height}\" rx=\"9\"/>"
    );
    for (place, colour) in [(18, "#ff5f57"), (36, "#febc2e"), (54, "#28c840")] {
        let _ = writeln!(svg, "<circle cx=\"{place}\" cy=\"16\" r=\"5.5\" fill=\"{colour}\"/>");
    }
    for row in 0..rows {
        let baseline = BAR + row * LINE_HEIGHT + 14;
        for run in runs_of(screen, first + row) {
            run.draw(svg, baseline);
        }
    }
    if !screen.hide_cursor() {
        let (row, column) = screen.cursor_position();
        let (x, y) = (left_of(column), BAR + (row - first) * LINE_HEIGHT);
        let _ = writeln!(svg, "<rect class=\"k\" x=\"{x}\" y=\"{y}\" width=\"8\" height=\"17\"/>");
    }
    svg.push_str("</g>\n");
    height
}

/// Neighbours in a row that look the same.
struct Run {
    column: u16,
    width: u16,
    class: String,
    text: String,
}

impl Run {
    fn draw(&self, svg: &mut String, baseline: u16) {
        let escaped = self.text.replace('&', "&amp;").replace('<', "&lt;");
        let class = match self.class.as_str() {
            "" => String::new(),
            class => format!(" class=\"{class}\""),
        };
        let length = rounded(f64::from(self.width) * CELL_WIDTH);
        let x = left_of(self.column);
        let _ = writeln!(
            svg,
            "<text{class} x=\"{x}\" y=\"{baseline}\" textLength=\"{length}\">{escaped}</text>"
        );
    }
}

/// The words of a row: blanks between them are left out, because a renderer may drop them.
fn runs_of(screen: &Screen, row: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for column in 0..COLUMNS {
        let Some(cell) = screen.cell(row, column) else { continue };
        if cell.contents().trim().is_empty() {
            continue;
        }
        let width = if cell.is_wide() { 2 } else { 1 };
        let class = class_of(cell);
        match runs.last_mut() {
            Some(last) if last.class == class && last.column + last.width == column => {
                last.text.push_str(cell.contents());
                last.width += width;
            }
            _ => runs.push(Run {
                column,
                width,
                class,
                text: cell.contents().to_owned(),
            }),
        }
    }
    runs
}

fn class_of(cell: &Cell) -> String {
    let mut classes = Vec::new();
    if let Color::Idx(index @ 1..=15) = cell.fgcolor() {
        classes.push(format!("c{index}"));
    }
    for (holds, class) in [(cell.bold(), "b"), (cell.dim(), "d"), (cell.underline(), "u")] {
        if holds {
            classes.push(class.to_owned());
        }
    }
    classes.join(" ")
}

fn left_of(column: u16) -> String {
    rounded(f64::from(MARGIN) + f64::from(column) * CELL_WIDTH)
}

/// One digit behind the point at most.
fn rounded(length: f64) -> String {
    let text = format!("{length:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).expect("a terminal has rows and columns")
}
