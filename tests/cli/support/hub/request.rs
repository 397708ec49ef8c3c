//! A request as it comes over the wire: the HTTP/1.1 a client speaks, read without judging it.

use std::io::{self, BufRead, ErrorKind, Read};
use std::time::Instant;

/// Longest line of a request's head, so that a stray TLS hello or a runaway client cannot fill the memory.
const LONGEST_LINE: u64 = 256 * 1024;

/// One request as it came over the wire.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// `GET`, `POST`, …
    pub(crate) method: String,
    /// The target with its query, exactly as on the request line: absolute-form when the stub plays an HTTP proxy.
    pub(crate) path: String,
    /// Names as the client wrote them, in order.
    pub(crate) headers: Vec<(String, String)>,
    /// The body, already free of its chunk framing.
    pub(crate) body: Vec<u8>,
    /// When the whole request had been read, to measure polling intervals.
    pub(crate) received: Instant,
}

impl Request {
    /// First header of this name, whatever its case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let same = |(candidate, _): &&(String, String)| candidate.eq_ignore_ascii_case(name);
        self.headers.iter().find(same).map(|(_, value)| value.as_str())
    }

    /// The `Authorization` header.
    pub(crate) fn authorization(&self) -> Option<&str> {
        self.header("authorization")
    }

    /// The body as text.
    pub(crate) fn body_text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The fields of an `application/x-www-form-urlencoded` body, decoded, in order.
    pub(crate) fn form(&self) -> Vec<(String, String)> {
        let body = self.body_text();
        let fields = body.split('&').filter(|field| !field.is_empty());
        fields
            .map(|field| field.split_once('=').unwrap_or((field, "")))
            .map(|(name, value)| (decode_form(name), decode_form(value)))
            .collect()
    }

    /// The next request, or nothing when the client has closed the connection between two.
    pub(crate) fn read(reader: &mut impl BufRead) -> io::Result<Option<Self>> {
        let Some(line) = read_line(reader)? else {
            return Ok(None);
        };
        let words: Vec<&str> = line.split(' ').collect();
        let [method, path, "HTTP/1.1" | "HTTP/1.0"] = words[..] else {
            return Err(invalid(&format!("no request line: {line:?}")));
        };
        let mut request = Self {
            method: method.to_owned(),
            path: path.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
            received: Instant::now(),
        };
        loop {
            let line = read_line(reader)?.ok_or(ErrorKind::UnexpectedEof)?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line
                .split_once(':')
                .ok_or_else(|| invalid("a header without a colon"))?;
            request.headers.push((name.to_owned(), value.trim().to_owned()));
        }
        request.body = read_body(reader, &request)?;
        request.received = Instant::now();
        Ok(Some(request))
    }

    /// The target without scheme and authority: what scripts are matched against.
    pub(super) fn target(&self) -> &str {
        match self.path.split_once("://") {
            Some(("http" | "https", rest)) => rest.find('/').map_or("/", |slash| &rest[slash..]),
            _ => &self.path,
        }
    }

    /// Whether the client said it is the last on its connection.
    pub(super) fn ends_connection(&self) -> bool {
        self.header("connection")
            .is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }
}

fn decode_form(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let escaped = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (first, escaped) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            (b'+', _) => {
                bytes.push(b' ');
                rest = tail;
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn read_body(reader: &mut impl BufRead, request: &Request) -> io::Result<Vec<u8>> {
    if request
        .header("transfer-encoding")
        .is_some_and(|value| value.eq_ignore_ascii_case("chunked"))
    {
        return read_chunks(reader);
    }
    let Some(length) = request.header("content-length") else {
        return Ok(Vec::new());
    };
    let length = length
        .parse()
        .map_err(|_| invalid("a Content-Length that is no number"))?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(body)
}

fn read_chunks(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = read_line(reader)?.ok_or(ErrorKind::UnexpectedEof)?;
        let size = line.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).map_err(|_| invalid("a chunk size that is no number"))?;
        if size == 0 {
            break;
        }
        let start = body.len();
        body.resize(start + size, 0);
        reader.read_exact(&mut body[start..])?;
        read_line(reader)?;
    }
    while read_line(reader)?.is_some_and(|trailer| !trailer.is_empty()) {}
    Ok(body)
}

/// A line without its end, or nothing at the end of the stream.
fn read_line(reader: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    reader.take(LONGEST_LINE).read_until(b'\n', &mut line)?;
    let text = String::from_utf8_lossy(&line);
    Ok((!line.is_empty()).then(|| text.trim_end_matches(['\r', '\n']).to_owned()))
}

fn invalid(message: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, message)
}
