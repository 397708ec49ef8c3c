//! A disk that is not as it should be: each fault is one clear line, and what was stored stays. Tests run as root too,
//! so nothing here relies on permission bits.

use std::fs::{self, File};
#[cfg(unix)]
use std::os::unix::fs::{FileTypeExt, symlink};
use std::time::{Duration, Instant};

use super::support::{Outcome, Sandbox, WHOAMI, at_once, hub_that_knows_carol};

#[cfg(target_os = "linux")]
mod change;
mod crowd;
#[cfg(target_os = "linux")]
mod endless;
#[cfg(target_os = "linux")]
mod failing;
#[cfg(target_os = "linux")]
mod keeper;
#[cfg(target_os = "linux")]
mod killed;
#[cfg(target_os = "linux")]
mod lack;
mod leftovers;
#[cfg(target_os = "linux")]
mod links;
#[cfg(target_os = "linux")]
mod mounts;
#[cfg(target_os = "linux")]
mod planted;
#[cfg(target_os = "linux")]
mod power;
#[cfg(target_os = "linux")]
mod refused;
#[cfg(target_os = "linux")]
mod rubbish;
#[cfg(target_os = "linux")]
pub(crate) mod strace;
#[cfg(target_os = "linux")]
mod users;

const TOKEN: &str = "hf_test_faults_canary_0123456789";
/// Every command that touches the files.
const COMMANDS: [&[&str]; 7] = [
    &["auth", "login", "--token", TOKEN],
    &["auth", "switch", "laptop"],
    &["auth", "logout"],
    &["auth", "logout", "laptop"],
    &["auth", "list"],
    &["auth", "token"],
    &["auth", "whoami"],
];

/// One error, which names `path`, behind whatever a login says first.
#[track_caller]
fn is_one_error_about(outcome: &Outcome, path: &str) {
    outcome.fails_with(1).nowhere(TOKEN).stderr_lacks("hf met a bug");
    let errors: Vec<&str> = outcome
        .stderr
        .lines()
        .filter(|line| line.starts_with("Error: "))
        .collect();
    assert!(errors.len() == 1 && errors[0].contains(path), "{}", outcome.stderr);
}

#[test]
fn a_file_in_the_place_of_the_home_is_one_line_for_every_command() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
    fs::write(sandbox.hf_home(), "precious").unwrap();
    // For Windows what would lie in a file is just not there, and nothing is lost by that until something is written.
    let commands = if cfg!(windows) { &COMMANDS[..1] } else { &COMMANDS[..] };
    for command in commands {
        let outcome = sandbox.hf(command).hub(&hub).run();

        is_one_error_about(&outcome, sandbox.hf_home().to_str().unwrap());
        assert_eq!(fs::read_to_string(sandbox.hf_home()).unwrap(), "precious");
    }
}

#[test]
fn a_token_from_the_environment_needs_no_home() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
    fs::write(sandbox.hf_home(), "").unwrap();
    let run = |command: &str| sandbox.hf(&["auth", command]).hub(&hub).env("HF_TOKEN", TOKEN);

    run("whoami").run().succeeds();
    run("token").run().succeeds().stdout_is(&format!("{TOKEN}\n"));
    let homeless = run("token").env_remove("HF_HOME").env_remove("HOME");
    homeless.env_remove("USERPROFILE").run().succeeds();
}

#[test]
fn a_folder_in_the_place_of_a_file_is_one_line_and_stays() {
    for (name, commands) in [
        ("token", &[0, 1, 5, 6][..]),
        ("stored_tokens", &[0, 1, 2, 3, 4][..]),
        ("stored_tokens.lock", &[0, 1, 2, 3][..]),
    ] {
        for command in commands.iter().map(|number| COMMANDS[*number]) {
            let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
            sandbox.store(&[("laptop", TOKEN)]);
            sandbox.activate(TOKEN);
            let path = sandbox.path(name);
            let _ = fs::remove_file(&path);
            fs::create_dir(&path).unwrap();

            let outcome = sandbox.hf(command).hub(&hub).run();

            is_one_error_about(&outcome, path.to_str().unwrap());
            assert!(path.is_dir(), "{name} {command:?}");
            let kept = sandbox
                .listing()
                .iter()
                .any(|file| ["token", "stored_tokens"].contains(&file.as_str()));
            assert!(kept, "{name} {command:?}: {:?}", sandbox.listing());
        }
    }
}

#[test]
#[cfg(unix)]
fn a_loop_of_links_is_one_line_and_stays() {
    for (name, commands) in [("token", &[0, 1, 5, 6][..]), ("stored_tokens", &[0, 1, 2, 3, 4][..])] {
        for command in commands.iter().map(|number| COMMANDS[*number]) {
            let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
            sandbox.store(&[("laptop", TOKEN)]);
            sandbox.activate(TOKEN);
            let path = sandbox.path(name);
            fs::remove_file(&path).unwrap();
            symlink("there", &path).unwrap();
            symlink(name, sandbox.path("there")).unwrap();

            let outcome = sandbox.hf(command).hub(&hub).run();

            is_one_error_about(&outcome, path.to_str().unwrap());
            assert!(path.is_symlink(), "{name} {command:?}");
        }
    }
}

#[test]
#[cfg(unix)]
fn a_link_is_followed_and_stays_a_link() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
    fs::create_dir(sandbox.hf_home()).unwrap();
    for name in ["token", "stored_tokens"] {
        // The stored tokens' target is there already, the token's is not.
        symlink(format!("../home/{name}"), sandbox.path(name)).unwrap();
    }
    fs::write(sandbox.home().join("stored_tokens"), "").unwrap();

    sandbox.hf(COMMANDS[0]).hub(&hub).run().succeeds();

    assert!(sandbox.path("token").is_symlink() && sandbox.path("stored_tokens").is_symlink());
    assert_eq!(fs::read_to_string(sandbox.home().join("token")).unwrap(), TOKEN);
    assert!(
        fs::read_to_string(sandbox.home().join("stored_tokens"))
            .unwrap()
            .contains(TOKEN)
    );
}

#[test]
fn a_token_file_that_is_no_token_is_one_line_and_a_login_mends_it() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
    sandbox.write("token", b"\xff\xfehf_test\x00");
    let path = sandbox.path("token");

    for command in [COMMANDS[5], COMMANDS[6]] {
        is_one_error_about(&sandbox.hf(command).hub(&hub).run(), path.to_str().unwrap());
    }
    sandbox.hf(COMMANDS[0]).hub(&hub).run().succeeds();

    assert_eq!(sandbox.read("token"), TOKEN);
}

#[test]
fn a_huge_file_is_not_read_into_memory() {
    let hub = hub_that_knows_carol();
    for (name, command) in [
        ("token", COMMANDS[5]),
        ("token", COMMANDS[6]),
        ("stored_tokens", COMMANDS[4]),
    ] {
        let sandbox = Sandbox::new();
        sandbox.write(name, "");
        let file = File::options().write(true).open(sandbox.path(name)).unwrap();
        file.set_len(1 << 40).unwrap();

        let outcome = sandbox.hf(command).hub(&hub).run();

        is_one_error_about(&outcome, sandbox.path(name).to_str().unwrap());
    }
}

#[test]
#[cfg(unix)]
fn a_pipe_in_the_place_of_the_token_is_never_replaced_by_a_file() {
    a_special_file_stays_one(&["p"]);
}

#[test]
#[cfg(unix)]
#[ignore = "needs root, to make a device"]
fn a_device_in_the_place_of_the_token_is_never_replaced_by_a_file() {
    a_special_file_stays_one(&["c", "1", "3"]);
}

/// The token is a link to what mknod makes so.
#[cfg(unix)]
fn a_special_file_stays_one(kind: &[&str]) {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
    sandbox.store(&[("laptop", TOKEN)]);
    let special = sandbox.root().join("special");
    let made = sandbox.program("mknod", &[special.to_str().unwrap()]).args(kind).run();
    assert_eq!(
        made.status, 0,
        "this test needs root, to make a device: {}",
        made.stderr
    );

    // An error, or bytes that go nowhere: as root, a file in the place of /dev/null breaks the machine.
    symlink(&special, sandbox.path("token")).unwrap();
    let hf = env!("CARGO_BIN_EXE_hf");
    sandbox.program("timeout", &["5", hf]).args(COMMANDS[1]).hub(&hub).run();

    let found = special.symlink_metadata().unwrap().file_type();
    assert!(found.is_fifo() || found.is_char_device(), "{kind:?} is now {found:?}");
}

#[test]
#[cfg(unix)]
#[cfg_attr(not(target_os = "linux"), ignore = "needs /dev/full")]
fn a_full_standard_output_is_an_error() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
    sandbox.store(&[("laptop", TOKEN)]);
    sandbox.activate(TOKEN);
    for command in ["token", "list", "list --json", "list -q", "whoami", "whoami --json"] {
        let line = format!("exec {} auth {command} > /dev/full", env!("CARGO_BIN_EXE_hf"));

        let outcome = sandbox.program("sh", &["-c", &line]).hub(&hub).run();

        assert_eq!(outcome.status, 1, "{command}: {}", outcome.stderr);
        let error = "Error: Cannot write to standard output: No space left on device.\n";
        assert!(outcome.stderr.starts_with(error), "{command}: {}", outcome.stderr);
        assert!(outcome.stderr.lines().count() <= 2, "{command}: {}", outcome.stderr);
    }
}

#[test]
#[cfg(unix)]
#[cfg_attr(not(target_os = "linux"), ignore = "needs /dev/full")]
fn a_help_that_cannot_be_printed_is_an_error() {
    let sandbox = Sandbox::new();
    let line = format!("exec {} auth --help > /dev/full", env!("CARGO_BIN_EXE_hf"));

    sandbox.program("sh", &["-c", &line]).run().fails_with(1);
}

#[test]
fn a_lock_held_by_another_process_is_waited_for() {
    let changes = [COMMANDS[0], COMMANDS[1], COMMANDS[2], COMMANDS[3]];
    at_once(changes, |command| {
        let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
        sandbox.store(&[("laptop", TOKEN)]);
        sandbox.write("stored_tokens.lock", "");
        let lock = File::open(sandbox.path("stored_tokens.lock")).unwrap();
        lock.lock().unwrap();
        let started = Instant::now();
        let release = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_secs(1));
            drop(lock);
        });

        let outcome = sandbox.hf(command).hub(&hub).run();

        outcome.succeeds();
        assert!(
            started.elapsed() >= Duration::from_millis(900),
            "{command:?}: {:?}",
            outcome.elapsed
        );
        release.join().unwrap();
    });
}

/// By a person who wants to be rid of it, or by a version of the reference's lock as it lets go.
#[test]
#[cfg_attr(windows, ignore = "needs a system on which an open file can be removed")]
fn a_lock_file_that_is_taken_away_is_waited_for_no_longer() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
    sandbox.write("stored_tokens.lock", "");
    let path = sandbox.path("stored_tokens.lock");
    let held = File::open(&path).unwrap();
    held.lock().unwrap();
    let remove = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(500));
        std::fs::remove_file(path).unwrap();
    });

    let outcome = sandbox.hf(COMMANDS[0]).hub(&hub).run();

    outcome.succeeds();
    assert!(outcome.elapsed >= Duration::from_millis(400), "{:?}", outcome.elapsed);
    assert!(outcome.elapsed < Duration::from_secs(10), "{:?}", outcome.elapsed);
    remove.join().unwrap();
}

#[test]
fn readers_do_not_wait_for_the_lock() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
    sandbox.store(&[("laptop", TOKEN)]);
    sandbox.activate(TOKEN);
    sandbox.write("stored_tokens.lock", "");
    let lock = File::open(sandbox.path("stored_tokens.lock")).unwrap();
    lock.lock().unwrap();

    for command in [COMMANDS[4], COMMANDS[5], COMMANDS[6]] {
        let outcome = sandbox.hf(command).hub(&hub).run();

        outcome.succeeds();
        assert!(outcome.elapsed < Duration::from_secs(10), "{command:?}");
    }
}

#[test]
#[cfg(unix)]
fn a_pipe_that_nobody_reads_from_is_an_error_and_not_a_wait() {
    let sandbox = Sandbox::new();
    sandbox.store(&[("laptop", "hf_test_laptop_0001")]);
    let pipe = sandbox.path("token");
    sandbox.program("mkfifo", &[pipe.to_str().unwrap()]).run().succeeds();

    let outcome = sandbox.hf(&["auth", "switch", "laptop"]).run();

    outcome
        .fails_with(1)
        .stderr_has(&format!("Error: Cannot write {}", pipe.display()));
    assert!(outcome.elapsed < Duration::from_secs(20));
}
