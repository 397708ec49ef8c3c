//! Hugging Face authentication: which token counts, where tokens are kept, and whether the Hub accepts them, on the
//! same files, variables and messages as the Python library `huggingface_hub`.
//!
//! # For Rust programs
//!
//! [`get_token`], [`login`], [`logout`], [`auth_switch`] and [`auth_list`] do what the Python functions of these names do,
//! and print nothing. What there is to tell goes to a [`Notice`] handler; [`silent`] is one.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # use std::io::{Read, Write};
//! # let hub = std::net::TcpListener::bind("127.0.0.1:0")?;
//! # let endpoint = format!("http://{}", hub.local_addr()?);
//! # std::thread::spawn(move || -> std::io::Result<()> {
//! #     for (stream, name) in hub.incoming().zip(["laptop", "work"]) {
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
//! use hf_auth::{GitCredential, Secret, Settings, silent};
//!
//! // `Settings::from_environment()` is what the program uses; here the files and the Hub are given.
//! let settings = Settings::from_variables([("HF_HOME", home), ("HF_ENDPOINT", &endpoint)]);
//! assert!(hf_auth::get_token(&settings, &silent)?.is_none());
//!
//! // The Hub is asked whose tokens these are, and how it calls them.
//! for token in ["hf_test_laptop_00", "hf_test_work_0000"] {
//!     let login = hf_auth::login(&Secret::new(token), GitCredential::Leave, &settings, &silent)?;
//!     assert_eq!(login.identity.user, "alice");
//! }
//! hf_auth::auth_switch("laptop", GitCredential::Leave, &settings, &silent)?;
//! let token = hf_auth::get_token(&settings, &silent)?.expect("one is active");
//! assert_eq!(token.expose(), "hf_test_laptop_00");
//!
//! let names: Vec<String> = hf_auth::auth_list(&settings, &silent)?
//!     .into_iter()
//!     .map(|listed| listed.stored.name)
//!     .collect();
//! assert_eq!(names, ["laptop", "work"]);
//! hf_auth::logout(None, &settings, &silent)?;
//! # Ok(())
//! # }
//! ```
//!
//! # A walk through the house
//!
//! - [`settings`] is the door to the environment: where files are, which Hub is asked.
//! - [`auth`] is what is true about tokens. [`auth::session`] is what a command asks for in one call; [`auth::active`] says
//!   which token is in effect, [`auth::store`] keeps them, [`auth::hub`] asks the Hub, [`auth::git`] tells git.
//! - [`cli`] is what a person types; each command is one file behind it, on top of `auth`.
//! - [`error`] is what went wrong, with an exit status.
//!
//! `delegate` comes before all of them: it hands on the command lines that are not ours. `fs`, `process`, `clock`,
//! `signals` and `ui` are the doors to the disk, other programs, the clock, signals and the person;
//! `memory` keeps what the program holds from leaving it.

pub mod auth;
pub mod cli;
mod clock;
mod commands;
mod delegate;
pub mod error;
mod fs;
pub mod manual;
mod memory;
mod process;
#[cfg(test)]
mod properties;
pub mod settings;
mod signals;
mod ui;

pub use auth::secret::Secret;
pub use auth::session::{GitCredential, ListedToken, Login, Logout, auth_list, auth_switch, get_token, login, logout};
pub use auth::{Notice, Notify, silent};
pub use settings::Settings;

/// The version of `huggingface_hub` whose behaviour this crate mirrors.
pub const REFERENCE_VERSION: &str = "2.4.0";
