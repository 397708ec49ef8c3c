//! The `hf` binary: the real process in, an exit status out.

use std::process::ExitCode;

fn main() -> ExitCode {
    hf_auth::cli::main(std::env::args_os())
}
