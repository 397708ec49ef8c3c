//! What the stub does with a request, from a plain JSON body to the ways a real network misbehaves.

use std::io::{self, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

/// Content-Length that a dripping answer promises: at any pause worth testing it is never reached.
const DRIP_LENGTH: usize = 64 * 1024;

/// What to do with one request.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    delay: Duration,
    manner: Manner,
}

#[derive(Clone, Copy, Debug)]
enum Manner {
    Whole,
    Raw,
    Hang,
    Close,
    Drip(Duration),
    Endless,
}

impl Answer {
    /// A JSON body.
    pub(crate) fn json(status: u16, body: Value) -> Self {
        Self::whole(status, "application/json; charset=utf-8", body.to_string().as_bytes())
    }

    /// A plain text body.
    pub(crate) fn text(status: u16, body: &str) -> Self {
        Self::whole(status, "text/plain; charset=utf-8", body.as_bytes())
    }

    /// A page, as a proxy or a gateway in trouble sends it.
    pub(crate) fn html(status: u16, body: &str) -> Self {
        Self::whole(status, "text/html; charset=utf-8", body.as_bytes())
    }

    /// A redirection with an empty body.
    pub(crate) fn redirect(status: u16, location: &str) -> Self {
        Self::text(status, "").header("Location", location)
    }

    /// These bytes as they are, head included, then the end of the connection.
    pub(crate) fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            body: bytes.into(),
            ..Self::of(Manner::Raw)
        }
    }

    /// Reads the request and says nothing until the hub is dropped.
    pub(crate) fn hang() -> Self {
        Self::of(Manner::Hang)
    }

    /// Reads the request and closes the connection.
    pub(crate) fn close() -> Self {
        Self::of(Manner::Close)
    }

    /// A valid head, then one blank (harmless to JSON) every `pause`.
    pub(crate) fn drip(pause: Duration) -> Self {
        Self::of(Manner::Drip(pause)).header("Content-Type", "application/json")
    }

    /// A valid head without a length, then a body that never ends, as fast as the client takes it.
    pub(crate) fn endless() -> Self {
        Self::of(Manner::Endless).header("Content-Type", "application/json")
    }

    /// Adds a header; several of one name are kept. A `Content-Length` given here replaces the counted one, and the
    /// connection ends after the body: this is how a truncated answer is made.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Waits this long before the first byte.
    pub(crate) fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    fn whole(status: u16, content_type: &str, body: &[u8]) -> Self {
        let answer = Self {
            status,
            body: body.to_vec(),
            ..Self::of(Manner::Whole)
        };
        answer.header("Content-Type", content_type)
    }

    fn of(manner: Manner) -> Self {
        Self {
            status: 200,
            headers: Vec::new(),
            body: Vec::new(),
            delay: Duration::ZERO,
            manner,
        }
    }

    /// Puts the answer on the wire. `pause` sleeps, but not longer than the hub lives.
    pub(super) fn give(&self, mut stream: &TcpStream, method: &str, pause: impl Fn(Duration)) -> io::Result<()> {
        pause(self.delay);
        match self.manner {
            Manner::Whole => {
                let mut bytes = self.head(Some(self.body.len()));
                if method != "HEAD" {
                    bytes.extend_from_slice(&self.body);
                }
                stream.write_all(&bytes)
            }
            Manner::Raw => stream.write_all(&self.body),
            Manner::Close => Ok(()),
            Manner::Hang => {
                pause(Duration::MAX);
                Ok(())
            }
            Manner::Drip(interval) => {
                stream.write_all(&self.head(Some(DRIP_LENGTH)))?;
                (0..DRIP_LENGTH).try_for_each(|_| {
                    pause(interval);
                    stream.write_all(b" ")
                })
            }
            Manner::Endless => {
                stream.write_all(&self.head(None))?;
                loop {
                    stream.write_all(&[b' '; 8 * 1024])?;
                }
            }
        }
    }

    /// Whether the client has to connect anew after it.
    pub(super) fn ends_connection(&self) -> bool {
        let whole = matches!(self.manner, Manner::Whole);
        !whole || self.has("content-length") || self.has("connection")
    }

    fn head(&self, length: Option<usize>) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason_phrase(self.status));
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some(length) = length.filter(|_| !self.has("content-length")) {
            head.push_str(&format!("Content-Length: {length}\r\n"));
        }
        head.push_str("\r\n");
        head.into_bytes()
    }

    fn has(&self, name: &str) -> bool {
        self.headers
            .iter()
            .any(|(candidate, _)| candidate.eq_ignore_ascii_case(name))
    }
}

/// The phrases matter only because the Python reference prints them.
fn reason_phrase(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        407 => "Proxy Authentication Required",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Scripted",
    }
}

/// The usual `/api/whoami-v2` body of an access token.
pub(crate) fn whoami(user: &str, display_name: &str, role: &str) -> Value {
    whoami_with_orgs(user, display_name, role, &[])
}

/// The same for a member of organizations.
pub(crate) fn whoami_with_orgs(user: &str, display_name: &str, role: &str, orgs: &[&str]) -> Value {
    let orgs: Vec<Value> = orgs
        .iter()
        .map(|name| json!({"type": "org", "name": name, "fullname": name}))
        .collect();
    json!({
        "type": "user",
        "name": user,
        "fullname": user,
        "orgs": orgs,
        "auth": {
            "type": "access_token",
            "accessToken": {"displayName": display_name, "role": role, "createdAt": "2026-01-02T03:04:05.000Z"},
        },
    })
}

/// The body for a token that came from the device flow: it has no name and no role.
pub(crate) fn whoami_oauth(user: &str) -> Value {
    json!({"type": "user", "name": user, "fullname": user, "orgs": [], "auth": {"type": "oauth"}})
}
