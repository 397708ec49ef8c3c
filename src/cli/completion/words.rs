//! A command line as its shell sees it: what is quoted how, what the word at the cursor is, and how to write a value there.

use super::Shell;
use crate::settings::environment;

/// What ends a word for bash's line editor, and so where the text begins that an answer replaces.
const DEFAULT_BREAKS: &str = " \t\n\"'@><=;|&(:";

/// The words before the one at the cursor, the program's own first, and that one.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) before: Vec<String>,
    pub(super) current: Word,
}

/// A word as typed.
#[derive(Debug, Default, Clone)]
pub(super) struct Word {
    /// What it means, quoting removed.
    pub(super) text: String,
    /// The quote that is still open at its end.
    quote: Option<char>,
    /// The length of that part of `text` that bash's line editor leaves alone.
    kept: usize,
}

impl Word {
    /// A character that stands for itself, but may end a word for the line editor. That takes `@` for the beginning of a
    /// host's name, which it replaces too.
    fn take(&mut self, character: char, breaks: &str) {
        let before = self.text.len();
        self.text.push(character);
        if breaks.contains(character) {
            self.kept = if character == '@' { before } else { self.text.len() };
        }
    }
}

impl Line {
    /// What the shell has put into the environment. Our script for bash says more than the protocol asks for: the words
    /// of bash are cut at colons and such.
    pub(super) fn from_environment(shell: Shell) -> Self {
        let text = |name: &str| environment(name).map(|value| value.to_string_lossy().into_owned());
        let breaks = text("COMP_WORDBREAKS").unwrap_or_else(|| DEFAULT_BREAKS.to_owned());
        let typed = text("COMP_WORDS").unwrap_or_default();
        let count = text("COMP_CWORD").unwrap_or_default();
        let is_empty_word = count.is_empty();
        match (shell, text("COMP_LINE")) {
            (Shell::Bash, Some(line)) => Line::up_to_the_end(split(&line, shell, &breaks)),
            (Shell::Fish, _) => {
                let typed = if is_empty_word { format!("{typed} ") } else { typed };
                Line::up_to_the_end(split(&typed, shell, ""))
            }
            _ => Line::up_to_word(
                split(&typed, shell, &breaks),
                count.trim().parse().unwrap_or(usize::MAX),
            ),
        }
    }

    fn up_to_the_end(mut words: Vec<Word>) -> Self {
        let current = words.pop().unwrap_or_default();
        Line::new(words, current)
    }

    fn up_to_word(mut words: Vec<Word>, count: usize) -> Self {
        let current = words.get(count).cloned().unwrap_or_default();
        // The end of a line is an empty word of its own unless it was counted.
        if words
            .last()
            .is_some_and(|last| last.text.is_empty() && last.quote.is_none())
        {
            words.pop();
        }
        words.truncate(count);
        Line::new(words, current)
    }

    /// Variables may be set before the program's name.
    fn new(words: Vec<Word>, current: Word) -> Self {
        let words = words.into_iter().map(|word| word.text);
        Line {
            before: words.skip_while(|word| word.contains('=')).collect(),
            current,
        }
    }
}

/// The words of a line; the last one is the one at its end, empty after a blank.
fn split(line: &str, shell: Shell, breaks: &str) -> Vec<Word> {
    let escape = if shell == Shell::Powershell { '`' } else { '\\' };
    let mut words = vec![Word::default()];
    let mut in_word = false;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        let Some(word) = words.last_mut() else { break };
        match word.quote {
            Some(quote) if character == quote => {
                word.quote = None;
                word.kept = word.text.len();
            }
            Some(quote) if character == escape && escapes(shell, quote, characters.peek()) => {
                word.text.extend(characters.next());
            }
            Some(_) => word.text.push(character),
            None if character == escape => word.text.extend(characters.next()),
            None if character == '\'' || character == '"' => {
                word.quote = Some(character);
                word.kept = word.text.len();
            }
            None if character.is_ascii_whitespace() => {
                if in_word {
                    words.push(Word::default());
                }
                in_word = false;
                continue;
            }
            None => word.take(character, breaks),
        }
        in_word = true;
    }
    words
}

/// Whether the escape character is one inside these quotes, before this character.
fn escapes(shell: Shell, quote: char, next: Option<&char>) -> bool {
    match (shell, quote, next) {
        (_, _, None) => false,
        (Shell::Powershell, quote, _) => quote == '"',
        (Shell::Fish, quote, Some(next)) => *next == quote || *next == '\\' || (quote == '"' && *next == '$'),
        (_, '"', Some(next)) => ['$', '`', '"', '\\'].contains(next),
        _ => false,
    }
}

/// The value as bash is to write it in place of the word: quoted as the person has begun to, and without what the line
/// editor leaves standing.
pub(super) fn for_bash(value: &str, word: &Word) -> String {
    let value = value.get(word.kept..).unwrap_or(value);
    match word.quote {
        Some('\'') => value.replace('\'', r"'\''"),
        Some(_) => escaped(value, |c| ['$', '`', '"', '\\'].contains(&c)),
        None => {
            let plain = |c: char| !c.is_ascii() || c.is_ascii_alphanumeric() || "_-./,+%@:=".contains(c);
            escaped(value, |c| !plain(c))
        }
    }
}

fn escaped(value: &str, needs: impl Fn(char) -> bool) -> String {
    let character = |c: char| needs(c).then_some('\\').into_iter().chain([c]);
    value.chars().flat_map(character).collect()
}
