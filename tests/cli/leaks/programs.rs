//! What git and its helpers can see of a token: their standard input, and nothing else.

use std::fs;

use super::{CANARY, Sandbox};
use crate::support::hub_that_knows_carol;

/// Whatever a program can find out about itself and those that started it, but for its standard input.
const LOOK_AROUND: &str = "pid=$$
while [ \"$pid\" -gt 1 ]; do
  for file in cmdline environ; do
    echo \"$file of $(cat /proc/$pid/comm 2>/dev/null)\"
    tr '\\0' '\\n' < /proc/$pid/$file 2>/dev/null
  done
  pid=$(sed 's/.*) . \\([0-9]*\\) .*/\\1/' /proc/$pid/stat)
  [ \"$(cat /proc/$pid/comm)\" = hf ] && last=1 || [ -z \"$last\" ] || break
done";

/// A helper that looks around, and what it will have seen. The input goes to a file of its own.
fn looking_helper(sandbox: &Sandbox) {
    let (seen, input) = (sandbox.root().join("seen"), sandbox.root().join("input"));
    let body = format!(
        "#!/bin/sh\n{{ echo \"arguments $*\"; env; {LOOK_AROUND}\n}} >> {} 2>&1\ncat >> {}\n",
        seen.display(),
        input.display()
    );
    let path = sandbox.root().join("helper");
    let write = ["-c", "cat > \"$0\" && chmod 755 \"$0\"", path.to_str().unwrap()];
    sandbox.program("sh", &write).stdin(body).run().succeeds();
    let set = ["config", "--global", "credential.helper", path.to_str().unwrap()];
    sandbox.git(&set).succeeds();
}

#[test]
fn a_helper_that_looks_around_sees_the_token_in_its_input_only() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
    looking_helper(&sandbox);

    let login = ["auth", "login", "--token", "-", "--add-to-git-credential"];
    sandbox.hf(&login).hub(&hub).stdin(CANARY).run().succeeds();
    let switch = ["auth", "switch", "laptop", "--add-to-git-credential"];
    sandbox.hf(&switch).hub(&hub).run().succeeds();
    sandbox.hf(&["auth", "logout", "laptop"]).hub(&hub).run().succeeds();

    let seen = fs::read_to_string(sandbox.root().join("seen")).unwrap();
    assert!(!seen.contains(CANARY), "{seen}");
    if cfg!(target_os = "linux") {
        assert!(
            seen.contains("cmdline of git") && seen.contains("cmdline of hf"),
            "{seen}"
        );
    }
    let input = fs::read_to_string(sandbox.root().join("input")).unwrap();
    assert_eq!(input.matches(&format!("password={CANARY}\n")).count(), 3, "{input}");
}

#[test]
fn secrets_of_our_own_environment_do_not_reach_git() {
    let secrets = [
        "HF_TOKEN",
        "HUGGING_FACE_HUB_TOKEN",
        "HF_OIDC_ID_TOKEN",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
        "HF_ID_TOKEN",
        "CIRCLE_OIDC_TOKEN_V2",
        "CIRCLE_OIDC_TOKEN",
        "BITBUCKET_STEP_OIDC_TOKEN",
    ];
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
    let seen = sandbox.root().join("seen");
    let helper = format!("!env >> {}; :", seen.display());
    sandbox
        .git(&["config", "--global", "credential.helper", &helper])
        .succeeds();

    let login = ["auth", "login", "--token", "-", "--add-to-git-credential"];
    let run = sandbox.hf(&login).hub(&hub).stdin(CANARY);
    let run = secrets.iter().fold(run, |run, name| run.env(name, CANARY));
    run.run().succeeds();

    let seen = fs::read_to_string(seen).unwrap();
    assert!(seen.contains("GIT_TERMINAL_PROMPT=0"), "{seen}");
    assert!(!seen.contains(CANARY), "{seen}");
}
