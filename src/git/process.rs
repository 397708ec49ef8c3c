//! Running git: it never prompts, gets no secret but on standard input, and ends in time, with all that it has started.

use std::io;
use std::path::Path;
use std::time::Duration;

use super::GitError;
use crate::programs::{self, Answer, Question, Reads, Unanswered, search_path};
use crate::secret::Secret;
use crate::settings;

/// The variable that says that it is this program that asks git. As one of git's helpers it then says nothing: what it would
/// say it knows, and a request might hang on it.
pub(crate) const ASKING: &str = "_HF_AUTH_ASKING_GIT";

/// Nobody keeps a repository in the root of the disk.
const ROOT: &str = if cfg!(windows) { r"C:\" } else { "/" };
const LARGEST_ANSWER: usize = 1024 * 1024;
const VARIABLES: [(&str, &str); 5] = [
    ("GIT_TERMINAL_PROMPT", "0"),
    // Empty is not the same as unset: nobody else's window asks either.
    ("GIT_ASKPASS", ""),
    ("GCM_INTERACTIVE", "never"),
    (ASKING, "1"),
    // What it says is quoted and looked at.
    ("LC_ALL", "C"),
];

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
        let answer = self.run(arguments, None, Reads::OutputAndComplaint, settings::git_timeout())?;
        Ok(answer.output.expose().to_owned())
    }

    /// Runs git with a text on its standard input, and gives what it printed.
    pub(super) fn ask_with(self, arguments: &[&str], input: &str, patience: Duration) -> Result<Secret, GitError> {
        let answer = self.run(arguments, Some(input), Reads::Output, patience)?;
        answer.written?;
        Ok(answer.output)
    }

    /// Runs git with a text on its standard input. Its output goes nowhere.
    pub(super) fn tell(self, arguments: &[&str], input: &str, patience: Duration) -> Result<(), GitError> {
        let answer = self.run(arguments, Some(input), Reads::Nothing, patience)?;
        Ok(answer.written?)
    }

    /// What git says when it succeeds.
    fn run(
        self,
        arguments: &[&str],
        input: Option<&str>,
        reads: Reads,
        patience: Duration,
    ) -> Result<Answer, GitError> {
        self.begin(arguments, input, reads)?.answer(patience)
    }

    /// Has git begin what we need the answer of only later.
    pub(super) fn begin(self, arguments: &[&str], input: Option<&str>, reads: Reads) -> Result<Running, GitError> {
        let git = programs::startable("git").map_err(|_| GitError::Missing)?;
        let mut question = Question {
            arguments,
            variables: &VARIABLES,
            input,
            reads,
            most: LARGEST_ANSWER,
            ..Question::default()
        };
        if self == Git::OutsideOfRepositories {
            question.folder = Some(Path::new(ROOT));
            question.removed = &["GIT_DIR", "GIT_WORK_TREE"];
        }
        programs::begin(&git, &question).map(Running).map_err(broken)
    }
}

/// git at work.
pub(super) struct Running(programs::Running);

impl Running {
    /// What git says when it succeeds.
    pub(super) fn answer(self, patience: Duration) -> Result<Answer, GitError> {
        let answer = self.0.answer(patience).map_err(|unanswered| match unanswered {
            Unanswered::TimedOut(patience) => GitError::TimedOut(patience),
            Unanswered::Broken(cause) => broken(cause),
        })?;
        let status = answer.status;
        match status.success() {
            true => Ok(answer),
            false => Err(GitError::Failed {
                status,
                reason: fatal_line(answer.complaint.expose()).unwrap_or_else(|| status.to_string()),
            }),
        }
    }
}

/// Where git is there, something else is not: /dev/null, in a bare container.
fn broken(cause: io::Error) -> GitError {
    match cause.kind() == io::ErrorKind::NotFound && !is_there() {
        true => GitError::Missing,
        false => GitError::Broken(cause),
    }
}

fn is_there() -> bool {
    programs::named("git", &search_path()).next().is_some()
}

/// The line of git's that says why it ended.
fn fatal_line(complaint: &str) -> Option<String> {
    let mut lines = complaint.lines();
    lines
        .find_map(|line| line.strip_prefix("fatal: ").or(line.strip_prefix("error: ")))
        .map(str::to_owned)
}
