//! The program from outside: the built binary in a sandbox, the stub Hub on loopback, real git, a real terminal. One
//! module a command, and one for each thing that all commands share.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test arranges its world by hand and fails by panicking"
)]

#[cfg(unix)]
mod accounts;
mod check;
mod completion;
mod consoles;
#[cfg(target_os = "linux")]
mod costs;
mod delegation;
mod environment;
mod export;
mod faults;
mod git;
mod git_credential;
mod hostile;
mod leaks;
mod library;
mod list;
mod login;
mod logout;
mod network;
mod oidc;
mod output;
mod refresh;
mod revoke;
mod run;
#[cfg(unix)]
mod setup_git;
#[cfg(unix)]
mod signals;
mod status;
mod support;
mod switch;
mod tls;
mod token;
mod whoami;
