//! Draws screens of a terminal as SVG: text stays text, every run of one style stands in its cells whatever font is there.

use std::fmt::Write;
use std::num::NonZero;

use vt100::{Cell, Color, Parser, Screen};

use crate::session::{COLUMNS, Moment, ROWS};

const CELL_WIDTH: f64 = 8.4;
const LINE_HEIGHT: u16 = 19;
const MARGIN: u16 = 16;
const BAR: u16 = 30;
const GAP: u16 = 18;
const WIDTH: u16 = 704;

const STYLE: &str = "text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#d6deeb;white-space:pre}\
.b{font-weight:700}.d{opacity:.6}.u{text-decoration:underline}\
.c1{fill:#ff6b74}.c2{fill:#5fd38d}.c3{fill:#f2cc60}.c4{fill:#79b8ff}.c5{fill:#d2a8ff}.c6{fill:#56d4dd}.c7{fill:#d6deeb}\
.c8{fill:#8b98a9}.c9{fill:#ff8f96}.c10{fill:#85e0a8}.c11{fill:#f7dc8c}.c12{fill:#a5cdff}.c13{fill:#e2c5ff}\
.c14{fill:#89e4ea}.c15{fill:#fff}\
.w{fill:#10161f;stroke:#3d4a5c}.k{fill:#d6deeb}";

/// One window for each moment, below each other.
pub(crate) fn draw(moments: &[Moment]) -> String {
    let mut windows = String::new();
    let mut top = 0;
    for moment in moments {
        top += window(&mut windows, moment, top) + GAP;
    }
    let height = top - GAP + 2;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-1 -1 {} {height}\" width=\"{}\" height=\"{height}\" role=\"img\" aria-labelledby=\"t\">\n\
         <title id=\"t\">hf auth in a terminal: login, list, the menu of switch, whoami</title>\n\
         <style>{STYLE}</style>\n{windows}</svg>\n",
        WIDTH + 2,
        WIDTH + 2,
    )
}

/// Draws one window, without the rows that are empty at the end, and gives its height.
fn window(svg: &mut String, moment: &Moment, top: u16) -> u16 {
    let mut parser = Parser::new(cells(ROWS), cells(COLUMNS), 0);
    parser.process(&moment.bytes);
    let screen = parser.screen();
    let mut lines = screen.rows(0, COLUMNS).zip(0..);
    let first = lines.find_map(|(line, row)| line.starts_with(&moment.from).then_some(row));
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
