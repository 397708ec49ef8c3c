//! What all commands share: how they know who reads, what a wrong command line gets, and what happens when nobody reads.

mod advice;
mod formats;
mod help;
mod streams;
mod usage;

use crate::support::Sandbox;

/// One token, stored and active.
fn logged_in() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.store(&[("laptop", "hf_test_laptop")]);
    sandbox.activate("hf_test_laptop");
    sandbox
}
