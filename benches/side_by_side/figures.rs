//! Memory, size, libraries, dependencies.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::stores::bytes;
use crate::world::{BUILT, World};

pub(crate) fn measure(world: &World) {
    let size = std::fs::metadata(BUILT).unwrap().len();
    println!("\n| figure | value |\n| --- | --- |");
    for arguments in [&["auth", "token"][..], &["auth", "list"], &["auth", "whoami"]] {
        let memory = bytes(peak_memory(world, arguments));
        println!("| peak memory of `hf {}` | {memory} |", arguments.join(" "));
    }
    println!("| the program | {} |", bytes(size));
    println!("| libraries loaded at start | {} |", shown_or_none(&libraries()));
    println!("| crates linked | {} |", crates());
    println!(
        "| built from nothing, sources already there | {:.0} s |",
        clean_build(world).as_secs_f64()
    );
    let (instructions, calls) = (
        crate::budget::instructions("token"),
        crate::budget::system_calls("token"),
    );
    let shown = |count: Option<u64>| count.map_or("not counted here".to_owned(), |count| count.to_string());
    println!("| instructions of `hf auth token` | {} |", shown(instructions));
    println!("| system calls of `hf auth token` | {} |", shown(calls));
}

/// In bytes.
pub(crate) fn peak_memory(world: &World, arguments: &[&str]) -> u64 {
    let mut all = vec![world.ours.to_str().unwrap()];
    all.extend(arguments);
    let output = world
        .command(&world.watch, &all)
        .stdout(Stdio::piped())
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}");
    let kilobytes: u64 = String::from_utf8(output.stdout).unwrap().parse().unwrap();
    kilobytes * 1024
}

fn libraries() -> Vec<String> {
    let output = Command::new("ldd").arg(BUILT).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let names = text
        .lines()
        .filter_map(|line| line.trim().split_once(" => ").map(|(name, _)| name.to_owned()));
    names.collect()
}

fn shown_or_none(names: &[String]) -> String {
    match names {
        [] => "none".to_owned(),
        names => names.join(", "),
    }
}

/// The program alone, as it is linked here, in a folder of its own.
fn clean_build(world: &World) -> Duration {
    let target: &[String] = if cfg!(target_env = "musl") {
        &[format!("--target={}-unknown-linux-musl", std::env::consts::ARCH)]
    } else {
        &[]
    };
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args([
            "build",
            "--release",
            "--locked",
            "--quiet",
            "--bin",
            "hf",
            "--target-dir",
        ])
        .arg(world.path("build"))
        .args(target)
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    crate::world::once(&mut cargo)
}

fn crates() -> usize {
    let mut cargo = Command::new(env!("CARGO"));
    let arguments = [
        "tree",
        "--locked",
        "--edges",
        "normal,no-proc-macro",
        "--prefix",
        "none",
        "--no-dedupe",
        "--format",
        "{p}",
    ];
    let output = cargo
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let names: std::collections::BTreeSet<&str> = text.lines().collect();
    names.len().saturating_sub(1)
}
