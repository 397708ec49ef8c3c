//! Python's `configparser` dialect, as `ConfigParser(interpolation=None)` reads and writes it: pure text in and out.
//!
//! Our own, because no library speaks it: rust-ini reads one in six of the files that Python can write to other names
//! and values, and leaves out the blank line behind a section without keys. The rules are those that `configparser`
//! follows: stripped lines, indented continuations, names up to the last `]`, lower-cased keys. Errors carry a line
//! number and never the line, which may hold a token.

mod reader;

use std::borrow::Cow;
use std::fmt;

use reader::{Reader, lines};

/// Enough for a hundred thousand accounts; a file of more would only fill the memory.
const MOST_SECTIONS: usize = 128 * 1024;
/// The keys of all sections.
const MOST_KEYS: usize = 4 * MOST_SECTIONS;
/// As Python's text files have it.
const LINE_BREAK: &str = if cfg!(windows) { "\r\n" } else { "\n" };
const CONTINUED: &str = if cfg!(windows) { "\r\n\t" } else { "\n\t" };

/// An INI file: its sections in the order they were read. It borrows what it can from the text it was read from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document<'t> {
    sections: Vec<Section<'t>>,
}

/// A name and its `key = value` pairs, in the order they were read.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Section<'t> {
    /// What stands between the brackets.
    pub name: Cow<'t, str>,
    fields: Vec<(Cow<'t, str>, Cow<'t, str>)>,
}

/// Values may be tokens.
impl fmt::Debug for Section<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Section({:?}, {} fields)", self.name, self.fields.len())
    }
}

impl<'t> Section<'t> {
    /// A section without keys.
    pub fn new(name: impl Into<Cow<'t, str>>) -> Self {
        Section {
            name: name.into(),
            fields: Vec::new(),
        }
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(known, _)| known == key)
            .map(|(_, value)| &**value)
    }

    /// Sets a key, in its old place if it had one.
    pub fn set(&mut self, key: &'t str, value: impl Into<Cow<'t, str>>) {
        match self.fields.iter_mut().find(|(known, _)| known == key) {
            Some((_, old)) => *old = value.into(),
            None => self.fields.push((key.into(), value.into())),
        }
    }

    /// Drops a key.
    pub fn remove(&mut self, key: &str) {
        self.fields.retain(|(known, _)| known != key);
    }

    /// About how long its text is, in bytes.
    fn length(&self) -> usize {
        let fields = self.fields.iter().map(|(key, value)| key.len() + value.len() + 4);
        self.name.len() + fields.sum::<usize>() + 4
    }

    fn write(&self, text: &mut String) {
        text.extend(["[", &self.name, "]", LINE_BREAK]);
        for (key, value) in &self.fields {
            text.extend([key, " = "]);
            for (index, line) in value.split('\n').enumerate() {
                text.extend(if index == 0 { ["", line] } else { [CONTINUED, line] });
            }
            text.push_str(LINE_BREAK);
        }
        text.push_str(LINE_BREAK);
    }
}

impl<'t> Document<'t> {
    /// The sections in the order of the file.
    pub fn sections(&self) -> &[Section<'t>] {
        &self.sections
    }

    /// The section of that name.
    pub fn section(&self, name: &str) -> Option<&Section<'t>> {
        self.sections.iter().find(|section| section.name == name)
    }

    /// Puts a section in, in place of the one that had its name.
    pub fn put(&mut self, section: Section<'t>) {
        match self.sections.iter_mut().find(|known| known.name == section.name) {
            Some(old) => *old = section,
            None => self.sections.push(section),
        }
    }

    /// Takes a section out.
    pub fn take(&mut self, name: &str) -> Option<Section<'t>> {
        let index = self.sections.iter().position(|section| section.name == name)?;
        Some(self.sections.remove(index))
    }

    /// The text of the file, its sections sorted by name in the order of code points.
    ///
    /// # Errors
    /// [`Unwritable`] when the text would not read back as what it was made from; then it must not be saved.
    pub fn to_text(&self) -> Result<String, Unwritable> {
        let mut sorted: Vec<&Section> = self.sections.iter().collect();
        sorted.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        let is_twice = sorted.windows(2).any(|pair| pair[0].name == pair[1].name);
        let keys: usize = sorted.iter().map(|section| section.fields.len()).sum();
        if is_twice || sorted.len() > MOST_SECTIONS || keys > MOST_KEYS {
            return Err(Unwritable);
        }
        let mut text = String::with_capacity(sorted.iter().map(|section| section.length()).sum());
        for section in sorted {
            let start = text.len();
            section.write(&mut text);
            // A header ends whatever was before it, so that sections can be read back one by one.
            match parse(&text.as_bytes()[start..]) {
                Ok(Document { sections }) if sections.iter().eq([section]) => {}
                _ => return Err(Unwritable),
            }
        }
        Ok(text)
    }
}

/// Whether a section of that name reads back under that name. Not so: no name, `DEFAULT`, a line break.
pub fn can_name_a_section(name: &str) -> bool {
    let mut alone = Document::default();
    alone.put(Section::new(name));
    alone.to_text().is_ok()
}

/// The document would not survive being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it would not read back as it was written")]
pub struct Unwritable;

/// What is wrong with a file, and where: never the text itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct ParseError {
    /// The line's number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: Problem,
}

/// The ways in which a file can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Not UTF-8.
    #[error("it is not UTF-8 text")]
    NotUtf8,
    /// A line in front of the first `[name]`.
    #[error("it stands before the first [section]")]
    OutsideSection,
    /// Neither `[name]` nor `key = value`.
    #[error("it is neither a [section] nor a `key = value`")]
    NotAnOption,
    /// Python does not skip it, and then finds no section.
    #[error("it begins with a byte-order mark")]
    ByteOrderMark,
    /// The section's name was used before.
    #[error("this section is in the file already")]
    DuplicateSection,
    /// The key was used before in this section.
    #[error("this key is in the section already")]
    DuplicateKey,
    /// More than anybody has.
    #[error("there are too many sections or keys")]
    TooMany,
    /// Too many sections inherit too much.
    #[error("what [DEFAULT] holds is too much for so many sections")]
    TooMuchInherited,
}

/// Reads a file as `configparser` does.
///
/// # Errors
/// [`ParseError`] where Python raises an error, at the first line that is wrong.
pub fn parse(bytes: &[u8]) -> Result<Document<'_>, ParseError> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes[..error.valid_up_to()].iter();
        ParseError {
            line: 1 + before.filter(|byte| **byte == b'\n').count(),
            problem: Problem::NotUtf8,
        }
    })?;
    let mut reader = Reader::default();
    for (index, line) in lines(text).enumerate() {
        let line_number = index + 1;
        reader.line(line).map_err(|problem| ParseError {
            line: line_number,
            problem,
        })?;
    }
    Ok(reader.finish())
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
