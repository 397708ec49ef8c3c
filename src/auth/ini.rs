//! Python's `configparser` dialect, as `ConfigParser(interpolation=None)` reads and writes it: pure text in and out.
//!
//! Our own, because no library speaks it: rust-ini reads one in six of the files that Python can write to other names
//! and values, and leaves out the blank line behind a section without keys. The rules are those that `configparser`
//! follows: stripped lines, indented continuations, names up to the last `]`, lower-cased keys. Errors carry a line
//! number and never the line, which may hold a token.

use std::collections::{HashMap, HashSet};
use std::fmt;

/// The section whose keys every other section inherits.
const DEFAULT_SECTION: &str = "DEFAULT";
/// What sections may inherit in all, in bytes: a megabyte of file could ask for a terabyte.
const MOST_INHERITED: usize = 4 * 1024 * 1024;
/// What a key takes beside its text.
const KEY_OVERHEAD: usize = 64;
/// As Python's text files have it.
const LINE_BREAK: &str = if cfg!(windows) { "\r\n" } else { "\n" };

/// An INI file: its sections in the order they were read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    sections: Vec<Section>,
}

/// A name and its `key = value` pairs, in the order they were read.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// What stands between the brackets.
    pub name: String,
    fields: Vec<(String, String)>,
}

/// Values may be tokens.
impl fmt::Debug for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Section({:?}, {} fields)", self.name, self.fields.len())
    }
}

impl Section {
    /// A section without keys.
    pub fn new(name: impl Into<String>) -> Self {
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
            .map(|(_, value)| value.as_str())
    }

    /// Sets a key, in its old place if it had one.
    pub fn set(&mut self, key: &str, value: impl Into<String>) {
        match self.fields.iter_mut().find(|(known, _)| known == key) {
            Some((_, old)) => *old = value.into(),
            None => self.fields.push((key.to_owned(), value.into())),
        }
    }

    /// Drops a key.
    pub fn remove(&mut self, key: &str) {
        self.fields.retain(|(known, _)| known != key);
    }
}

impl Document {
    /// The sections in the order of the file.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The section of that name.
    pub fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.name == name)
    }

    /// Puts a section in, in place of the one that had its name.
    pub fn put(&mut self, section: Section) {
        match self.sections.iter_mut().find(|known| known.name == section.name) {
            Some(old) => *old = section,
            None => self.sections.push(section),
        }
    }

    /// Takes a section out.
    pub fn take(&mut self, name: &str) -> Option<Section> {
        let index = self.sections.iter().position(|section| section.name == name)?;
        Some(self.sections.remove(index))
    }

    /// The text of the file, its sections sorted by name in the order of code points.
    ///
    /// # Errors
    /// [`Unwritable`] when the text would not read back as what it was made from; then it must not be saved.
    pub fn to_text(&self) -> Result<String, Unwritable> {
        let mut sorted = self.clone();
        sorted.sections.sort_by(|a, b| a.name.cmp(&b.name));
        let text = sorted.write();
        match parse(text.as_bytes()) {
            Ok(read_back) if read_back == sorted => Ok(text),
            _ => Err(Unwritable),
        }
    }

    fn write(&self) -> String {
        let continued = format!("{LINE_BREAK}\t");
        let mut text = String::new();
        for section in &self.sections {
            text.extend(["[", &section.name, "]", LINE_BREAK]);
            for (key, value) in &section.fields {
                text.extend([key, " = ", &value.replace('\n', &continued), LINE_BREAK]);
            }
            text.push_str(LINE_BREAK);
        }
        text
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
    /// Too many sections inherit too much.
    #[error("what [DEFAULT] holds is too much for so many sections")]
    TooMuchInherited,
}

/// Reads a file as `configparser` does.
///
/// # Errors
/// [`ParseError`] where Python raises an error, at the first line that is wrong.
pub fn parse(bytes: &[u8]) -> Result<Document, ParseError> {
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

/// `\n`, `\r\n` and `\r` end a line.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n')
        .flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

/// White space as Python's `str.isspace` has it.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

#[derive(Default)]
struct Reader {
    sections: Vec<Section>,
    defaults: Section,
    names: HashSet<String>,
    /// The keys of the defaults, and those of the last section.
    default_keys: HashSet<String>,
    keys: HashSet<String>,
    /// What one section inherits, in bytes.
    inherited: usize,
    current: Option<Current>,
    /// The last key read can be continued.
    in_option: bool,
    /// How far the last header or option line was indented, in characters.
    indent: usize,
}

/// Which section lines go to.
#[derive(Clone, Copy)]
enum Current {
    Defaults,
    Last,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), Problem> {
        let text = line.trim_matches(is_space);
        if text.starts_with(['#', ';']) {
            return Ok(());
        }
        if text.is_empty() {
            // Belongs to the value if more of it follows; dropped with the other trailing lines if not.
            self.continue_value(text);
            return Ok(());
        }
        if matches!(self.current, Some(Current::Defaults)) {
            self.inherited += text.len() + KEY_OVERHEAD;
        }
        if self.sections.len().saturating_mul(self.inherited) > MOST_INHERITED {
            return Err(Problem::TooMuchInherited);
        }
        let indent = line.chars().take_while(|c| is_space(*c)).count();
        if self.in_option && indent > self.indent {
            self.continue_value(text);
            return Ok(());
        }
        self.indent = indent;
        match header(text) {
            Some(name) => self.open_section(name),
            None => self.option(text),
        }
    }

    /// The section that lines go to, and the keys it has.
    fn section(&mut self) -> Option<(&mut Section, &mut HashSet<String>)> {
        match self.current? {
            Current::Defaults => Some((&mut self.defaults, &mut self.default_keys)),
            Current::Last => Some((self.sections.last_mut()?, &mut self.keys)),
        }
    }

    fn continue_value(&mut self, text: &str) {
        if !self.in_option {
            return;
        }
        if let Some((_, value)) = self.section().and_then(|(section, _)| section.fields.last_mut()) {
            value.extend(["\n", text]);
        }
    }

    fn open_section(&mut self, name: &str) -> Result<(), Problem> {
        self.in_option = false;
        if name == DEFAULT_SECTION {
            self.current = Some(Current::Defaults);
            return Ok(());
        }
        if !self.names.insert(name.to_owned()) {
            return Err(Problem::DuplicateSection);
        }
        self.sections.push(Section::new(name));
        self.keys.clear();
        self.current = Some(Current::Last);
        Ok(())
    }

    fn option(&mut self, text: &str) -> Result<(), Problem> {
        let (section, keys) = self.section().ok_or(match text.starts_with('\u{feff}') {
            true => Problem::ByteOrderMark,
            false => Problem::OutsideSection,
        })?;
        let (key, value) = text.split_once(['=', ':']).ok_or(Problem::NotAnOption)?;
        let key = key.trim_end_matches(is_space).to_lowercase();
        if key.is_empty() {
            return Err(Problem::NotAnOption);
        }
        if !keys.insert(key.clone()) {
            return Err(Problem::DuplicateKey);
        }
        section.fields.push((key, value.trim_matches(is_space).to_owned()));
        self.in_option = true;
        Ok(())
    }

    /// Drops the blank lines at the end of every value and lets every section inherit the defaults, which come first.
    fn finish(self) -> Document {
        let (defaults, sections) = (self.defaults, self.sections);
        let places = defaults.fields.iter().enumerate();
        let places: HashMap<&str, usize> = places.map(|(place, (key, _))| (key.as_str(), place)).collect();
        let inherit = |section: Section| {
            let mut fields = defaults.fields.clone();
            for (key, value) in section.fields {
                match places.get(key.as_str()) {
                    Some(place) => fields[*place].1 = value,
                    None => fields.push((key, value)),
                }
            }
            let name = section.name;
            Section { name, fields }
        };
        let mut sections: Vec<Section> = match defaults.fields.is_empty() {
            true => sections,
            false => sections.into_iter().map(inherit).collect(),
        };
        let values = sections.iter_mut().flat_map(|section| &mut section.fields);
        values.for_each(|(_, value)| value.truncate(value.trim_end_matches(is_space).len()));
        Document { sections }
    }
}

/// The name in a stripped `[name]` line: up to the last `]`, not trimmed, not empty; what follows is ignored.
fn header(text: &str) -> Option<&str> {
    let (name, _) = text.strip_prefix('[')?.rsplit_once(']')?;
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
