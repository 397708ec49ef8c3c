//! What the tests stand on: a world per test, a scripted Hub, TLS in front of it, and a terminal to sit at.

#![allow(dead_code, reason = "a helper may wait for its test on another platform")]
#![allow(unused_imports, reason = "not every module of tests names every type")]

#[cfg(unix)]
pub(crate) mod git_server;
pub(crate) mod hub;
pub(crate) mod outcome;
pub(crate) mod sandbox;
#[cfg(unix)]
pub(crate) mod terminal;
mod tests;
pub(crate) mod tls;

#[cfg(unix)]
pub(crate) use git_server::GitServer;
pub(crate) use hub::{Answer, Request, StubHub};
pub(crate) use outcome::{Outcome, at_once, until};
pub(crate) use sandbox::{Run, Sandbox};
#[cfg(unix)]
pub(crate) use terminal::Terminal;
pub(crate) use tls::TlsHub;
