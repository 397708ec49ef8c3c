//! Hugging Face authentication: which token counts, where tokens are kept, and whether the Hub accepts them, on the
//! same files, variables and messages as the Python library `huggingface_hub`.
//!
//! # For Rust programs
//!
//! [`Auth`] is the one way to ask. It prints nothing, installs no signal handler and can be shared between threads; it works
//! within an asynchronous runtime, where a call blocks as long as the Hub takes. What there is to tell goes to
//! [`Auth::with_notices`]; what goes wrong is an [`Error`] with a [kind](ErrorKind) to act on. [`get_token`], [`login`],
//! [`logout`], [`auth_switch`] and [`auth_list`] are the Python library's names for the same. What a token may do,
//! [`Auth::check`] asks; [`Auth::revoke`] ends one for every machine.
//!
//! The program's own crates (its parser, its terminal) come with the default feature `cli`:
//! `hf-auth = { version = "0.1", default-features = false }` leaves them out.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # use std::io::{Read, Write};
//! # let hub = std::net::TcpListener::bind("127.0.0.1:0")?;
//! # let endpoint = format!("http://{}", hub.local_addr()?);
//! # std::thread::spawn(move || -> std::io::Result<()> {
//! #     for (stream, name) in hub.incoming().zip(["laptop", "work", "work"]) {
//! #         let (mut stream, mut request) = (stream?, Vec::new());
//! #         while !request.ends_with(b"\r\n\r\n") {
//! #             let mut byte = [0];
//! #             stream.read_exact(&mut byte)?;
//! #             request.push(byte[0]);
//! #         }
//! #         let body = format!(r#"{{"name": "alice", "auth": {{"accessToken": {{"displayName": "{name}", "role": "write"}}}}}}"#);
//! #         write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len())?;
//! #     }
//! #     Ok(())
//! # });
//! # let folder = tempfile::tempdir()?;
//! # let home = folder.path().to_str().unwrap();
//! use hf_auth::{Auth, ErrorKind, GitCredential, Secret, Settings};
//!
//! // `Auth::from_environment()` is what the program uses; here the files and the Hub are given.
//! let auth = Auth::from(Settings::from_variables([("HF_HOME", home), ("HF_ENDPOINT", &endpoint)]));
//! assert!(auth.token()?.is_none());
//!
//! // The Hub is asked whose tokens these are, and how it calls them.
//! for token in ["hf_test_laptop_00", "hf_test_work_0000"] {
//!     let login = auth.login(&Secret::new(token), GitCredential::Leave)?;
//!     assert_eq!(login.identity.user, "alice");
//! }
//! auth.switch("laptop", GitCredential::Leave)?;
//! assert_eq!(auth.token()?.expect("one is active").expose(), "hf_test_laptop_00");
//! assert_eq!(auth.token_named("work")?.expose(), "hf_test_work_0000");
//! assert_eq!(auth.whoami()?.user, "alice");
//!
//! let names: Vec<String> = auth.list()?.into_iter().map(|listed| listed.stored.name).collect();
//! assert_eq!(names, ["laptop", "work"]);
//! match auth.token_named("gone") {
//!     Err(error) if error.kind() == ErrorKind::UnknownName => assert!(error.next_step().is_some()),
//!     other => panic!("{other:?}"),
//! }
//! auth.logout(None)?;
//! # Ok(())
//! # }
//! ```
//!
//! # A walk through the house
//!
//! Each room uses the rooms below it and none above: `main → cli → commands → auth → (hub | store | git) → programs →
//! settings → fs → ground`, and `commands → ui → ground`; `tests/cli/rooms.rs` holds that.
//!
//! - `cli` parses a command line, `commands` has a file for each command, `ui` is the door to the person. `delegate` comes
//!   before all of them: it hands on the command lines that are not ours.
//! - `auth` is what is true about tokens, behind [`Auth`].
//! - `hub` is the door to the network, `store` keeps the tokens, `git` is the door to git.
//! - `programs` is the door to other programs, `settings` to the environment, `fs` to the disk.
//! - On the ground: `secret`, `notice`, `error`, `clock`, `signals`; `memory` keeps what the program holds from leaving it.

#![cfg_attr(
    not(feature = "cli"),
    allow(dead_code, unused_imports, reason = "the rooms below serve the program too")
)]

mod auth;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
mod clock;
#[cfg(feature = "cli")]
mod commands;
#[cfg(feature = "cli")]
mod delegate;
mod error;
mod fs;
mod git;
mod hub;
mod memory;
mod notice;
mod programs;
#[cfg(test)]
mod properties;
mod secret;
mod settings;
mod signals;
mod store;
#[cfg(feature = "cli")]
mod ui;

pub use auth::{
    AccessState, Auth, Checked, GitCredential, ListedToken, Login, Logout, Revocation, Revoke, Revoked, auth_list,
    auth_switch, get_token, login, logout,
};
pub use error::{Error, ErrorKind, Result};
pub use hub::{Access, Identity, Membership, Repo, RepoType, Rights, Scope, Verdict};
pub use notice::{Notice, Notify, silent};
pub use secret::{Malformed, Secret};
pub use settings::{Endpoint, Paths, REFERENCE_VERSION, Settings};
/// What the comparison with Python reads and writes; no interface to rely on.
#[doc(hidden)]
pub use store::ini;
pub use store::{Place, Rule, StoredToken};
