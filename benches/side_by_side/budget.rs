//! What repeats exactly, and so can be held: the instructions and system calls of what people wait for most often. A budget
//! that is exceeded by a twentieth fails; one that is not nearly used any more should be lowered.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::world::{BUILT, QUESTION, completing};

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
        let words: Vec<&str> = line.split_whitespace().collect();
        let [command, what, allowed] = words[..] else {
            panic!("{line}: a command, what is counted and a number")
        };
        let allowed: u64 = allowed.parse().expect("a number");
        let used = match what {
            "instructions" => instructions(command),
            "system-calls" => system_calls(command),
            other => panic!("{other} is not measured"),
        };
        let used = used.expect("valgrind and strace count these; one of them is not here");
        println!("{command}, {what}: {used} of {allowed}");
        assert!(
            used * 100 <= allowed * 105,
            "{what} of {command}: {used} are more than {allowed} and a twentieth"
        );
    }
}

/// Counted by valgrind.
pub(crate) fn instructions(command: &str) -> Option<u64> {
    let counter = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"];
    let said = counted(&counter, command)?;
    let line = said.lines().find(|line| line.contains("Collected"))?;
    line.rsplit(' ').next()?.parse().ok()
}

/// Counted by strace.
pub(crate) fn system_calls(command: &str) -> Option<u64> {
    let said = counted(&["strace", "-f", "-c"], command)?;
    let line = said.lines().find(|line| line.ends_with(" total"))?;
    line.split_whitespace().nth(3)?.parse().ok()
}

/// What a counter says of a command with one stored token.
fn counted(counter: &[&str], command: &str) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path().join("token"), "hf_test000000000000000000000000000000");
    write(
        folder.path().join("stored_tokens"),
        "[a]\nhf_token = hf_test000000000000000000000000000000\n\n",
    );
    write(folder.path().join("question"), QUESTION);
    let question = std::fs::File::open(folder.path().join("question")).unwrap();
    let mut counting = Command::new(counter[0]);
    counting
        .args(&counter[1..])
        .arg(BUILT)
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("HOME", Path::new("/"))
        .env("HF_HOME", folder.path())
        .stdin(Stdio::null());
    match command {
        "token" => counting.args(["auth", "token"]),
        "status" => counting.args(["auth", "status", "-q"]),
        "hook" => counting.args(["auth", "hook", "bash", "--apply"]),
        "git-credential" => counting.args(["auth", "git-credential", "get"]).stdin(question),
        "completion" => completing(&mut counting, "hf auth switch a", "3"),
        other => panic!("{other} is not known here"),
    };
    let output = counting.output().ok()?;
    // Valgrind and strace end as the program under them does.
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8_lossy(&output.stderr).into_owned())
}

fn write(path: PathBuf, text: &str) {
    std::fs::write(path, text).unwrap();
}
