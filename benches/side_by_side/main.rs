//! What it costs, side by side with the Python reference, with `curl` for the same request, and with a C program that
//! does nothing. Times that are divided by one another are medians of runs in turn, so that the machine's moods fall on
//! both; the ratios say more than the times.
//!
//! ```sh
//! cargo bench --bench side_by_side              # all of it; installs the reference, needs a C compiler and curl
//! cargo bench --bench side_by_side -- --budget  # only what repeats exactly, held against benches/budget
//! ```
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a measurement arranges its world by hand, prints, and fails by panicking"
)]

#[cfg(unix)]
mod budget;
#[cfg(unix)]
mod commands;
#[cfg(unix)]
mod figures;
#[cfg(unix)]
#[path = "../../tests/cli/support/hub.rs"]
mod hub;
#[cfg(unix)]
mod stores;
#[cfg(unix)]
#[path = "../../tests/cli/support/tls.rs"]
mod tls;
#[cfg(unix)]
mod world;

#[cfg(unix)]
use world::World;

#[cfg(unix)]
fn main() {
    let is_wanted = |name: &str| std::env::args().any(|argument| argument == name);
    if is_wanted("--budget") {
        return budget::hold();
    }
    // `cargo test` runs benchmarks too, to see that they start.
    if !is_wanted("--bench") {
        return;
    }
    let world = World::new();
    commands::measure(&world);
    stores::measure(&world);
    figures::measure(&world);
}

/// Nothing is measured here.
#[cfg(not(unix))]
fn main() {}
