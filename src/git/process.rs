//! Running git: it never prompts, gets no secret but on standard input, and ends in time, with all that it has started.

use std::io::{self, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::GitError;
use crate::clock::Deadline;
use crate::programs::{self, search_path};
use crate::secret::Secret;
use crate::settings::{self, SECRET_VARIABLES};
use crate::signals;

/// The variable that says that it is this program that asks git. As one of git's helpers it then says nothing: what it would
/// say it knows, and a request might hang on it.
pub(crate) const ASKING: &str = "_HF_AUTH_ASKING_GIT";

/// Nobody keeps a repository in the root of the disk.
const ROOT: &str = if cfg!(windows) { r"C:\" } else { "/" };
const POLL: Duration = Duration::from_millis(5);
const LARGEST_ANSWER: u64 = 1024 * 1024;
/// For what git has written to be read after its end.
const TO_ARRIVE: Duration = Duration::from_secs(1);

/// Where git runs, and so whose configuration counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Git {
    /// In the repository one stands in, if any.
    Here,
    /// In none: nobody asked for git, so a repository's own helpers are not to get a token.
    OutsideOfRepositories,
}

impl Git {
    /// What git's configuration says, each value with a NUL behind it; nothing where there is no such key.
    pub(super) fn look_up(self, arguments: &[&str]) -> Result<String, GitError> {
        match self.ask(&[&["config", "--null"], arguments].concat()) {
            // git config's way to say that there is none.
            Err(GitError::Failed { status, .. }) if status.code() == Some(1) => Ok(String::new()),
            outcome => outcome,
        }
    }

    /// Runs git, which starts no helper for this, and gives what it printed.
    pub(super) fn ask(self, arguments: &[&str]) -> Result<String, GitError> {
        let mut child = self.start(arguments, [Stdio::null(), Stdio::piped(), Stdio::piped()])?;
        let output = child.stdout.take().map(Reader::of).transpose()?;
        let complaint = child.stderr.take().map(Reader::of).transpose()?;
        let text = |reader: Option<Reader>| reader.map(Reader::text).unwrap_or_default();
        match wait(&mut child, settings::git_timeout()) {
            Err(GitError::Failed { status, reason }) => {
                let reason = fatal_line(&text(complaint)).unwrap_or(reason);
                Err(GitError::Failed { status, reason })
            }
            outcome => outcome.map(|()| text(output)),
        }
    }

    /// Runs git with a text on its standard input, and gives what it printed.
    pub(super) fn ask_with(self, arguments: &[&str], input: &str, patience: Duration) -> Result<Secret, GitError> {
        let mut child = self.start(arguments, [Stdio::piped(), Stdio::piped(), Stdio::null()])?;
        let output = child.stdout.take().map(Reader::of).transpose()?;
        let written = hand_over(&mut child, input);
        wait(&mut child, patience)?;
        written?;
        Ok(Secret::new(output.map(Reader::text).unwrap_or_default()))
    }

    /// Runs git with a text on its standard input. Its output goes nowhere: a helper may leave a daemon behind that keeps
    /// a pipe open for hours.
    pub(super) fn tell(self, arguments: &[&str], input: &str, patience: Duration) -> Result<(), GitError> {
        let mut child = self.start(arguments, [Stdio::piped(), Stdio::null(), Stdio::null()])?;
        let written = hand_over(&mut child, input);
        wait(&mut child, patience)?;
        Ok(written?)
    }

    #[expect(clippy::disallowed_methods, reason = "this is git's one door")]
    fn start(self, arguments: &[&str], [stdin, stdout, stderr]: [Stdio; 3]) -> Result<Child, GitError> {
        let mut command = Command::new(programs::startable("git").map_err(|_| GitError::Missing)?);
        command
            .args(arguments)
            .env("GIT_TERMINAL_PROMPT", "0")
            // Empty is not the same as unset: nobody else's window asks either.
            .env("GIT_ASKPASS", "")
            .env("GCM_INTERACTIVE", "never")
            .env(ASKING, "1")
            // What it says is quoted and looked at.
            .env("LC_ALL", "C")
            .stdin(stdin)
            .stdout(stdout)
            .stderr(stderr);
        if self == Git::OutsideOfRepositories {
            command
                .current_dir(ROOT)
                .env_remove("GIT_DIR")
                .env_remove("GIT_WORK_TREE");
        }
        for name in SECRET_VARIABLES {
            command.env_remove(name);
        }
        own_process_group(&mut command);
        signals::hear_of_children();
        command.spawn().map_err(|cause| match cause.kind() {
            // Where git is there, something else is not: /dev/null, in a bare container.
            io::ErrorKind::NotFound if programs::named("git", &search_path()).next().is_none() => GitError::Missing,
            _ => GitError::Broken(cause),
        })
    }
}

/// Reads a stream of git's aside, so that neither side waits for the other.
struct Reader(mpsc::Receiver<String>);

impl Reader {
    fn of(stream: impl Read + Send + 'static) -> io::Result<Self> {
        let (sender, receiver) = mpsc::channel();
        thread::Builder::new().spawn(move || {
            let mut text = Vec::new();
            // What could be read before something went wrong is all there is.
            let _ = stream.take(LARGEST_ANSWER).read_to_end(&mut text);
            sender.send(String::from_utf8_lossy(&text).into_owned())
        })?;
        Ok(Reader(receiver))
    }

    /// All of it, once git has ended. A helper may leave a daemon behind that keeps the stream open for hours.
    fn text(self) -> String {
        self.0.recv_timeout(TO_ARRIVE).unwrap_or_default()
    }
}

/// The line of git's that says why it ended.
fn fatal_line(complaint: &str) -> Option<String> {
    let mut lines = complaint.lines();
    lines
        .find_map(|line| line.strip_prefix("fatal: ").or(line.strip_prefix("error: ")))
        .map(str::to_owned)
}

/// The whole input, and its end.
fn hand_over(child: &mut Child, input: &str) -> io::Result<()> {
    let stdin = child.stdin.take();
    stdin.map_or(Ok(()), |mut stdin| stdin.write_all(input.as_bytes()))
}

/// Waits for git to succeed.
fn wait(child: &mut Child, patience: Duration) -> Result<(), GitError> {
    let deadline = Deadline::after(patience);
    let group = child.id();
    let _wait = signals::wait();
    let _watch = signals::watch(move |_| end_group(group));
    loop {
        match child.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => {
                let reason = status.to_string();
                return Err(GitError::Failed { status, reason });
            }
            None if !deadline.has_passed() => thread::sleep(POLL),
            None => {
                end(child);
                return Err(GitError::TimedOut(patience));
            }
        }
    }
}

/// A group of its own, so that a helper that hangs ends with the git that started it. Ctrl-C does not reach it then:
/// [`wait`] passes it on.
#[cfg(unix)]
fn own_process_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(not(unix))]
fn own_process_group(_command: &mut Command) {}

/// Ends git and what it started. Failure means that it has ended already.
fn end(child: &mut Child) {
    end_group(child.id());
    let _ = child.kill();
    let _ = child.wait();
}

/// Where the system has process groups.
fn end_group(group: u32) {
    #[cfg(unix)]
    if let Ok(group) = i32::try_from(group) {
        let _ = nix::sys::signal::killpg(nix::unistd::Pid::from_raw(group), nix::sys::signal::Signal::SIGKILL);
    }
    #[cfg(not(unix))]
    let _ = group;
}
