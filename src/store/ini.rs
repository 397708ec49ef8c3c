//! Python's `configparser` dialect, as `ConfigParser(interpolation=None)` reads and writes it: pure text in and out.
//!
//! A section is changed and written as rust-ini has it. The reader is our own: rust-ini's reads one in six of the files
//! that Python can write to other names and values. The rules are those that `configparser` follows: stripped lines,
//! indented continuations, names up to the last `]`, lower-cased keys. Errors carry a line number and never the line,
//! which may hold a token.

mod reader;

use std::borrow::Cow;
use std::{fmt, io};

use reader::{Reader, lines};
use rust_ini::{EscapePolicy, Ini, LineSeparator, Properties, WriteOption};

/// Enough for a hundred thousand accounts; a file of more would only fill the memory.
const MOST_SECTIONS: usize = 128 * 1024;
/// How the section begins that the others inherit from.
const DEFAULTS: &str = "[DEFAULT]";
/// The keys of all sections.
const MOST_KEYS: usize = 4 * MOST_SECTIONS;
/// No section with a token in it is as large as this, in bytes.
const LARGEST_COPIED: usize = 256 * 1024;
/// As Python's text files have it.
const LINE_BREAK: &str = if cfg!(windows) { "\r\n" } else { "\n" };
const CONTINUED: &str = if cfg!(windows) { "\r\n\t" } else { "\n\t" };

/// An INI file: its sections in the order they were read. It borrows what it can from the text it was read from, and
/// so takes a fifth of what rust-ini's would.
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
    fn new(name: impl Into<Cow<'t, str>>) -> Self {
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

    /// Adds its text. Each is written alone, because rust-ini leaves out the blank line in front of a section without keys.
    fn write_to(&self, text: &mut Vec<u8>) -> Result<(), Unwritable> {
        match self.size() > LARGEST_COPIED {
            true => self.write_uncopied(text),
            false => self.write_with_rust_ini(text).map_err(|_| Unwritable)?,
        }
        text.extend_from_slice(LINE_BREAK.as_bytes());
        Ok(())
    }

    fn write_with_rust_ini(&self, text: &mut Vec<u8>) -> io::Result<()> {
        let mut ini = Ini::new();
        let properties = ini.entry(Some(self.name.to_string())).or_insert(Properties::new());
        for (key, value) in &self.fields {
            properties.append(&**key, value.replace('\n', CONTINUED));
        }
        let options = WriteOption {
            escape_policy: EscapePolicy::Nothing,
            line_separator: LineSeparator::SystemDefault,
            kv_separator: " = ",
        };
        ini.write_to_opt(text, options)
    }

    /// The same for a section of megabytes, of which rust-ini would hold two copies more.
    fn write_uncopied(&self, text: &mut Vec<u8>) {
        let mut add = |parts: &[&str]| parts.iter().for_each(|part| text.extend_from_slice(part.as_bytes()));
        add(&["[", &self.name, "]", LINE_BREAK]);
        for (key, value) in &self.fields {
            add(&[key, " = "]);
            for (number, line) in value.split('\n').enumerate() {
                add(&[if number == 0 { "" } else { CONTINUED }, line]);
            }
            add(&[LINE_BREAK]);
        }
    }

    /// About as many bytes as it is written with.
    fn size(&self) -> usize {
        let fields = self.fields.iter().map(|(key, value)| key.len() + value.len() + 8);
        self.name.len() + 8 + fields.sum::<usize>()
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

    /// Changes a section, or makes it. Only here are its keys rust-ini's, whose `Debug` shows values.
    pub(super) fn edit(&mut self, name: &str, change: impl FnOnce(&mut Properties)) {
        let mut properties = Properties::new();
        for (key, value) in self.take(name).unwrap_or_default().fields {
            properties.append(key, value);
        }
        change(&mut properties);
        let mut section = Section::new(name.to_owned());
        let fields = properties.into_iter().map(|(key, value)| (key.into(), value.into()));
        section.fields.extend(fields);
        self.sections.push(section);
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
        let mut text = Vec::with_capacity(sorted.iter().map(|section| section.size()).sum());
        sorted.iter().try_for_each(|section| section.write_to(&mut text))?;
        let (mut expected, mut is_same) = (sorted.into_iter(), true);
        let read_back = parse_each(&text, |section| is_same &= expected.next() == Some(&section));
        match read_back.is_ok() && is_same && expected.next().is_none() {
            true => String::from_utf8(text).map_err(|_| Unwritable),
            false => Err(Unwritable),
        }
    }
}

/// Whether a section of that name reads back under that name. Not so: no name, `DEFAULT`, a line break.
pub fn can_name_a_section(name: &str) -> bool {
    let sections = vec![Section::new(name)];
    Document { sections }.to_text().is_ok()
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
    let most = most_sections(bytes);
    read(text_of(bytes)?, Reader::with_room_for(most, most), |_| ()).map(Reader::finish)
}

/// The same, each section given away when it is complete: a hundred thousand need not be held at once.
///
/// # Errors
/// The same; some sections may have been given by then.
pub fn parse_each<'t>(bytes: &'t [u8], mut each: impl FnMut(Section<'t>)) -> Result<(), ParseError> {
    let text = text_of(bytes)?;
    // What the sections inherit may stand behind them.
    let has_defaults = text.contains(DEFAULTS);
    let reader = read(text, Reader::with_room_for(0, most_sections(bytes)), |reader| {
        if !has_defaults && let Some(section) = reader.take_completed() {
            each(section);
        }
    })?;
    reader.finish().sections.into_iter().for_each(each);
    Ok(())
}

/// There are no more sections than this, and mostly just as many.
pub(super) fn most_sections(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte == b'[').count().min(MOST_SECTIONS)
}

fn text_of(bytes: &[u8]) -> Result<&str, ParseError> {
    std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes[..error.valid_up_to()].iter();
        ParseError {
            line: 1 + before.filter(|byte| **byte == b'\n').count(),
            problem: Problem::NotUtf8,
        }
    })
}

fn read<'t>(
    text: &'t str,
    mut reader: Reader<'t>,
    mut behind_line: impl FnMut(&mut Reader<'t>),
) -> Result<Reader<'t>, ParseError> {
    for (index, line) in lines(text).enumerate() {
        let line_number = index + 1;
        reader.line(line).map_err(|problem| ParseError {
            line: line_number,
            problem,
        })?;
        behind_line(&mut reader);
    }
    Ok(reader)
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
