//! Hugging Face authentication: which token counts, where tokens are kept, and whether the Hub accepts them, on the
//! same files, variables and messages as the Python library `huggingface_hub`.
//!
//! A walk through the house:
//!
//! - [`settings`] is the door to the environment: where files are, which Hub is asked.
//! - [`auth`] is what is true about tokens. [`auth::active`] says which one is in effect, [`auth::store`] keeps them,
//!   [`auth::hub`] asks the Hub, [`auth::git`] tells git.
//! - [`cli`] is what a person types; each command is one file behind it, on top of `auth`.
//! - [`error`] is what went wrong, with an exit status.
//!
//! `fs`, `clock`, `signals` and `ui` are the doors to the disk, the clock, signals and the person; `memory` keeps what
//! the program holds from leaving it.

pub mod auth;
pub mod cli;
mod clock;
mod commands;
pub mod error;
mod fs;
#[cfg(test)]
mod harm;
mod memory;
pub mod settings;
mod signals;
mod ui;

/// The version of `huggingface_hub` whose behaviour this crate mirrors.
pub const REFERENCE_VERSION: &str = "2.4.0";
