//! How the program is linked. On GNU/Linux the unwinder goes into it, so that nothing but libc is loaded when it starts; in
//! a static release the functions that a start runs lie side by side, so that few pages are read.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "this is how Cargo and a build script talk to each other"
)]

use std::env::var;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a start runs, as `.ci/order` found it.
const START: &str = ".cargo/start.ld";
/// Another linker than `cc` for the static build.
const ITS_LINKER: &str = "CARGO_TARGET_X86_64_UNKNOWN_LINUX_MUSL_LINKER";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if is("TARGET", "x86_64-unknown-linux-musl") && is("PROFILE", "release") {
        put_the_start_together();
    }
    let is_here = var("HOST").ok() == var("TARGET").ok();
    let is_static = var("CARGO_CFG_TARGET_FEATURE").is_ok_and(|features| features.contains("crt-static"));
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") && is_here && !is_static {
        link_the_unwinder();
    }
}

fn is(name: &str, value: &str) -> bool {
    var(name).as_deref() == Ok(value)
}

/// A package from the registry is without the list; a linker that somebody chose may not read it, nor every one that `cc` has.
fn put_the_start_together() {
    println!("cargo:rerun-if-env-changed={ITS_LINKER}");
    let is_chosen =
        var("RUSTC_LINKER").is_ok() || var("CARGO_ENCODED_RUSTFLAGS").is_ok_and(|flags| flags.contains("link"));
    if !Path::new(START).is_file() || is_chosen {
        return;
    }
    println!("cargo:rerun-if-changed={START}");
    // Cargo knows where this folder is even when the project has moved.
    let out = PathBuf::from(var("OUT_DIR").unwrap_or_default());
    let list = out.join("start.ld");
    if std::fs::copy(START, &list).is_ok() && is_read_by_the_linker(&list, &out) {
        println!("cargo:rustc-link-arg-bin=hf=-T{}", list.display());
    }
}

fn is_read_by_the_linker(list: &Path, out: &Path) -> bool {
    let source = out.join("probe.c");
    let mut cc = Command::new("cc");
    cc.args(["-shared", "-nostdlib", "-o"]);
    cc.arg(out.join("probe")).arg(&source).arg("-T").arg(list);
    std::fs::write(&source, "int probe(void) { return 0; }\n").is_ok()
        && cc.output().is_ok_and(|done| done.status.success())
}

/// Where the compiler has no static one, or builds for another machine, the shared one is used as before.
fn link_the_unwinder() {
    let Ok(asked) = Command::new("cc").arg("-print-file-name=libgcc_eh.a").output() else {
        return;
    };
    let path = String::from_utf8_lossy(&asked.stdout).trim().to_owned();
    if let Some(folder) = Path::new(&path).parent().filter(|_| Path::new(&path).is_absolute()) {
        println!("cargo:rustc-link-search=native={}", folder.display());
        println!("cargo:rustc-link-lib=static:+whole-archive=gcc_eh");
    }
}
