//! What the tests' terminal asks of a program that it is to start.

use std::process::Command;

/// A program about to be started.
pub(crate) struct Run(Command);

impl Run {
    pub(crate) fn of(command: Command) -> Self {
        Self(command)
    }

    pub(crate) fn env_default(mut self, name: &str, value: &str) -> Self {
        self.0.env(name, value);
        self
    }

    pub(crate) fn take_stdin(&mut self) -> Option<Vec<u8>> {
        None
    }

    pub(crate) fn command(self) -> Command {
        self.0
    }
}
