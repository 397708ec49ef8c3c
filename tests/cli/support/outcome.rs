//! What became of a program: its exit status and both its streams, with claims about them that show everything when they fail.
//!
//! It also does the running, with a watchdog, so that a program that waits for ever fails one test and not the whole build.

use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(120);
const POLL: Duration = Duration::from_millis(2);

/// A program that has ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The exit status; 128 + the signal's number for a killed program, as a shell has it.
    pub(crate) status: i32,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
    /// From start to end.
    pub(crate) elapsed: Duration,
}

impl Outcome {
    /// Exit status 0.
    #[track_caller]
    pub(crate) fn succeeds(&self) -> &Self {
        self.fails_with(0)
    }

    /// This exit status.
    #[track_caller]
    pub(crate) fn fails_with(&self, status: i32) -> &Self {
        self.claim(self.status == status, &format!("exit status {status}"))
    }

    /// Standard output is this and nothing else.
    #[track_caller]
    pub(crate) fn stdout_is(&self, text: &str) -> &Self {
        self.claim(self.stdout == text, &format!("stdout to be\n{text:?}\n"))
    }

    /// Standard error is this and nothing else.
    #[track_caller]
    pub(crate) fn stderr_is(&self, text: &str) -> &Self {
        self.claim(self.stderr == text, &format!("stderr to be\n{text:?}\n"))
    }

    /// Standard output is these lines, however the program that wrote them ends a line.
    #[track_caller]
    pub(crate) fn stdout_lines_are(&self, lines: &[&str]) -> &Self {
        let is_so = self.stdout.lines().map(str::trim_end).eq(lines.iter().copied());
        self.claim(is_so, &format!("stdout to be the lines {lines:?}"))
    }

    /// Standard output contains this.
    #[track_caller]
    pub(crate) fn stdout_has(&self, text: &str) -> &Self {
        self.claim(self.stdout.contains(text), &format!("{text:?} in stdout"))
    }

    /// Standard error contains this.
    #[track_caller]
    pub(crate) fn stderr_has(&self, text: &str) -> &Self {
        self.claim(self.stderr.contains(text), &format!("{text:?} in stderr"))
    }

    /// Standard error does not contain this.
    #[track_caller]
    pub(crate) fn stderr_lacks(&self, text: &str) -> &Self {
        self.claim(!self.stderr.contains(text), &format!("no {text:?} in stderr"))
    }

    /// Neither stream contains this secret.
    #[track_caller]
    pub(crate) fn nowhere(&self, secret: &str) -> &Self {
        let shown = self.stdout.contains(secret) || self.stderr.contains(secret);
        self.claim(!shown, &format!("{secret:?} nowhere"))
    }

    #[track_caller]
    fn claim(&self, holds: bool, expectation: &str) -> &Self {
        let Self {
            status,
            stdout,
            stderr,
            elapsed,
        } = self;
        assert!(
            holds,
            "expected {expectation}\n--- status {status} after {elapsed:?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}\n---"
        );
        self
    }
}

/// Waits for something to become so, as long as anything is waited for; whether it did.
pub(crate) fn until(mut is_so: impl FnMut() -> bool) -> bool {
    let started = Instant::now();
    while !is_so() {
        if started.elapsed() > PATIENCE {
            return false;
        }
        thread::sleep(POLL);
    }
    true
}

/// Does the same with every case, all at once: for what is waiting more than work.
pub(crate) fn at_once<T: Send>(cases: impl IntoIterator<Item = T>, test: impl Fn(T) + Sync) {
    thread::scope(|scope| {
        for case in cases {
            let test = &test;
            scope.spawn(move || test(case));
        }
    });
}

/// Runs a command to its end under the watchdog.
#[track_caller]
pub(super) fn watch(mut command: Command, stdin: Option<Vec<u8>>) -> Outcome {
    let started = Instant::now();
    command.stdin(stdin.map_or_else(Stdio::null, pipe_of));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = start(&mut command).unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let stdout = Drain::of(child.stdout.take().unwrap());
    let stderr = Drain::of(child.stderr.take().unwrap());
    let status = loop {
        let ended = child.try_wait().unwrap();
        // The end of the streams counts too: bytes may still be under way when the program is gone.
        if ended.is_some() && stdout.is_finished() && stderr.is_finished() {
            break ended;
        }
        if started.elapsed() > PATIENCE {
            let _ = child.kill();
            let _ = child.wait();
            break None;
        }
        thread::sleep(POLL);
    };
    let outcome = Outcome {
        status: status.map_or(-1, status_of),
        stdout: stdout.text(),
        stderr: stderr.text(),
        elapsed: started.elapsed(),
    };
    outcome.claim(status.is_some(), &format!("{command:?} to end by itself"));
    outcome
}

/// Starts a program; again where wine 8 gave up before the program had run, as it was seen to do once under load.
fn start(command: &mut Command) -> io::Result<Child> {
    const ERROR_INTERNAL_ERROR: i32 = 1359;
    let mut left = 3;
    loop {
        match command.spawn() {
            Err(error) if cfg!(windows) && error.raw_os_error() == Some(ERROR_INTERNAL_ERROR) && left > 0 => left -= 1,
            started => return started,
        }
    }
}

/// A pipe that gives these bytes and then ends.
pub(super) fn pipe_of(bytes: Vec<u8>) -> Stdio {
    let (reader, mut writer) = io::pipe().unwrap();
    // A program that ends before it has read everything is no failure of the test.
    thread::spawn(move || writer.write_all(&bytes));
    reader.into()
}

pub(super) fn status_of(status: ExitStatus) -> i32 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return 128 + signal;
    }
    status.code().unwrap_or(-1)
}

/// Reads a stream to its end aside, so that a full pipe never blocks the program.
struct Drain {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: JoinHandle<()>,
}

impl Drain {
    fn of(mut stream: impl Read + Send + 'static) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let theirs = Arc::clone(&bytes);
        let reader = thread::spawn(move || {
            let mut buffer = [0; 8 * 1024];
            while let Ok(count @ 1..) = stream.read(&mut buffer) {
                theirs
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .extend_from_slice(&buffer[..count]);
            }
        });
        Self { bytes, reader }
    }

    fn is_finished(&self) -> bool {
        self.reader.is_finished()
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}
