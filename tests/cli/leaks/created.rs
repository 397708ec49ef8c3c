//! Files as they come into being: not for an instant with a mode that lets others in. Seen through strace, since a look
//! at the folder may come too late.

use std::fs;

use super::{CANARY, Sandbox, StubHub};
use crate::support::hub_that_knows_carol;

/// What the program's system calls on files were, with a umask that takes nothing away.
fn file_calls(sandbox: &Sandbox, hub: &StubHub, arguments: &[&str]) -> String {
    let trace = sandbox.root().join("trace");
    let calls = "trace=open,openat,creat,mkdir,mkdirat,chmod,fchmod,fchmodat";
    // See `faults::strace`: an ordinary user is root of a namespace for it.
    let namespace = if nix::unistd::geteuid().is_root() {
        ""
    } else {
        "unshare --map-root-user"
    };
    let script = &format!("umask 000; exec {namespace} strace -f -qq -e \"$@\"");
    let strace = [
        "-c",
        script,
        "sh",
        calls,
        "-o",
        trace.to_str().unwrap(),
        env!("CARGO_BIN_EXE_hf"),
    ];
    let run = sandbox.program("sh", &strace).args(arguments).hub(hub);
    let outcome = run.stdin(CANARY).run();
    let calls = fs::read_to_string(&trace).unwrap_or_default();
    assert!(
        outcome.status != 127 && !calls.is_empty(),
        "this test needs strace, and a system that lets it trace: {}",
        outcome.stderr
    );
    outcome.succeeds();
    calls
}

/// The mode in the last argument of a call, where it has one.
fn mode(call: &str) -> Option<u32> {
    let (arguments, _) = call.rsplit_once(") ")?;
    u32::from_str_radix(arguments.rsplit_once(", 0")?.1, 8).ok()
}

#[test]
#[ignore = "needs strace"]
fn no_file_and_no_folder_is_open_to_others_for_an_instant() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
    for arguments in [&["auth", "login", "--token", "-"][..], &["auth", "switch", "laptop"]] {
        let calls = file_calls(&sandbox, &hub, arguments);

        let home = sandbox.hf_home();
        let ours = calls
            .lines()
            .filter(|call| call.contains(home.to_str().unwrap()) || call.contains("fchmod("));
        let modes: Vec<(&str, u32)> = ours.filter_map(|call| Some((call, mode(call)?))).collect();

        assert!(!modes.is_empty(), "{calls}");
        for (call, mode) in modes {
            assert_eq!(mode & 0o077, 0, "{call}");
        }
    }
}
