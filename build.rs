//! Links the unwinder into the program on GNU/Linux, so that nothing but libc is loaded when it starts. Where the
//! compiler has no static one, or builds for another machine, the shared one is used as before.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "this is how Cargo and a build script talk to each other"
)]

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| std::env::var(name).as_deref() == Ok(value);
    let is_here = std::env::var("HOST").ok() == std::env::var("TARGET").ok();
    let is_static = std::env::var("CARGO_CFG_TARGET_FEATURE").is_ok_and(|features| features.contains("crt-static"));
    if !is("CARGO_CFG_TARGET_OS", "linux") || !is("CARGO_CFG_TARGET_ENV", "gnu") || is_static || !is_here {
        return;
    }
    let Ok(asked) = Command::new("cc").arg("-print-file-name=libgcc_eh.a").output() else {
        return;
    };
    let path = String::from_utf8_lossy(&asked.stdout).trim().to_owned();
    if let Some(folder) = Path::new(&path).parent().filter(|_| Path::new(&path).is_absolute()) {
        println!("cargo:rustc-link-search=native={}", folder.display());
        println!("cargo:rustc-link-lib=static:+whole-archive=gcc_eh");
    }
}
