//! Programs that work for us: each gets none of our secrets but what it is told on standard input, ends in time, with all that
//! it has started, and only so much is read of what it prints.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use super::system::{Streams, end_group, own_group};
use crate::clock::{self, Deadline};
use crate::secret::Secret;
use crate::settings::SECRET_VARIABLES;
use crate::signals::{self, Watch};

/// How often it is looked whether the program has ended, at first and at last: most are done within a few milliseconds.
const FIRST_PAUSE: Duration = Duration::from_micros(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(5);
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
    pub(crate) most: usize,
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
    begin(program, question)?.answer(patience)
}

/// A program at work. It has until its end to print what is read of it.
pub(crate) struct Running {
    child: Child,
    streams: Streams,
    written: io::Result<()>,
    /// Its group does not hear Ctrl-C; it ends with us all the same.
    _watches: [Watch; 2],
}

/// Nobody waits for it any more.
impl Drop for Running {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            end_group(self.child.id());
            // Failure means that it has ended already.
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// Has a program begin.
pub(crate) fn begin(program: &OsStr, question: &Question) -> io::Result<Running> {
    let mut child = start(program, question)?;
    let group = child.id();
    let watches = [signals::wait(), signals::watch_child(move || end_group(group))];
    let streams = Streams::of(&mut child, question.most)?;
    let written = hand_over(&mut child, question.input);
    Ok(Running {
        child,
        streams,
        written,
        _watches: watches,
    })
}

impl Running {
    /// Waits for its end, and no longer than `patience`.
    pub(crate) fn answer(mut self, patience: Duration) -> Result<Answer, Unanswered> {
        let status = self.wait(patience)?;
        // What it has left running may keep a stream open.
        let arrival = Deadline::after(TO_ARRIVE);
        while self.streams.are_open() && !arrival.has_passed() {
            self.streams.read(arrival.left());
        }
        let [output, complaint] = self.streams.take_texts();
        Ok(Answer {
            status,
            output,
            complaint,
            written: std::mem::replace(&mut self.written, Ok(())),
        })
    }

    fn wait(&mut self, patience: Duration) -> Result<ExitStatus, Unanswered> {
        let (deadline, mut pause) = (Deadline::after(patience), FIRST_PAUSE);
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            if deadline.has_passed() {
                return Err(Unanswered::TimedOut(patience));
            }
            // What it prints ends when it does, mostly.
            if self.streams.are_open() {
                self.streams.read(LONGEST_PAUSE);
            } else {
                clock::pause(pause);
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
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
