//! The `hf` binary: the real process in, an exit status out.

use std::process::ExitCode;

#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> ExitCode {
    hf_auth::cli::main(std::env::args_os())
}
