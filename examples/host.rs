//! A program that links the library and keeps its signals for itself: it logs out, which may start git, and then waits for a
//! Ctrl-C of its own.
//!
//! ```sh
//! HF_HOME=/tmp/somewhere cargo run --no-default-features --example host
//! ```
#![allow(clippy::disallowed_macros, reason = "an example prints")]

#[cfg(unix)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut signals = signal_hook::iterator::Signals::new([signal_hook::consts::SIGINT])?;
    hf_auth::Auth::from_environment().logout(None)?;
    println!("logged out");
    if signals.forever().next().is_some() {
        println!("heard Ctrl-C");
    }
    Ok(())
}

#[cfg(not(unix))]
fn main() {
    println!("this example is about Unix signals");
}
