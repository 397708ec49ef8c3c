//! What a program prints, read as it comes: poll(2) waits for both streams, and no thread is needed.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::process::Child;
use std::time::Duration;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::secret::Secret;

const CHUNK: usize = 4096;

/// Its standard output and standard error, as far as they are ours to read.
pub(crate) struct Streams([Stream; 2]);

struct Stream {
    /// None once there is no more to be had.
    file: Option<File>,
    text: Vec<u8>,
    most: usize,
}

impl Streams {
    /// `most` is read of each, in bytes.
    pub(crate) fn of(child: &mut Child, most: usize) -> std::io::Result<Self> {
        let stream = |file: Option<OwnedFd>| Stream {
            file: file.map(File::from),
            text: Vec::new(),
            most,
        };
        let (output, complaint) = (child.stdout.take(), child.stderr.take());
        Ok(Streams([
            stream(output.map(OwnedFd::from)),
            stream(complaint.map(OwnedFd::from)),
        ]))
    }

    /// There may be more to come.
    pub(crate) fn are_open(&self) -> bool {
        self.0.iter().any(|stream| stream.file.is_some())
    }

    /// Reads what comes first, or nothing if nothing comes in this time.
    pub(crate) fn read(&mut self, patience: Duration) {
        let files = self.0.iter().filter_map(|stream| stream.file.as_ref());
        let mut waits: Vec<PollFd> = files.map(|file| PollFd::new(file.as_fd(), PollFlags::POLLIN)).collect();
        let patience = PollTimeout::try_from(patience).unwrap_or(PollTimeout::MAX);
        // A signal that interrupts it is a reason to come back, and only that.
        if poll(&mut waits, patience).is_err() {
            return;
        }
        let are_ready: Vec<bool> = waits.iter().map(|wait| wait.any().unwrap_or(true)).collect();
        let open = self.0.iter_mut().filter(|stream| stream.file.is_some());
        for (stream, _) in open.zip(are_ready).filter(|(_, is_ready)| *is_ready) {
            stream.read();
        }
    }

    /// What was printed on each.
    pub(crate) fn take_texts(&mut self) -> [Secret; 2] {
        self.0.each_mut().map(|stream| {
            let text = std::mem::take(&mut stream.text);
            Secret::new(String::from_utf8_lossy(&text))
        })
    }
}

impl Stream {
    /// What could be read before something went wrong is all there is.
    fn read(&mut self) {
        let Some(file) = &mut self.file else { return };
        let mut chunk = [0; CHUNK];
        match file.read(&mut chunk) {
            Err(cause) if cause.kind() == ErrorKind::Interrupted => {}
            Ok(0) | Err(_) => self.file = None,
            Ok(count) => {
                let room = self.most - self.text.len();
                self.text.extend_from_slice(&chunk[..count.min(room)]);
                if self.text.len() == self.most {
                    self.file = None;
                }
            }
        }
    }
}
