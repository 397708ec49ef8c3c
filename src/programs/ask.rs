//! Programs that work for us: each gets none of our secrets but what it is told on standard input, ends in time, with all that
//! it has started, and only so much is read of what it prints.

use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::system::{end_group, own_group};
use crate::clock::{self, Deadline};
use crate::secret::Secret;
use crate::settings::SECRET_VARIABLES;
use crate::signals;

const POLL: Duration = Duration::from_millis(5);
/// For what the program has written to be read after its end.
const TO_ARRIVE: Duration = Duration::from_secs(1);

/// What a program is asked.
#[derive(Default)]
pub(crate) struct Question<'a> {
    pub(crate) arguments: &'a [&'a str],
    /// The variables that it gets beside our own.
    pub(crate) variables: &'a [(&'a str, &'a str)],
    /// The variables of ours that it does not get; the secret ones it never does.
    pub(crate) removed: &'a [&'a str],
    /// The folder it runs in; ours if there is none.
    pub(crate) folder: Option<&'a Path>,
    /// What it gets on standard input.
    pub(crate) input: Option<&'a str>,
    pub(crate) reads: Reads,
    /// How many bytes of each stream are read.
    pub(crate) most: u64,
}

/// What is read of what it prints. A program may leave a daemon behind that keeps a pipe open for hours.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reads {
    #[default]
    Nothing,
    Output,
    OutputAndComplaint,
}

/// What a program said, and how it ended.
pub(crate) struct Answer {
    pub(crate) status: ExitStatus,
    pub(crate) output: Secret,
    /// What it wrote to standard error.
    pub(crate) complaint: Secret,
    /// Whether it took all of its input.
    pub(crate) written: io::Result<()>,
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
pub(crate) fn ask(program: &OsStr, question: &Question, patience: Duration) -> Result<Answer, Unanswered> {
    let mut child = start(program, question)?;
    let output = child
        .stdout
        .take()
        .map(|stream| Reader::of(stream, question.most))
        .transpose()?;
    let complaint = child
        .stderr
        .take()
        .map(|stream| Reader::of(stream, question.most))
        .transpose()?;
    let written = hand_over(&mut child, question.input);
    let status = wait(&mut child, patience)?;
    let text = |reader: Option<Reader>| reader.map_or(Secret::new(""), Reader::text);
    Ok(Answer {
        status,
        output: text(output),
        complaint: text(complaint),
        written,
    })
}

#[expect(clippy::disallowed_methods, reason = "this is the door to other programs")]
fn start(program: &OsStr, question: &Question) -> io::Result<Child> {
    let piped = |is_piped: bool| if is_piped { Stdio::piped() } else { Stdio::null() };
    let mut command = Command::new(program);
    command
        .args(question.arguments)
        .envs(question.variables.iter().copied())
        .stdin(piped(question.input.is_some()))
        .stdout(piped(question.reads != Reads::Nothing))
        .stderr(piped(question.reads == Reads::OutputAndComplaint));
    for name in SECRET_VARIABLES.iter().chain(question.removed) {
        command.env_remove(name);
    }
    question.folder.iter().for_each(|folder| {
        command.current_dir(folder);
    });
    own_group(&mut command);
    signals::hear_of_children();
    command.spawn()
}

/// The whole input, and its end.
fn hand_over(child: &mut Child, input: Option<&str>) -> io::Result<()> {
    match child.stdin.take().zip(input) {
        Some((mut stdin, input)) => stdin.write_all(input.as_bytes()),
        None => Ok(()),
    }
}

/// Reads a stream aside, so that neither side waits for the other.
struct Reader(mpsc::Receiver<Secret>);

impl Reader {
    fn of(stream: impl Read + Send + 'static, most: u64) -> io::Result<Self> {
        let (sender, receiver) = mpsc::channel();
        thread::Builder::new().spawn(move || {
            let mut text = Vec::new();
            // What could be read before something went wrong is all there is.
            let _ = stream.take(most).read_to_end(&mut text);
            sender.send(Secret::new(String::from_utf8_lossy(&text)))
        })?;
        Ok(Reader(receiver))
    }

    /// All of it, once the program has ended; what it has left running may keep the stream open.
    fn text(self) -> Secret {
        self.0.recv_timeout(TO_ARRIVE).unwrap_or_else(|_| Secret::new(""))
    }
}

/// Its group does not hear Ctrl-C; it ends with us all the same.
fn wait(child: &mut Child, patience: Duration) -> Result<ExitStatus, Unanswered> {
    let deadline = Deadline::after(patience);
    let group = child.id();
    let _wait = signals::wait();
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
