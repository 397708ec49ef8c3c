//! Memory, size, libraries, dependencies.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::stores::bytes;
use crate::world::{OURS, World};

pub(crate) fn measure(world: &World) {
    let size = std::fs::metadata(OURS).unwrap().len();
    println!("\n| figure | value |\n| --- | --- |");
    for arguments in [&["auth", "token"][..], &["auth", "list"], &["auth", "whoami"]] {
        let memory = bytes(peak_memory(world, arguments));
        println!("| peak memory of `hf {}` | {memory} |", arguments.join(" "));
    }
    println!("| the program | {} |", bytes(size));
    println!("| libraries loaded at start | {} |", libraries().join(", "));
    println!("| crates linked | {} |", crates());
    let (instructions, calls) = (crate::budget::instructions(), crate::budget::system_calls());
    let shown = |count: Option<u64>| count.map_or("not counted here".to_owned(), |count| count.to_string());
    println!("| instructions of `hf auth token` | {} |", shown(instructions));
    println!("| system calls of `hf auth token` | {} |", shown(calls));
}

/// In bytes. The system keeps the books of a child that has ended, and Python reads them.
pub(crate) fn peak_memory(world: &World, arguments: &[&str]) -> u64 {
    const WATCH: &str = "import resource, subprocess, sys
subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)";
    let python = world.reference.join("python");
    let mut all = vec!["-I", "-S", "-c", WATCH, OURS];
    all.extend(arguments);
    let output = world.command(&python, &all).stdout(Stdio::piped()).output().unwrap();
    let kilobytes: u64 = String::from_utf8(output.stdout).unwrap().trim().parse().unwrap();
    kilobytes * 1024
}

fn libraries() -> Vec<String> {
    let output = Command::new("ldd").arg(OURS).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let names = text
        .lines()
        .filter_map(|line| line.trim().split_once(" => ").map(|(name, _)| name.to_owned()));
    names.collect()
}

fn crates() -> usize {
    let mut cargo = Command::new(env!("CARGO"));
    let arguments = [
        "tree",
        "--locked",
        "--edges",
        "normal",
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
