//! Faults that only a mount can make: a file that is a mount point, a read-only folder, a full disk. Where
//! mounts cannot be unshared these tests fail, so they run only where they are asked for.

use super::super::support::{Answer, Outcome, Sandbox, StubHub};
use super::change::OLD;
use super::{COMMANDS, TOKEN, hub_that_knows_carol};

/// Runs a script in mount and user namespaces of its own, if the machine allows it: `$HF_HOME` is there with a token `OLD`,
/// `login` logs in with another one.
fn in_a_mount_namespace(sandbox: &Sandbox, script: &str) -> Outcome {
    in_a_mount_namespace_at(&hub_that_knows_carol(), sandbox, script)
}

fn in_a_mount_namespace_at(hub: &StubHub, sandbox: &Sandbox, script: &str) -> Outcome {
    sandbox.store(&[("old", OLD)]);
    sandbox.activate(OLD);
    let allowed = sandbox
        .program("unshare", &["-rm", "sh", "-c", "mount -t tmpfs none \"$TMPDIR\""])
        .command()
        .output();
    let allowed = allowed.is_ok_and(|output| output.status.success());
    assert!(allowed, "this test needs a mount namespace of its own (`unshare -rm`)");
    let hf = env!("CARGO_BIN_EXE_hf");
    let script = format!(
        "set -e; login() {{ {hf} {}; }}; cd \"$HF_HOME\"; {script}",
        COMMANDS[0].join(" ")
    );
    sandbox.program("unshare", &["-rm", "sh", "-c", &script]).hub(hub).run()
}

#[test]
#[ignore = "needs a mount namespace"]
fn files_that_are_mount_points_are_written_in_place() {
    let sandbox = Sandbox::new();
    let script = "cp token stored_tokens ../work
        for file in token stored_tokens; do mount --bind ../work/$file $file; done
        login && cat ../work/token ../work/stored_tokens";

    let outcome = in_a_mount_namespace(&sandbox, script);

    outcome.succeeds().stdout_is(&format!(
        "{TOKEN}[laptop]\nhf_token = {TOKEN}\n\n[old]\nhf_token = {OLD}\n\n"
    ));
    assert_eq!(sandbox.listing(), ["stored_tokens", "stored_tokens.lock", "token"]);
}

#[test]
#[ignore = "needs a mount namespace"]
fn a_logout_empties_files_that_are_mount_points() {
    let sandbox = Sandbox::new();
    let hf = env!("CARGO_BIN_EXE_hf");
    let script = format!(
        "cp token stored_tokens ../work
        for file in token stored_tokens; do mount --bind ../work/$file $file; done
        {hf} auth logout && cat ../work/token ../work/stored_tokens && {hf} auth list"
    );

    let outcome = in_a_mount_namespace(&sandbox, &script);

    outcome.succeeds().stdout_is("").stderr_has("No access tokens found.");
}

#[test]
#[ignore = "needs a mount namespace"]
fn a_read_only_folder_is_one_line_and_reading_goes_on() {
    let sandbox = Sandbox::new();
    let hf = env!("CARGO_BIN_EXE_hf");
    let script = format!(
        "mount --bind . . && cd \"$HF_HOME\" && mount -o remount,ro,bind .
        {hf} auth token; {hf} auth list -q; login"
    );

    let outcome = in_a_mount_namespace(&sandbox, &script);

    outcome
        .fails_with(1)
        .stdout_is(&format!("{OLD}\nold\n"))
        .stderr_has("Read-only file system.\n");
    assert_eq!(outcome.stderr.matches("Error: ").count(), 1, "{}", outcome.stderr);
    assert_eq!(sandbox.read("token"), OLD);
}

#[test]
#[ignore = "needs a mount namespace"]
fn a_read_only_token_file_is_one_line_and_keeps_its_token() {
    let sandbox = Sandbox::new();
    let script = "mount --bind token token; mount -o remount,ro,bind token; login";

    let outcome = in_a_mount_namespace(&sandbox, script);

    outcome.fails_with(1);
    assert_eq!(
        outcome.stderr.matches("Error: Cannot write ").count(),
        1,
        "{}",
        outcome.stderr
    );
    assert_eq!(sandbox.read("token"), OLD);
}

#[test]
#[ignore = "needs a mount namespace"]
fn a_full_disk_is_one_line_and_loses_nothing() {
    let sandbox = Sandbox::new();
    let script = "cp token stored_tokens ../work
        mount -t tmpfs -o size=64k none . && cd \"$HF_HOME\"
        cp ../work/token ../work/stored_tokens . && : > stored_tokens.lock
        dd if=/dev/zero of=fill bs=4k 2>/dev/null || :
        if login; then echo logged in; fi
        cat token stored_tokens; ls -A";

    let outcome = in_a_mount_namespace(&sandbox, script);

    outcome.succeeds().stdout_is(&format!(
        "{OLD}[old]\nhf_token = {OLD}\n\nfill\nstored_tokens\nstored_tokens.lock\ntoken\n"
    ));
    outcome.stderr_has("No space left on device.\n");
}

#[test]
#[ignore = "needs a mount namespace"]
fn a_full_disk_does_not_cut_a_file_that_is_written_in_place() {
    let sandbox = Sandbox::new();
    // The file fills its page to the last byte, so that one more needs another page.
    let script = "mount -t tmpfs -o size=64k none ../tmp
        printf '[pad]\\nhf_token = %04077d\\n\\n' 0 > ../work/before
        cp ../work/before ../tmp/stored_tokens
        dd if=/dev/zero of=../tmp/fill bs=4k 2>/dev/null || :
        mount --bind ../tmp/stored_tokens stored_tokens
        if login; then echo logged in; fi
        wc -c < ../work/before; cmp ../work/before ../tmp/stored_tokens; cat token";

    let outcome = in_a_mount_namespace(&sandbox, script);

    outcome
        .succeeds()
        .stdout_is(&format!("4096\n{OLD}"))
        .stderr_has("No space left on device.\n");
}

#[test]
#[ignore = "needs a mount namespace and strace"]
fn a_file_that_is_written_in_place_is_whole_when_the_writer_is_killed() {
    let sandbox = Sandbox::new();
    let hf = env!("CARGO_BIN_EXE_hf");
    // The new content is the shorter one: the old one must not show behind it.
    let script = format!(
        "strace -V > /dev/null; printf '[old]\\nhf_token = %0500d\\n\\n' 0 > stored_tokens; printf '%0500d' 0 > token
        for file in token stored_tokens; do cp $file ../work; mount --bind ../work/$file $file; done
        printf '[short]\\nhf_token = hf_short\\n\\n' >> stored_tokens
        for when in 1 2; do
            strace -f -o /dev/null -e inject=ftruncate:signal=SIGKILL:when=1 {hf} auth switch short 2>/dev/null || :
            {hf} auth token
            strace -f -o /dev/null -e inject=ftruncate:signal=SIGKILL:when=1 {hf} auth logout old 2>/dev/null || :
            {hf} auth list -q
        done"
    );

    let outcome = in_a_mount_namespace(&sandbox, &script);

    outcome.succeeds().stdout_is("hf_short\nshort\nhf_short\nshort\n");
}

#[test]
#[ignore = "needs a mount namespace"]
fn a_renewal_that_could_not_be_stored_whole_is_not_asked_for() {
    let hf = env!("CARGO_BIN_EXE_hf");
    let section = format!("[old]\\nhf_token = {OLD}\\nrefresh_token = hf_test_refresh_1\\nexpires_at = 1\\n\\n");
    for file in ["token", "stored_tokens"] {
        let sandbox = Sandbox::new();
        // A request would get no answer that the stub has, and the test would fail for it.
        let script = format!(
            "printf '{section}' > stored_tokens
            mount --bind {file} {file}; mount -o remount,ro,bind {file}
            {hf} auth token; cat token stored_tokens"
        );

        let outcome = in_a_mount_namespace(&sandbox, &script);

        let stored = section.replace("\\n", "\n");
        outcome
            .succeeds()
            .stdout_is(&format!("{OLD}\n{OLD}{stored}"))
            .stderr_has("Could not refresh your Hugging Face access token: Cannot write ")
            .stderr_has(": Read-only file system. Will retry later.");
    }
}

#[test]
#[ignore = "needs a mount namespace"]
fn an_active_token_that_stays_as_it_is_need_not_be_writable() {
    let (sandbox, hf) = (Sandbox::new(), env!("CARGO_BIN_EXE_hf"));
    let script = format!(
        "printf '[carol]\\nhf_token = hf_test_carol\\nrefresh_token = hf_test_refresh_1\\nexpires_at = 1\\n\\n' >> stored_tokens
        mount --bind token token; mount -o remount,ro,bind token
        {hf} auth token carol; cat token"
    );
    let hub = StubHub::start();
    let grant = serde_json::json!({"access_token": "hf_test_granted", "expires_in": 4_000_000});
    hub.always("POST", "/oauth/token", Answer::json(200, grant));

    let outcome = in_a_mount_namespace_at(&hub, &sandbox, &script);

    outcome
        .succeeds()
        .stdout_is(&format!("hf_test_granted\n{OLD}"))
        .stderr_has("has been refreshed.");
}

#[test]
#[ignore = "needs a mount namespace"]
fn git_does_not_replace_a_device_that_stands_for_its_configuration() {
    let (sandbox, hf) = (Sandbox::new(), env!("CARGO_BIN_EXE_hf"));
    let script = format!(
        "touch ../tmp/null && mount --bind /dev/null ../tmp/null && export GIT_CONFIG_GLOBAL=\"$TMPDIR/null\"
        {hf} auth setup-git || echo $?; test -c ../tmp/null && echo still there"
    );

    let outcome = in_a_mount_namespace(&sandbox, &script);

    let path = sandbox.root().join("tmp/null");
    outcome.succeeds().stdout_is("1\nstill there\n").stderr_has(&format!(
        "Error: git's configuration cannot be written into {}: it is not a regular file.\n",
        path.display()
    ));
}

#[test]
#[ignore = "needs a mount namespace"]
fn a_token_that_is_mounted_over_the_stored_tokens_is_refused() {
    for (file, over) in [("token", "stored_tokens"), ("stored_tokens", "token")] {
        let sandbox = Sandbox::new();
        let script = format!("mount --bind {file} {over}; login || :; cat token");

        let outcome = in_a_mount_namespace(&sandbox, &script);

        outcome
            .succeeds()
            .stderr_has("are one file, and the active token needs one of its own.");
        assert_eq!(sandbox.read("token"), OLD);
        assert_eq!(sandbox.read("stored_tokens"), format!("[old]\nhf_token = {OLD}\n\n"));
    }
}

#[test]
#[ignore = "needs a mount namespace"]
fn an_unreadable_file_that_is_a_mount_point_is_kept_aside_and_started_anew() {
    let sandbox = Sandbox::new();
    let script = "echo '[a' > ../work/stored_tokens; mount --bind ../work/stored_tokens stored_tokens
        login; cat stored_tokens; cat stored_tokens.bak-*";

    let outcome = in_a_mount_namespace(&sandbox, script);

    outcome
        .succeeds()
        .stdout_is(&format!("[laptop]\nhf_token = {TOKEN}\n\n[a\n"));
}

#[test]
#[ignore = "needs a mount namespace"]
fn what_is_mounted_into_everybodys_folder_was_not_planted_there() {
    use std::os::unix::fs::{PermissionsExt, chown};
    let (sandbox, hf) = (Sandbox::new(), env!("CARGO_BIN_EXE_hf"));
    for (file, content) in [
        ("token", OLD.to_owned()),
        ("stored_tokens", format!("[old]\nhf_token = {OLD}\n\n")),
    ] {
        let path = sandbox.work().join(file);
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o666)).unwrap();
        // Whoever is not root has files of his own there, which are no matter.
        let _ = chown(&path, Some(54_322), None);
    }
    let script = format!(
        "chmod 1777 .; for file in token stored_tokens; do mount --bind ../work/$file $file; done
        {hf} auth token; login; cat ../work/token"
    );

    let outcome = in_a_mount_namespace(&sandbox, &script);

    outcome.succeeds().stdout_is(&format!("{OLD}\n{TOKEN}"));
}
