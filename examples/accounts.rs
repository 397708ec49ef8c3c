//! The stored accounts of whoever runs it, masked, the active one marked; with a name, switches to it.
//!
//! ```sh
//! cargo run --example accounts
//! cargo run --example accounts -- work
//! ```
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "an example prints")]

use hf_auth::{GitCredential, Notice, Settings};

fn main() -> hf_auth::error::Result<()> {
    let settings = Settings::from_environment();
    let notify = |notice| {
        if let Notice::Information(text) | Notice::Warning(text) = notice {
            eprintln!("{text}");
        }
    };
    if let Some(name) = std::env::args().nth(1) {
        hf_auth::auth_switch(&name, GitCredential::Leave, &settings, &notify)?;
    }
    for listed in hf_auth::auth_list(&settings, &notify)? {
        let mark = if listed.is_active { "*" } else { " " };
        let token = listed.stored.token.map(|token| token.masked()).unwrap_or_default();
        println!("{mark} {:?} {token}", listed.stored.name);
    }
    Ok(())
}
