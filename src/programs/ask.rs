//! Asking another program: it gets no input and none of our secrets, it ends in time, with all that it has started, and only
//! so much is read of what it prints.

use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::clock::{self, Deadline};
use crate::secret::Secret;
use crate::settings::SECRET_VARIABLES;
use crate::signals;

const POLL: Duration = Duration::from_millis(5);
/// One more than anything that is asked for has, so that too much is seen to be.
const LARGEST_ANSWER: u64 = 64 * 1024 + 2;
/// For what the program has written to be read after its end.
const TO_ARRIVE: Duration = Duration::from_secs(1);

/// What a program said, and how it ended.
pub(crate) struct Answer {
    pub(crate) status: ExitStatus,
    pub(crate) output: Secret,
    /// What it wrote to standard error.
    pub(crate) complaint: Secret,
}

/// Why there is no answer.
pub(crate) enum Unanswered {
    TimedOut(Duration),
    Broken(io::Error),
}

impl From<io::Error> for Unanswered {
    fn from(cause: io::Error) -> Self {
        Unanswered::Broken(cause)
    }
}

/// Runs a program to its end, and no longer than `patience`.
pub(crate) fn ask(program: &Path, arguments: &[&str], patience: Duration) -> Result<Answer, Unanswered> {
    let mut child = start(program, arguments)?;
    let output = child.stdout.take().map(Reader::of).transpose()?;
    let complaint = child.stderr.take().map(Reader::of).transpose()?;
    let status = wait(&mut child, patience)?;
    let text = |reader: Option<Reader>| reader.map_or(Secret::new(""), Reader::text);
    Ok(Answer {
        status,
        output: text(output),
        complaint: text(complaint),
    })
}

#[expect(clippy::disallowed_methods, reason = "this is the door to other programs")]
fn start(program: &Path, arguments: &[&str]) -> io::Result<Child> {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for name in SECRET_VARIABLES {
        command.env_remove(name);
    }
    own_process_group(&mut command);
    signals::hear_of_children();
    command.spawn()
}

/// Reads a stream aside, so that neither side waits for the other.
struct Reader(mpsc::Receiver<Secret>);

impl Reader {
    fn of(stream: impl Read + Send + 'static) -> io::Result<Self> {
        let (sender, receiver) = mpsc::channel();
        thread::Builder::new().spawn(move || {
            let mut text = Vec::new();
            // What could be read before something went wrong is all there is.
            let _ = stream.take(LARGEST_ANSWER).read_to_end(&mut text);
            sender.send(Secret::new(String::from_utf8_lossy(&text)))
        })?;
        Ok(Reader(receiver))
    }

    /// All of it, once the program has ended; what it has left running may keep the stream open.
    fn text(self) -> Secret {
        self.0.recv_timeout(TO_ARRIVE).unwrap_or_else(|_| Secret::new(""))
    }
}

fn wait(child: &mut Child, patience: Duration) -> Result<ExitStatus, Unanswered> {
    let deadline = Deadline::after(patience);
    let group = child.id();
    let _watch = signals::watch(move |_| end_group(group));
    loop {
        match child.try_wait()? {
            Some(status) => return Ok(status),
            None if !deadline.has_passed() => clock::pause(POLL),
            None => {
                end_group(group);
                // Failure means that it has ended already.
                let _ = child.kill();
                let _ = child.wait();
                return Err(Unanswered::TimedOut(patience));
            }
        }
    }
}

/// A group of its own, so that what it has started ends with it. Ctrl-C does not reach it then: [`wait`] passes it on.
#[cfg(unix)]
fn own_process_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(not(unix))]
fn own_process_group(_command: &mut Command) {}

/// Where the system has process groups.
fn end_group(group: u32) {
    #[cfg(unix)]
    if let Ok(group) = i32::try_from(group) {
        let _ = nix::sys::signal::killpg(nix::unistd::Pid::from_raw(group), nix::sys::signal::Signal::SIGKILL);
    }
    #[cfg(not(unix))]
    let _ = group;
}
