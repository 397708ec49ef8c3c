//! Root in somebody else's home (`sudo`): what it makes there belongs to that person. Where others can write, root's files
//! stay root's. Homes are made in a mount of the test's own, because everybody can write to /tmp.

use std::fs;

use super::super::support::{Outcome, Sandbox};
use super::users::{NOBODY, is_root};
use super::{COMMANDS, TOKEN, hub_that_knows_carol};

/// A user whom every system knows, with a group of the same name and no other member: `daemon`.
const KNOWN: u32 = 1;

/// Runs a script as root beside homes of these owners: `/mnt/home`, which the first line may change, with `HOME` there;
/// `login` logs in, `show` says of each path whose it is and how open.
fn in_a_home(sandbox: &Sandbox, owner: u32, script: &str) -> Outcome {
    let allowed = sandbox.program("unshare", &["-m", "mount", "-t", "tmpfs", "none", "/mnt"]);
    let allowed = allowed.command().output().is_ok_and(|output| output.status.success());
    assert!(
        is_root(sandbox) && allowed,
        "this test needs root and a mount namespace, to have a home for somebody else"
    );
    let hf = env!("CARGO_BIN_EXE_hf");
    let script = format!(
        "set -e; umask 022; mount -t tmpfs -o mode=755 none /mnt; mkdir -m 755 /mnt/home; chown {owner}:{owner} /mnt/home
        login() {{ {hf} {}; }}; show() {{ stat -c '%n %u %a' \"$@\"; }}; cd /mnt/home
        {script}",
        COMMANDS[0].join(" ")
    );
    let run = sandbox.program("unshare", &["-m", "sh", "-c", &script]);
    let hub = hub_that_knows_carol();
    run.hub(&hub).env("HOME", "/mnt/home").env_remove("HF_HOME").run()
}

#[test]
#[ignore = "needs root and a mount namespace"]
fn what_root_makes_in_a_home_belongs_to_whoever_lives_there() {
    let sandbox = Sandbox::new();
    let script = "login; show .cache .cache/huggingface; cd .cache/huggingface; show *";

    let outcome = in_a_home(&sandbox, NOBODY, script);

    outcome.succeeds().stdout_is(&format!(
        ".cache {NOBODY} 755\n.cache/huggingface {NOBODY} 700\n\
         stored_tokens {NOBODY} 600\nstored_tokens.lock {NOBODY} 600\ntoken {NOBODY} 600\n"
    ));
}

#[test]
#[ignore = "needs root and a mount namespace"]
fn whoever_lives_there_goes_on_with_it() {
    let sandbox = Sandbox::new();
    let hf = env!("CARGO_BIN_EXE_hf");
    let script = format!(
        "cp {hf} /mnt/hf; login; as() {{ setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups /mnt/hf auth \"$@\"; }}
        as token; as logout laptop; login; as logout; ls -A .cache/huggingface"
    );

    let outcome = in_a_home(&sandbox, NOBODY, &script);

    outcome.succeeds().stdout_is(&format!("{TOKEN}\nstored_tokens.lock\n"));
}

/// A home that is not one person's alone, and how it becomes so.
const SHARED: [(&str, &str); 6] = [
    ("everybody's", "chmod 777 ."),
    ("a sticky one", "chmod 1777 ."),
    ("a group's", "chown :54323 .; chmod 775 ."),
    ("in everybody's folder", "chmod 1777 .."),
    ("in another's folder", "chown 54323 .."),
    ("root's", "chown 0 ."),
];

#[test]
#[ignore = "needs root and a mount namespace"]
fn where_others_can_write_root_s_files_stay_root_s() {
    for (place, make) in SHARED {
        let sandbox = Sandbox::new();
        let script = format!("{make}; HF_HOME=$PWD/hf login; show hf; cd hf; show *");

        let outcome = in_a_home(&sandbox, NOBODY, &script);

        assert_eq!(outcome.status, 0, "{place}: {outcome:?}");
        outcome.stdout_is("hf 0 700\nstored_tokens 0 600\nstored_tokens.lock 0 600\ntoken 0 600\n");
    }
}

#[test]
#[ignore = "needs root and a mount namespace"]
fn no_file_is_given_to_whoever_owned_the_one_before() {
    let sandbox = Sandbox::new();
    let script = "chown 0 .; echo old > token; chown 54323 token; HF_HOME=$PWD login; show token";

    let outcome = in_a_home(&sandbox, NOBODY, script);

    outcome.succeeds().stdout_is("token 0 600\n");
}

#[test]
#[ignore = "needs root and a mount namespace"]
fn a_group_of_one_does_not_make_a_home_shared() {
    let sandbox = Sandbox::new();
    let known = fs::read_to_string("/etc/group").unwrap_or_default();
    let is_alone = |line: &str| line.starts_with("daemon:") && line.ends_with(":1:");
    assert!(
        known.lines().any(is_alone),
        "this test needs a user 1, `daemon`, who is alone in a group 1"
    );
    let script = "chmod 775 .; mkdir -m 775 hf; chown 1:1 hf; HF_HOME=$PWD/hf login; cd hf; show *
        chmod 664 stored_tokens.lock; HF_HOME=$PWD login";

    let outcome = in_a_home(&sandbox, KNOWN, script);

    outcome
        .succeeds()
        .stdout_is("stored_tokens 1 600\nstored_tokens.lock 1 600\ntoken 1 600\n");
}

#[test]
#[ignore = "needs root and a mount namespace"]
fn a_link_of_the_owner_does_not_lead_root_elsewhere() {
    for (link, commands) in [
        ("ln -s /mnt/root/token .cache/huggingface/token", "login"),
        ("ln -s /mnt/root/stored .cache/huggingface/stored_tokens", "login"),
        ("rmdir .cache/huggingface; ln -s /mnt/root .cache/huggingface", "login"),
        ("ln /mnt/root/shadow .cache/huggingface/stored_tokens.lock", "login"),
    ] {
        let sandbox = Sandbox::new();
        let script = format!(
            "mkdir /mnt/root; echo secret > /mnt/root/shadow; chmod 640 /mnt/root/shadow
            mkdir -p .cache/huggingface; {link}; chown -Rh {NOBODY} .cache; chown 0 /mnt/root/shadow
            {commands} || :; ls /mnt/root; show /mnt/root/shadow; cat /mnt/root/shadow"
        );

        let outcome = in_a_home(&sandbox, NOBODY, &script);

        outcome.succeeds().stdout_is("shadow\n/mnt/root/shadow 0 640\nsecret\n");
    }
}
