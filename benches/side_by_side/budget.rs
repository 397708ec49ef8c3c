//! What repeats exactly, and so can be held: instructions and system calls of `hf auth token`. A budget that is exceeded
//! by a twentieth fails; one that is not nearly used any more should be lowered.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::world::BUILT;

const BUDGET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/budget");
/// Which C library the program is linked with; what that does at the start is most of it.
const LIBC: &str = if cfg!(target_env = "musl") { "musl" } else { "glibc" };

/// Measures and compares.
///
/// # Panics
/// When more is used than the budget allows, or nobody can count it.
pub(crate) fn hold() {
    let text = std::fs::read_to_string(BUDGET).unwrap();
    let own: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix(LIBC)?.strip_prefix(' '))
        .collect();
    assert!(!own.is_empty(), "{BUDGET} has nothing for {LIBC}");
    for line in own {
        let (name, allowed) = line.split_once(' ').expect("a name and a number");
        let allowed: u64 = allowed.trim().parse().expect("a number");
        let used = match name {
            "instructions" => instructions(),
            "system-calls" => system_calls(),
            other => panic!("{other} is not measured"),
        };
        let used = used.expect("valgrind and strace count these; one of them is not here");
        println!("{name}: {used} of {allowed}");
        assert!(
            used * 100 <= allowed * 105,
            "{name} of `hf auth token`: {used} are more than {allowed} and a twentieth"
        );
    }
}

/// Counted by valgrind.
pub(crate) fn instructions() -> Option<u64> {
    let counter = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"];
    let said = counted(&counter)?;
    let line = said.lines().find(|line| line.contains("Collected"))?;
    line.rsplit(' ').next()?.parse().ok()
}

/// Counted by strace.
pub(crate) fn system_calls() -> Option<u64> {
    let said = counted(&["strace", "-f", "-c"])?;
    let line = said.lines().find(|line| line.ends_with(" total"))?;
    line.split_whitespace().nth(3)?.parse().ok()
}

/// What a counter says of `hf auth token` with one stored token.
fn counted(counter: &[&str]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path().join("token"), "hf_test000000000000000000000000000000");
    write(
        folder.path().join("stored_tokens"),
        "[a]\nhf_token = hf_test000000000000000000000000000000\n\n",
    );
    let output = Command::new(counter[0])
        .args(&counter[1..])
        .args([BUILT, "auth", "token"])
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("HOME", Path::new("/"))
        .env("HF_HOME", folder.path())
        .stdin(Stdio::null())
        .output()
        .ok()?;
    // Valgrind and strace end as the program under them does.
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8_lossy(&output.stderr).into_owned())
}

fn write(path: PathBuf, text: &str) {
    std::fs::write(path, text).unwrap();
}
