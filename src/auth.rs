//! What is true about tokens: which one counts and why, and logging in, out and over as whole acts. Nothing in here prints
//! or asks; what a person should be told comes back as a value or goes to a [`Notify`](crate::notice::Notify).

pub mod active;
pub mod device;
mod oidc;
mod refresh;
pub mod session;
pub mod status;
