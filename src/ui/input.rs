//! What another program hands over on standard input: bounded, so that one that never ends is an error and not a wait.

use std::io::{self, BufRead, Read};
use std::time::Duration;

use zeroize::Zeroizing;

use crate::clock;
use crate::ui::failure::{Failure, Result};

const PAUSE: Duration = Duration::from_millis(2);
const LARGEST_INPUT: usize = 1024 * 1024;
const LARGEST_LIST: usize = 16 * 1024 * 1024;

/// Standard input up to an empty line or its end, whichever is first.
pub(crate) fn read_paragraph() -> Result<Zeroizing<Vec<u8>>> {
    let mut stdin = io::stdin().lock().take(LARGEST_INPUT as u64 + 1);
    let mut bytes = Zeroizing::new(Vec::new());
    loop {
        let start = bytes.len();
        let read = patiently(|| stdin.read_until(b'\n', &mut bytes));
        read.map_err(|cause| Failure::failed("Cannot read from standard input.").with_source(cause))?;
        if bytes.len() > LARGEST_INPUT {
            return Err(Failure::failed("Standard input is larger than 1 MiB."));
        }
        if matches!(bytes.get(start..), Some([] | b"\n" | b"\r\n") | None) {
            return Ok(bytes);
        }
    }
}

/// Standard input to its end, up to 16 MiB.
pub(crate) fn read_all() -> Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::new());
    let mut stdin = io::stdin().lock().take(LARGEST_LIST as u64 + 1);
    let read = patiently(|| stdin.read_to_end(&mut bytes));
    read.map_err(|cause| Failure::failed("Cannot read from standard input.").with_source(cause))?;
    match bytes.len() > LARGEST_LIST {
        true => Err(Failure::failed("Standard input is larger than 16 MiB.")),
        false => Ok(bytes),
    }
}

/// Takes standard input and drops it, so that whoever writes is not cut off.
pub(crate) fn discard() {
    // What cannot be read need not be dropped.
    let mut stdin = io::stdin().lock().take(LARGEST_INPUT as u64);
    let _ = patiently(|| io::copy(&mut stdin, &mut io::sink()));
}

/// Does what has to do with a standard stream, again where the stream is not ready: whoever shares it with us may have set it
/// to answer so instead of waiting.
pub(super) fn patiently<T>(mut act: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match act() {
            Err(cause) if cause.kind() == io::ErrorKind::WouldBlock => clock::pause(PAUSE),
            outcome => return outcome,
        }
    }
}
