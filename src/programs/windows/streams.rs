//! What a program prints, each stream read by a thread: Windows waits for no two pipes at once. `unix/streams.rs` has the same
//! names.

use std::io::{self, Read};
use std::process::Child;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::secret::Secret;

/// Its standard output and standard error, as far as they are ours to read.
pub(crate) struct Streams([Stream; 2]);

enum Stream {
    /// Of which the text comes when it ends.
    Open(mpsc::Receiver<Secret>),
    Read(Secret),
}

impl Streams {
    /// `most` is read of each, in bytes.
    pub(crate) fn of(child: &mut Child, most: usize) -> io::Result<Self> {
        let output = child.stdout.take().map(|stream| Stream::of(stream, most));
        let complaint = child.stderr.take().map(|stream| Stream::of(stream, most));
        let nothing = || Stream::Read(Secret::new(""));
        Ok(Streams([
            output.transpose()?.unwrap_or_else(nothing),
            complaint.transpose()?.unwrap_or_else(nothing),
        ]))
    }

    /// There may be more to come.
    pub(crate) fn are_open(&self) -> bool {
        self.0.iter().any(|stream| matches!(stream, Stream::Open(_)))
    }

    /// Waits for the end of the first that is open, no longer than this.
    pub(crate) fn read(&mut self, patience: Duration) {
        for stream in &mut self.0 {
            let Stream::Open(text) = stream else { continue };
            match text.recv_timeout(patience) {
                Err(RecvTimeoutError::Timeout) => return,
                read => *stream = Stream::Read(read.unwrap_or_else(|_| Secret::new(""))),
            }
        }
    }

    /// What was printed on each.
    pub(crate) fn take_texts(&mut self) -> [Secret; 2] {
        let taken = |stream: &mut Stream| std::mem::replace(stream, Stream::Read(Secret::new("")));
        self.0.each_mut().map(|stream| match taken(stream) {
            Stream::Read(text) => text,
            Stream::Open(_) => Secret::new(""),
        })
    }
}

impl Stream {
    fn of(stream: impl Read + Send + 'static, most: usize) -> io::Result<Self> {
        let (sender, receiver) = mpsc::channel();
        thread::Builder::new().spawn(move || {
            let mut text = Vec::new();
            // What could be read before something went wrong is all there is.
            let _ = stream.take(most as u64).read_to_end(&mut text);
            sender.send(Secret::new(String::from_utf8_lossy(&text)))
        })?;
        Ok(Stream::Open(receiver))
    }
}
