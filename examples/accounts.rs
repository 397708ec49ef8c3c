//! The stored accounts of whoever runs it, masked, the active one marked; with a name, switches to it.
//!
//! ```sh
//! cargo run --example accounts
//! cargo run --example accounts -- work
//! ```
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "an example prints")]

use hf_auth::{Auth, GitCredential, Notice};

fn main() -> hf_auth::Result<()> {
    let auth = Auth::from_environment().with_notices(|notice| {
        if let Notice::Information(text) | Notice::Warning(text) = notice {
            eprintln!("{text}");
        }
    });
    if let Some(name) = std::env::args().nth(1) {
        auth.switch(&name, GitCredential::Leave)?;
    }
    for listed in auth.list()? {
        let mark = if listed.is_active { "*" } else { " " };
        let token = listed.stored.token.map(|token| token.masked()).unwrap_or_default();
        println!("{mark} {:?} {token}", listed.stored.name);
    }
    Ok(())
}
