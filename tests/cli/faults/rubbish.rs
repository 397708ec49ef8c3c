//! Rubbish in the place of each file: never a hang, never a panic, and nothing destroyed.

use std::fs::{self, File, FileType};
use std::os::unix::fs::{FileTypeExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::thread;

use super::super::support::{Outcome, Sandbox, StubHub, at_once};
use super::{COMMANDS, TOKEN, hub_that_knows_carol};

const WORK: &str = "hf_test_faults_work_0123456789";
const HUNDRED_MEGABYTES: u64 = 100_000_000;
const FILES: [&str; 3] = ["token", "stored_tokens", "stored_tokens.lock"];

/// Something that cannot be a file of ours, and how to put it there.
type Rubbish = (&'static str, fn(&Path));

const CONTENTS: [Rubbish; 5] = [
    ("zero bytes", |path| fs::write(path, [0; 4096]).unwrap()),
    ("invalid UTF-8", |path| {
        fs::write(path, b"[a]\nhf_token = \xff\xfe\x80\n").unwrap()
    }),
    ("100 MB", |path| {
        File::create(path).unwrap().set_len(HUNDRED_MEGABYTES).unwrap()
    }),
    ("1 MB in one line", |path| {
        fs::write(path, vec![b'['; 1_000_000]).unwrap()
    }),
    ("1 MB of lines", |path| fs::write(path, "a\n".repeat(500_000)).unwrap()),
];

const SPECIAL: [Rubbish; 2] = [
    ("a pipe", |path| {
        let made = std::process::Command::new("mkfifo").arg(path).status();
        assert!(made.unwrap().success());
    }),
    ("a socket", |path| drop(UnixListener::bind(path).unwrap())),
];

const DEVICES: [Rubbish; 2] = [
    ("a link to a null device", |path| link_to_device(path, "3")),
    ("a link to a zero device", |path| link_to_device(path, "5")),
];

/// A device of the test's own: root could harm the machine's.
fn link_to_device(path: &Path, minor: &str) {
    let device = path.with_file_name("device");
    make_device(&device, minor);
    symlink("device", path).unwrap();
}

fn make_device(path: &Path, minor: &str) {
    let made = std::process::Command::new("mknod")
        .arg(path)
        .args(["c", "1", minor])
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "this test needs root, to make a device: {made:?}"
    );
}

/// A store of two tokens with rubbish in the place of one file.
fn spoilt(file: &str, put: fn(&Path)) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.store(&[("laptop", TOKEN), ("work", WORK)]);
    sandbox.activate(TOKEN);
    let _ = fs::remove_file(sandbox.path(file));
    put(&sandbox.path(file));
    sandbox
}

/// Every command, all at once, each on a spoilt store of its own.
fn every_command(file: &'static str, (name, put): Rubbish, look: impl Fn(&Sandbox, &Outcome, &str) + Sync) {
    let hub = hub_that_knows_carol();
    let (hub, look): (&StubHub, _) = (&hub, &look);
    thread::scope(|scope| {
        for command in COMMANDS {
            scope.spawn(move || {
                let sandbox = spoilt(file, put);

                let outcome = sandbox.hf(command).hub(hub).run();

                let case = format!("{name} in the place of {file}, {command:?}");
                is_orderly(&outcome, &sandbox, &case);
                look(&sandbox, &outcome, &case);
            });
        }
    });
}

/// It ended soon, by itself, with one line at most.
#[track_caller]
fn is_orderly(outcome: &Outcome, sandbox: &Sandbox, case: &str) {
    let errors: Vec<&str> = outcome
        .stderr
        .lines()
        .filter(|line| line.starts_with("Error: "))
        .collect();
    let said = match outcome.status {
        0 => errors.is_empty(),
        1 => {
            errors.len() == 1
                && (errors[0].contains(sandbox.root().to_str().unwrap()) || errors[0].contains("Not logged in"))
        }
        _ => false,
    };
    assert!(said && !outcome.stderr.contains("hf met a bug"), "{case}: {outcome:?}");
    assert!(outcome.elapsed.as_secs() < 20, "{case}: {outcome:?}");
}

/// The tokens that are stored beside the rubbish are still there, but for those that were logged out.
#[track_caller]
fn stored_tokens_are_kept(sandbox: &Sandbox, outcome: &Outcome, case: &str) {
    let logged_out = outcome.status == 0 && case.contains("logout");
    let kept = fs::read_to_string(sandbox.path("stored_tokens"));
    assert!(
        logged_out || kept.is_ok_and(|kept| kept.contains(WORK) && kept.contains(TOKEN)),
        "{case}"
    );
}

#[test]
fn rubbish_in_the_token_file_costs_no_stored_token() {
    for rubbish in CONTENTS {
        every_command("token", rubbish, stored_tokens_are_kept);
    }
}

#[test]
fn rubbish_in_the_lock_file_costs_no_stored_token() {
    for rubbish in CONTENTS {
        every_command("stored_tokens.lock", rubbish, |sandbox, outcome, case| {
            stored_tokens_are_kept(sandbox, outcome, case);
            assert!(sandbox.exists("stored_tokens.lock"), "{case}");
        });
    }
}

#[test]
fn rubbish_in_the_stored_tokens_is_kept_as_it_is() {
    for rubbish in CONTENTS {
        let original = fs::read(spoilt("stored_tokens", rubbish.1).path("stored_tokens")).unwrap();
        every_command("stored_tokens", rubbish, |sandbox, _, case| {
            let kept = |name: &String| name.starts_with("stored_tokens") && sandbox.read_bytes(name) == original;
            assert!(sandbox.listing().iter().any(kept), "{case}: {:?}", sandbox.listing());
        });
    }
}

#[test]
fn what_is_no_file_stays_what_it_is() {
    what_is_special_stays_so(SPECIAL);
}

#[test]
#[ignore = "needs root, to make a device"]
fn a_device_stays_what_it_is() {
    what_is_special_stays_so(DEVICES);
}

fn what_is_special_stays_so(special: [Rubbish; 2]) {
    let cases = special
        .into_iter()
        .flat_map(|rubbish| FILES.map(|file| (file, rubbish)));
    at_once(cases, |(file, rubbish)| {
        every_command(file, rubbish, |sandbox, outcome, case| {
            // A link to a device may go when its file is logged out; the device may not.
            let gone = outcome.status == 0 && case.contains("logout") && !sandbox.exists(file);
            let kind = fs::metadata(sandbox.path(file)).map(|found| found.file_type());
            let special = |kind: FileType| kind.is_fifo() || kind.is_socket() || kind.is_char_device();
            assert!(kind.is_ok_and(special) || gone, "{case}: {:?}", sandbox.listing());
            let device = fs::metadata(sandbox.path("device")).map(|found| found.file_type());
            assert!(device.is_ok_and(special) || !case.contains("device"), "{case}");
            if file != "stored_tokens" {
                stored_tokens_are_kept(sandbox, outcome, case);
            }
        });
    });
}

#[test]
#[ignore = "needs root, to make a device"]
fn a_device_in_the_place_of_the_token_outlives_a_logout() {
    let sandbox = Sandbox::new();
    sandbox.store(&[("laptop", TOKEN)]);
    make_device(&sandbox.path("token"), "3");

    sandbox.hf(COMMANDS[2]).run().succeeds();

    assert_eq!(sandbox.listing(), ["stored_tokens.lock", "token"]);
}

#[test]
fn a_token_that_another_program_hands_over_through_a_pipe_is_waited_for() {
    let sandbox = Sandbox::new();
    let script = format!(
        "mkfifo pipe; (sleep 0.3; printf %s {TOKEN} > pipe) & HF_TOKEN_PATH=$PWD/pipe {} auth token",
        env!("CARGO_BIN_EXE_hf")
    );

    let at_once = sandbox.program("sh", &["-c", &script]).run();

    at_once.succeeds().stdout_is(&format!("{TOKEN}\n"));
    let script = format!(
        "(sleep 1.5; printf %s {TOKEN}) | HF_TOKEN_PATH=/dev/stdin {} auth token",
        env!("CARGO_BIN_EXE_hf")
    );
    let later = sandbox.program("sh", &["-c", &script]).run();
    later.succeeds().stdout_is(&format!("{TOKEN}\n"));
}
