//! JSON exactly as Python's `json.dumps` writes it, which is what scripts of the reference's users have seen: a space
//! behind `,` and `:`, and everything outside ASCII escaped.

use std::io;

use serde::Serialize;
use serde_json::ser::Formatter;

/// One line of JSON, without its end.
pub(super) fn dump(value: &impl Serialize, writer: impl io::Write) -> serde_json::Result<()> {
    value.serialize(&mut serde_json::Serializer::with_formatter(writer, PythonStyle))
}

struct PythonStyle;

fn separate<W: ?Sized + io::Write>(writer: &mut W, first: bool) -> io::Result<()> {
    if first { Ok(()) } else { writer.write_all(b", ") }
}

impl Formatter for PythonStyle {
    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        separate(writer, first)
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        separate(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        for c in fragment.chars() {
            if matches!(c, ' '..='~') {
                writer.write_all(&[c as u8])?;
                continue;
            }
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_what_python_writes() {
        let value = serde_json::json!({"a": ["é", "😀\u{7f}\u{1b}\n\"\\", null, true], "b": 1});
        let expected = r#"{"a": ["\u00e9", "\ud83d\ude00\u007f\u001b\n\"\\", null, true], "b": 1}"#;
        let mut written = Vec::new();
        dump(&value, &mut written).unwrap();
        assert_eq!(written, expected.as_bytes());
    }
}
