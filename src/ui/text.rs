//! Text that came from a server or a file, made fit for a terminal.

use std::borrow::Cow;

/// Escapes what could drive the terminal, break a line or turn the reading direction: `\x1b`, `\n`, `\u202e`. Written
/// as Python's `repr` writes them, as the reference does. Everything else, emoji included, stays.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let escaped = text.chars().map(|c| match c {
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        c if !is_unsafe(c) => c.to_string(),
        c if u32::from(c) < 0x100 => format!("\\x{:02x}", u32::from(c)),
        c => format!("\\u{:04x}", u32::from(c)),
    });
    Cow::Owned(escaped.collect())
}

fn is_unsafe(c: char) -> bool {
    let turns_direction =
        matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let breaks_line = matches!(c, '\u{2028}' | '\u{2029}');
    c.is_control() || turns_direction || breaks_line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_drives_a_terminal_is_escaped_and_nothing_else() {
        let cases = [
            ("plain äöü 👩‍💻 🏴󠁧󠁢󠁥󠁮󠁧󠁿", "plain äöü 👩‍💻 🏴󠁧󠁢󠁥󠁮󠁧󠁿"),
            ("a\u{1b}[2Jb", "a\\x1b[2Jb"),
            ("a\nb\r\t", "a\\nb\\r\\t"),
            ("\u{9b}31m\u{7f}", "\\x9b31m\\x7f"),
            ("\u{202e}evil", "\\u202eevil"),
            ("a\u{2028}b", "a\\u2028b"),
        ];
        for (text, shown) in cases {
            assert_eq!(escape(text), shown, "{text:?}");
        }
    }
}
