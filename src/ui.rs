//! The door to the person: what is said on which stream, in which of the four modes, and what is asked.

mod countdown;
pub(crate) mod failure;
mod guard;
pub(crate) mod input;
mod json;
mod keys;
mod menu;
pub(crate) mod output;
mod panics;
pub(crate) mod prompt;
mod table;
mod terminal;
pub(crate) mod text;
mod transient;

pub(crate) use guard::stop_at_a_prompt;
pub(crate) use panics::report_panics;
