//! The reader: one line after the other, as `configparser` takes them.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::{Document, MOST_KEYS, MOST_SECTIONS, Problem, Section};

/// The section whose keys every other section inherits.
const DEFAULT_SECTION: &str = "DEFAULT";
/// What sections may inherit in all, in bytes: a megabyte of file could ask for a terabyte.
const MOST_INHERITED: usize = 4 * 1024 * 1024;
/// What a key takes beside its text.
const KEY_OVERHEAD: usize = 64;
/// A section has rarely more keys than this; room is made for one at a time.
const FEW: usize = 3;

/// `\n`, `\r\n` and `\r` end a line.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n')
        .flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

/// White space as Python's `str.isspace` has it.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

#[derive(Default)]
pub(super) struct Reader<'t> {
    sections: Vec<Section<'t>>,
    defaults: Section<'t>,
    names: HashSet<&'t str>,
    /// The keys of the defaults, and those of the last section.
    default_keys: HashSet<Cow<'t, str>>,
    keys: HashSet<Cow<'t, str>>,
    /// How many keys there are in all.
    count: usize,
    /// What one section inherits, in bytes.
    inherited: usize,
    current: Option<Current>,
    /// The last key read can be continued.
    in_option: bool,
    /// Blank lines since the last line that was none.
    blank_lines: usize,
    /// How far the last header or option line was indented, in characters.
    indent: usize,
}

/// Which section lines go to.
#[derive(Clone, Copy)]
enum Current {
    Defaults,
    Last,
}

impl<'t> Reader<'t> {
    /// Room is made once, for as many as there can be: making more again and again leaves holes.
    pub(super) fn with_room_for(sections: usize, names: usize) -> Self {
        Reader {
            sections: Vec::with_capacity(sections),
            names: HashSet::with_capacity(names),
            ..Reader::default()
        }
    }

    /// The section before the last one, of which no line can follow.
    pub(super) fn take_completed(&mut self) -> Option<Section<'t>> {
        (self.sections.len() > 1).then(|| self.sections.swap_remove(0))
    }

    pub(super) fn line(&mut self, line: &'t str) -> Result<(), Problem> {
        let text = line.trim_matches(is_space);
        if text.starts_with(['#', ';']) {
            return Ok(());
        }
        if text.is_empty() {
            self.blank_lines += 1;
            return Ok(());
        }
        // They belong to the value if more of it follows, and to nothing if not.
        let blank_lines = std::mem::take(&mut self.blank_lines);
        if matches!(self.current, Some(Current::Defaults)) {
            self.inherited += text.len() + KEY_OVERHEAD;
        }
        if self.sections.len().saturating_mul(self.inherited) > MOST_INHERITED {
            return Err(Problem::TooMuchInherited);
        }
        let indent = line.chars().take_while(|c| is_space(*c)).count();
        if self.in_option && indent > self.indent {
            self.continue_value(blank_lines, text);
            return Ok(());
        }
        self.indent = indent;
        match header(text) {
            Some(name) => self.open_section(name),
            None => self.option(text),
        }
    }

    /// The section that lines go to, and the keys it has.
    fn section(&mut self) -> Option<(&mut Section<'t>, &mut HashSet<Cow<'t, str>>)> {
        match self.current? {
            Current::Defaults => Some((&mut self.defaults, &mut self.default_keys)),
            Current::Last => Some((self.sections.last_mut()?, &mut self.keys)),
        }
    }

    fn continue_value(&mut self, blank_lines: usize, text: &str) {
        if let Some((_, value)) = self.section().and_then(|(section, _)| section.fields.last_mut()) {
            let value = value.to_mut();
            value.extend(std::iter::repeat_n('\n', blank_lines + 1));
            value.push_str(text);
        }
    }

    fn open_section(&mut self, name: &'t str) -> Result<(), Problem> {
        self.in_option = false;
        if name == DEFAULT_SECTION {
            self.current = Some(Current::Defaults);
            return Ok(());
        }
        if !self.names.insert(name) {
            return Err(Problem::DuplicateSection);
        }
        if self.names.len() > MOST_SECTIONS {
            return Err(Problem::TooMany);
        }
        self.sections.push(Section::new(name));
        self.keys.clear();
        self.current = Some(Current::Last);
        Ok(())
    }

    fn option(&mut self, text: &'t str) -> Result<(), Problem> {
        self.count += 1;
        if self.count > MOST_KEYS {
            return Err(Problem::TooMany);
        }
        let (section, keys) = self.section().ok_or(match text.starts_with('\u{feff}') {
            true => Problem::ByteOrderMark,
            false => Problem::OutsideSection,
        })?;
        let (key, value) = text.split_once(['=', ':']).ok_or(Problem::NotAnOption)?;
        let key = lowercase(key.trim_end_matches(is_space));
        if key.is_empty() {
            return Err(Problem::NotAnOption);
        }
        if !keys.insert(key.clone()) {
            return Err(Problem::DuplicateKey);
        }
        if section.fields.len() < FEW {
            section.fields.reserve_exact(1);
        }
        section.fields.push((key, value.trim_matches(is_space).into()));
        self.in_option = true;
        Ok(())
    }

    /// Lets every section inherit the defaults, which come first.
    pub(super) fn finish(self) -> Document<'t> {
        let (defaults, sections) = (self.defaults, self.sections);
        let places = defaults.fields.iter().enumerate();
        let places: HashMap<&str, usize> = places.map(|(place, (key, _))| (&**key, place)).collect();
        let inherit = |section: Section<'t>| {
            let mut fields = defaults.fields.clone();
            for (key, value) in section.fields {
                match places.get(&*key) {
                    Some(place) => fields[*place].1 = value,
                    None => fields.push((key, value)),
                }
            }
            let name = section.name;
            Section { name, fields }
        };
        Document {
            sections: match defaults.fields.is_empty() {
                true => sections,
                false => sections.into_iter().map(inherit).collect(),
            },
        }
    }
}

fn lowercase(key: &str) -> Cow<'_, str> {
    let is_lower = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    match key.bytes().all(is_lower) {
        true => key.into(),
        false => key.to_lowercase().into(),
    }
}

/// The name in a stripped `[name]` line: up to the last `]`, not trimmed, not empty; what follows is ignored.
fn header(text: &str) -> Option<&str> {
    let (name, _) = text.strip_prefix('[')?.rsplit_once(']')?;
    (!name.is_empty()).then_some(name)
}
