//! What the tests stand on: a world per test, a scripted Hub, TLS in front of it, and a terminal to sit at.

#![allow(dead_code, reason = "a helper may wait for its test on another platform")]
#![allow(unused_imports, reason = "not every module of tests names every type")]

/// Two accounts.
pub(crate) const LAPTOP: &str = "hf_test_laptop_00000000";
pub(crate) const WORK: &str = "hf_test_work_0000000000";

/// What every command says that needs a token where there is none.
pub(crate) const NOT_LOGGED_IN: &str = "Error: Not logged in. Run `hf auth login` first.\n";

#[cfg(windows)]
pub(crate) mod console;
mod display;
#[cfg(windows)]
pub(crate) mod git_bash;
#[cfg(unix)]
pub(crate) mod git_server;
pub(crate) mod hub;
pub(crate) mod outcome;
pub(crate) mod sandbox;
#[cfg(unix)]
pub(crate) mod terminal;
mod tests;
pub(crate) mod tls;

#[cfg(windows)]
pub(crate) use console::{DOWN, Terminal, UP};
#[cfg(windows)]
pub(crate) use git_bash::in_git_bash;
#[cfg(unix)]
pub(crate) use git_server::GitServer;
pub(crate) use hub::{Answer, Request, StubHub, WHOAMI, hub_that_knows_carol};
pub(crate) use outcome::{Outcome, at_once, until};
pub(crate) use sandbox::{Run, Sandbox, shell};
#[cfg(unix)]
pub(crate) use terminal::{DOWN, Terminal, UP};
pub(crate) use tls::TlsHub;
