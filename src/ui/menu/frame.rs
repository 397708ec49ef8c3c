//! What a menu looks like in a window of some size: every line is measured before it is coloured, and none is as wide as
//! the window. In a low window the choices go before what is said about them.

use console::truncate_str;
use unicode_width::UnicodeWidthStr;

use super::Menu;
use crate::ui::output::{Output, Style};
use crate::ui::text::escape;

const INDENT: &str = "  ";
/// The reference's words.
const KEYS: &str = "[Use arrows, Enter to confirm]";

/// One line, as parts that are coloured each for itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line(Vec<(Option<Style>, String)>);

impl Line {
    fn of(style: impl Into<Option<Style>>, text: impl Into<String>) -> Self {
        Line::default().and(style, text)
    }

    fn and(mut self, style: impl Into<Option<Style>>, text: impl Into<String>) -> Self {
        self.0.push((style.into(), text.into()));
        self
    }

    pub(super) fn width(&self) -> usize {
        self.0.iter().map(|(_, text)| text.width()).sum()
    }

    fn text(&self) -> String {
        self.0.iter().map(|(_, text)| text.as_str()).collect()
    }

    pub(super) fn painted(&self, output: &Output) -> String {
        let parts = self.0.iter().map(|(style, text)| match style {
            Some(style) => output.styled(*style, text),
            None => text.clone(),
        });
        parts.collect()
    }
}

impl Menu<'_> {
    /// The lines for a window, and which choices it has room for.
    pub(super) fn frame(&mut self, width: usize, height: usize) -> Vec<Line> {
        let width = width.saturating_sub(1).max(1);
        let height = height.saturating_sub(1).max(1);
        let question = wrapped(&format!("? {}", self.question), width, Style::Bold);
        let with_keys = with_keys(question.clone(), width);
        // Measured with the longest range that it can name, so that its height stays as the mark moves.
        let notes = wrapped(
            &self.note(Some((self.choices.len(), self.choices.len()))),
            width,
            Style::Gray,
        );
        let first_line = question[..1].to_vec();
        let heads = [
            (&with_keys, notes.len()),
            (&question, notes.len()),
            (&with_keys, 0),
            (&question, 0),
            (&first_line, 0),
        ];
        let room = |(head, notes): &(&Vec<Line>, usize)| height.saturating_sub(head.len() + notes);
        let wanted = self.shown.len().max(1);
        let fitting = heads.iter().find(|head| room(head) >= wanted);
        let chosen = fitting.or_else(|| heads.iter().find(|head| room(head) > 0));
        let (mut lines, has_note, rows) = match chosen {
            Some(head) => (head.0.clone(), head.1 > 0, room(head)),
            None => (Vec::new(), false, height),
        };
        self.scroll(rows);
        let visible = self.shown.iter().enumerate().skip(self.top).take(rows);
        lines.extend(visible.map(|(place, index)| self.choice(*index, place == self.marked, width)));
        if has_note {
            let range = (self.shown.len() > rows).then(|| (self.top + 1, (self.top + rows).min(self.shown.len())));
            lines.extend(wrapped(&self.note(range), width, Style::Gray));
        }
        lines
    }

    fn scroll(&mut self, rows: usize) {
        self.rows = rows;
        let last_top = self.shown.len().saturating_sub(rows);
        let lowest = (self.marked + 1).saturating_sub(rows);
        self.top = self.top.clamp(lowest, self.marked.max(lowest)).min(last_top);
    }

    fn choice(&self, index: usize, is_marked: bool, width: usize) -> Line {
        let mut line = match is_marked {
            true => Line::of(Style::Green, "> "),
            false => Line::of(None, INDENT),
        };
        if !self.has_filter() {
            line = line.and(Style::Gray, format!("{}. ", index + 1));
        }
        let name = &self.choices[index];
        let room = width.saturating_sub(line.width());
        let mark = match self.active == Some(index) {
            false => "",
            true if name.width() + " (active)".len() <= room => " (active)",
            true => " *",
        };
        let name = truncate_str(name, room.saturating_sub(mark.len()), "…");
        let line = line.and(is_marked.then_some(Style::Bold), name);
        let line = if mark.is_empty() {
            line
        } else {
            line.and(Style::Green, mark)
        };
        match line.width() <= width {
            true => line,
            // A window of a few columns.
            false => Line::of(None, truncate_str(&line.text(), width, "")),
        }
    }

    /// What there is to know below the choices.
    fn note(&self, range: Option<(usize, usize)>) -> String {
        let count = self.shown.len();
        let range = range.map(|(first, last)| format!("{first}-{last} of {count}"));
        if !self.filter.is_empty() {
            let found = match count {
                0 => "nothing".to_owned(),
                _ => range.unwrap_or_else(|| format!("{count} of {}", self.choices.len())),
            };
            return format!("{INDENT}\"{}\": {found}, Esc clears", escape(&self.filter));
        }
        let how = match self.choices.len() {
            _ if self.has_filter() => "type to filter".to_owned(),
            1 => "1 picks".to_owned(),
            count => format!("1-{count} picks"),
        };
        let parts = range.into_iter().chain([how, "Esc stops".to_owned()]);
        format!("{INDENT}{}", parts.collect::<Vec<_>>().join(", "))
    }
}

/// The question with the keys behind it, or below it where they do not fit.
fn with_keys(mut question: Vec<Line>, width: usize) -> Vec<Line> {
    let keys = format!("{INDENT}{KEYS}");
    match question.pop() {
        Some(last) if last.width() + keys.len() <= width => question.push(last.and(Style::Gray, keys)),
        last => {
            question.extend(last);
            question.extend(wrapped(&keys, width, Style::Gray));
        }
    }
    question
}

/// Words in as many lines as they need; all but the first are indented. A word that is too long is cut.
fn wrapped(text: &str, width: usize, style: Style) -> Vec<Line> {
    let mut lines = Vec::new();
    let indent = if text.starts_with(INDENT) { INDENT } else { "" };
    let mut line = indent.to_owned();
    for word in text.split_whitespace() {
        let gap = usize::from(!line.trim().is_empty());
        if gap == 1 && line.width() + 1 + word.width() > width {
            lines.push(std::mem::replace(&mut line, INDENT.to_owned()));
        } else if gap == 1 {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    let fit = |line: String| Line::of(style, truncate_str(&line, width, "…"));
    lines.into_iter().map(fit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(lines: &[Line]) -> String {
        lines.iter().map(Line::text).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn no_line_reaches_the_edge_and_one_choice_is_always_there() {
        let names = ["a", "日本日本日本日本日本日本日本日本", &"long".repeat(30)].map(str::to_owned);
        let many: Vec<String> = (0..40)
            .map(|number| format!("t{number} {}", names[number % 3]))
            .collect();
        for choices in [&names[..], &names[..1], &many] {
            for width in 1..130 {
                for height in 1..12 {
                    let mut menu = Menu::new("How would you like to log in?", choices, Some(choices.len() - 1));
                    let lines = menu.frame(width, height);
                    assert!(lines.len() < height.max(2), "{width}x{height}");
                    let widest = lines.iter().map(Line::width).max().unwrap();
                    assert!(widest < width.max(2), "{width}x{height}\n{}", text(&lines));
                    assert!(text(&lines).contains('>'), "{width}x{height}\n{}", text(&lines));
                }
            }
        }
    }

    #[test]
    fn words_are_wrapped_and_none_is_lost_from_twenty_columns_on() {
        let choices = ["Log in with your browser", "Paste an access token"].map(str::to_owned);
        let mut menu = Menu::new("How would you like to log in?", &choices, None);
        assert_eq!(
            text(&menu.frame(20, 24)),
            "? How would you\n  like to log in?\n  [Use arrows,\n  Enter to confirm]\n> 1. Log in with y…\n  2. Paste an acce…\n  1-2 picks, Esc\n  stops"
        );
        assert_eq!(
            text(&menu.frame(40, 24)),
            "? How would you like to log in?\n  [Use arrows, Enter to confirm]\n> 1. Log in with your browser\n  2. Paste an access token\n  1-2 picks, Esc stops"
        );
        for width in [64, 79, 80, 81, 120] {
            assert_eq!(
                text(&menu.frame(width, 24)),
                "? How would you like to log in?  [Use arrows, Enter to confirm]\n> 1. Log in with your browser\n  2. Paste an access token\n  1-2 picks, Esc stops",
                "{width}"
            );
        }
    }

    #[test]
    fn a_low_window_keeps_the_choices() {
        let choices = ["a", "b", "c"].map(str::to_owned);
        let mut menu = Menu::new("Which?", &choices, Some(1));
        for (height, expected) in [
            (
                6,
                "? Which?  [Use arrows, Enter to confirm]\n  1. a\n> 2. b (active)\n  3. c\n  1-3 picks, Esc stops",
            ),
            (
                5,
                "? Which?  [Use arrows, Enter to confirm]\n  1. a\n> 2. b (active)\n  3. c",
            ),
            (
                4,
                "? Which?  [Use arrows, Enter to confirm]\n> 2. b (active)\n  2-2 of 3, 1-3 picks, Esc stops",
            ),
            (3, "? Which?  [Use arrows, Enter to confirm]\n> 2. b (active)"),
            (2, "> 2. b (active)"),
            (1, "> 2. b (active)"),
        ] {
            assert_eq!(text(&menu.frame(60, height)), expected, "{height}");
        }
    }

    #[test]
    fn what_is_not_shown_is_announced() {
        let choices: Vec<String> = (1..=30).map(|number| format!("t{number:02}")).collect();
        let mut menu = Menu::new("Which?", &choices, Some(28));
        assert_eq!(
            text(&menu.frame(60, 6)),
            "? Which?  [Use arrows, Enter to confirm]\n  t27\n  t28\n> t29 (active)\n  27-29 of 30, type to filter, Esc stops"
        );
        menu.filter_by("2".to_owned());
        assert!(
            text(&menu.frame(60, 6)).ends_with("\n  \"2\": 10-12 of 12, Esc clears"),
            "{}",
            text(&menu.frame(60, 6))
        );
        menu.filter_by("29".to_owned());
        assert!(text(&menu.frame(60, 6)).ends_with("\n> t29 (active)\n  \"29\": 1 of 30, Esc clears"));
        menu.filter_by("x".to_owned());
        assert!(text(&menu.frame(60, 6)).ends_with("\n  \"x\": nothing, Esc clears"));
    }
}
