//! File systems that cannot do everything: Lustre and NFS without locks, drvfs, CIFS, vfat, FUSE without chmod, an object
//! store without rename, 9p without a flush of folders. A command does its work all the same, in the safest way left.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::thread;

use super::super::support::{Outcome, Sandbox, StubHub};
use super::change::{Change, FIRST_LOGIN, LOGIN, LOGOUT, LOGOUT_OF_ALL, OLD, REFRESH, SWITCH};
use super::change::{Files, found, obliging_hub, temporary_files};
use super::{TOKEN, strace, users};

const CHANGES: [Change; 6] = [LOGIN, FIRST_LOGIN, SWITCH, LOGOUT, LOGOUT_OF_ALL, REFRESH];
/// System calls, and with what file systems refuse them.
const REFUSALS: [(&str, &[&str]); 6] = [
    ("flock", &["ENOSYS", "EOPNOTSUPP", "ENOLCK", "EINVAL", "EBADF"]),
    ("/chmod", &["EPERM", "ENOSYS", "EOPNOTSUPP", "EINVAL"]),
    ("/chown", &["EPERM", "ENOSYS", "EOPNOTSUPP", "EINVAL"]),
    (
        "/^rename",
        &["EINVAL", "EEXIST", "ENOSYS", "EOPNOTSUPP", "EPERM", "EBUSY", "EXDEV"],
    ),
    ("fsync,fdatasync", &["EINVAL", "ENOSYS", "EOPNOTSUPP"]),
    ("/^link", &["EPERM", "ENOSYS", "EOPNOTSUPP"]),
];
/// What an object store refuses, as a whole.
const OBJECT_STORE: [&str; 4] = [
    "inject=flock:error=ENOSYS",
    "inject=/chmod:error=EPERM",
    "inject=/^rename:error=EPERM",
    "inject=ftruncate:error=ENOSYS",
];
const NO_LOCK: &str = "cannot be locked (";

/// The change with every call of these failing so. The umask takes a bit from the owner, which has to be given back; root
/// can go on where it is not.
fn refused(injections: &[&str], change: &Change, hub: &StubHub) -> (Sandbox, Outcome) {
    let sandbox = change.sandbox();
    let options: Vec<&str> = injections.iter().flat_map(|injection| ["-e", injection]).collect();
    let run = strace::hf(&sandbox, &options, change.arguments).hub(hub);
    let umask = if users::is_root(&sandbox) { "0277" } else { "0022" };
    let script = format!("umask {umask}; exec \"$@\"");
    let outcome = run.through("sh", &["-c", &script, "sh"]).run();
    (sandbox, outcome)
}

/// All is as if nothing had been refused, and nothing is left beside it.
#[track_caller]
fn is_done(change: &Change, (sandbox, outcome): &(Sandbox, Outcome), case: &str) {
    assert_eq!(outcome.status, 0, "{case}: {outcome:?}");
    assert_eq!(found(sandbox), change.after(), "{case}");
    assert!(copies(sandbox).is_empty(), "{case}: {:?}", sandbox.listing());
    assert!(temporary_files(sandbox.root()).is_empty(), "{case}");
}

fn copies(sandbox: &Sandbox) -> Vec<String> {
    let names = sandbox.listing().into_iter();
    names.filter(|name| name.contains(".copy-")).collect()
}

#[test]
#[ignore = "needs strace"]
fn what_a_file_system_cannot_do_is_done_without() {
    let hub = obliging_hub();
    thread::scope(|scope| {
        for change in &CHANGES {
            scope.spawn(|| {
                for (call, errors) in REFUSALS {
                    for error in errors {
                        let case = format!("{:?}, {call}: {error}", change.arguments);

                        let made = refused(&[&format!("inject={call}:error={error}")], change, &hub);

                        is_done(change, &made, &case);
                        let warnings = usize::from(call == "flock");
                        assert_eq!(
                            made.1.stderr.matches("Warning: ").count(),
                            warnings,
                            "{case}: {:?}",
                            made.1
                        );
                        let lock = format!("Warning: {} {NO_LOCK}", made.0.path("stored_tokens.lock").display());
                        assert_eq!(made.1.stderr.matches(&lock).count(), warnings, "{case}: {:?}", made.1);
                    }
                }
            });
        }
    });
}

#[test]
#[ignore = "needs strace"]
fn an_object_store_takes_every_change() {
    let hub = obliging_hub();
    for change in &CHANGES {
        let made = refused(&OBJECT_STORE, change, &hub);

        is_done(change, &made, &format!("{:?}", change.arguments));
    }
}

#[test]
#[ignore = "needs strace"]
fn a_folder_that_cannot_be_flushed_is_no_reason_to_stop() {
    let hub = obliging_hub();
    for change in &CHANGES {
        let sandbox = change.sandbox();
        strace::hf(&sandbox, &[], change.arguments).hub(&hub).run().succeeds();
        let folder = format!("<{}>", sandbox.hf_home().display());
        let flushes = strace::calls(&sandbox).into_iter();
        let flushes: Vec<_> = flushes
            .filter(|call| call.name == "fsync" && call.line.contains(&folder))
            .collect();
        assert!(!flushes.is_empty());
        for (flush, error) in flushes
            .iter()
            .zip(["EBADF", "EACCES", "EINVAL", "ENOSYS"].iter().cycle())
        {
            let injection = flush.inject(&format!("error={error}"));

            let made = refused(&[&injection], change, &hub);

            is_done(change, &made, &format!("{:?}, {injection}", change.arguments));
        }
    }
}

#[test]
#[ignore = "needs strace"]
fn a_file_that_others_can_read_is_written_and_said() {
    let hub = obliging_hub();
    for (mode, is_said) in [
        (0o644, true),
        (0o755, true),
        (0o604, true),
        (0o600, false),
        (0o700, false),
    ] {
        for error in ["EPERM", "ENOSYS", "EOPNOTSUPP"] {
            let sandbox = LOGIN.sandbox();
            let files = ["token", "stored_tokens"].map(|name| sandbox.path(name));
            for file in &files {
                fs::set_permissions(file, Permissions::from_mode(mode)).unwrap();
            }
            let options = [
                "-e",
                "inject=/^rename:error=EPERM",
                "-e",
                &format!("inject=/chmod:error={error}"),
            ];

            let outcome = strace::hf(&sandbox, &options, LOGIN.arguments).hub(&hub).run();

            outcome.succeeds();
            assert_eq!(found(&sandbox), LOGIN.after());
            for file in files {
                let warning = format!("Warning: Other users can read {} (mode {mode:04o}): ", file.display());
                assert_eq!(
                    outcome.stderr.contains(&warning),
                    is_said,
                    "{mode:o} {error}: {outcome:?}"
                );
            }
        }
    }
}

#[test]
#[ignore = "needs strace"]
fn what_really_fails_is_one_line_and_nothing_is_changed() {
    let hub = obliging_hub();
    for (call, error, action) in [
        ("fsync", "ENOSPC", "write"),
        ("fsync", "EIO", "write"),
        ("fsync", "EDQUOT", "write"),
        ("/^rename", "ENOSPC", "write"),
        ("/^rename", "EIO", "write"),
        ("flock", "EIO", "lock"),
    ] {
        for change in [LOGIN, SWITCH] {
            let injection = format!("inject={call}:error={error}");

            let (sandbox, outcome) = refused(&[&injection], &change, &hub);

            outcome.fails_with(1).nowhere(TOKEN);
            outcome.stderr_has(&format!("Error: Cannot {action} {}", sandbox.hf_home().display()));
            assert_eq!(found(&sandbox), change.before(), "{injection}");
            assert!(temporary_files(sandbox.root()).is_empty() && copies(&sandbox).is_empty());
        }
    }
}

#[test]
#[ignore = "needs strace"]
fn a_lock_file_that_cannot_be_made_is_an_error() {
    let hub = obliging_hub();
    let sandbox = LOGIN.sandbox();
    strace::hf(&sandbox, &[], LOGIN.arguments).hub(&hub).run().succeeds();
    let makes_it = |call: &strace::Call| call.line.contains("stored_tokens.lock") && call.line.contains("O_CREAT");
    let call = strace::calls(&sandbox).into_iter().find(makes_it).unwrap();
    for error in ["EACCES", "EROFS", "ENOSPC", "EDQUOT", "EIO"] {
        let sandbox = LOGIN.sandbox();
        let injection = call.inject(&format!("error={error}"));

        let outcome = strace::hf(&sandbox, &["-e", &injection], LOGIN.arguments)
            .hub(&hub)
            .run();

        outcome.fails_with(1).stderr_lacks(NO_LOCK);
        outcome.stderr_has(&format!(
            "Error: Cannot lock {}: ",
            sandbox.path("stored_tokens.lock").display()
        ));
        assert_eq!(found(&sandbox), LOGIN.before(), "{error}");
    }
}

/// Each file as it is, or, where it was damaged, what it was to hold.
fn whole(sandbox: &Sandbox) -> Files {
    let (stored, token) = found(sandbox);
    let or_copy = |content: Option<String>, name: &str| {
        let copies = copies(sandbox).into_iter();
        let copies = copies.filter(|copy| copy.starts_with(&format!("{name}.copy-")));
        let mut kept = copies.map(|copy| sandbox.read(&copy)).filter(|kept| !kept.is_empty());
        kept.next().or(content)
    };
    (or_copy(stored, "stored_tokens"), or_copy(token, "token"))
}

#[track_caller]
fn is_old_or_new(change: &Change, sandbox: &Sandbox, outcome: &Outcome, moment: &str) {
    let trimmed = |content: Option<String>| content.unwrap_or_default().trim_end_matches('\n').to_owned();
    let (stored, token) = whole(sandbox);
    let (before, after) = (change.before(), change.after());
    let is_one_of =
        |content: Option<String>, before, after| [trimmed(before), trimmed(after)].contains(&trimmed(content));
    assert!(is_one_of(stored, before.0, after.0), "{moment}: {outcome:?}");
    assert!(is_one_of(token, before.1, after.1), "{moment}: {outcome:?}");
}

#[test]
#[ignore = "needs strace"]
fn without_rename_any_call_may_fail_and_nothing_is_lost() {
    let hub = obliging_hub();
    let no_rename = ["-e", "inject=/^rename:error=EPERM"];
    let no_cutting = [no_rename[0], no_rename[1], "-e", "inject=ftruncate:error=ENOSYS"];
    for (options, change) in [(&no_rename[..], LOGIN), (&no_rename, LOGOUT), (&no_cutting, LOGIN)] {
        let sandbox = change.sandbox();
        strace::hf(&sandbox, options, change.arguments)
            .hub(&hub)
            .run()
            .succeeds();
        let calls = strace::calls(&sandbox).into_iter();
        for call in calls.filter(|call| call.changes_something() && !call.line.contains("(INJECTED)")) {
            // This one alone, or all from here on.
            for when in ["", "+"] {
                let sandbox = change.sandbox();
                let injection = call.inject("error=EIO") + when;
                let options = [options, &["-e", &injection]].concat();

                let outcome = strace::hf(&sandbox, &options, change.arguments).hub(&hub).run();

                is_old_or_new(&change, &sandbox, &outcome, &format!("{injection}: {}", call.line));
                // Nor can anything be said where no call writes any more.
                if outcome.status != 0 && (call.name.as_str(), when) != ("write", "+") {
                    assert_eq!(outcome.stderr.matches("Error: ").count(), 1, "{outcome:?}");
                    for copy in copies(&sandbox) {
                        // Emptied where it could not be removed.
                        assert!(outcome.stderr.contains(&copy) || sandbox.read(&copy).is_empty());
                    }
                }
            }
        }
    }
}

#[test]
#[ignore = "needs strace"]
fn a_file_that_was_cut_and_not_written_is_named_with_its_copy() {
    let hub = obliging_hub();
    let sandbox = SWITCH.sandbox();
    strace::hf(
        &sandbox,
        &["-e", OBJECT_STORE[2], "-e", OBJECT_STORE[3]],
        SWITCH.arguments,
    )
    .run()
    .succeeds();
    let is_last = |call: &strace::Call| call.name == "write" && call.line.contains("/token>");
    let last = strace::calls(&sandbox).into_iter().rfind(is_last).unwrap();
    let sandbox = SWITCH.sandbox();
    let injection = last.inject("error=EIO");
    let options = ["-e", OBJECT_STORE[2], "-e", OBJECT_STORE[3], "-e", &injection];

    let outcome = strace::hf(&sandbox, &options, SWITCH.arguments).hub(&hub).run();

    let copies = copies(&sandbox);
    let [copy] = &copies[..] else {
        panic!("{:?} {outcome:?}", sandbox.listing());
    };
    let (token, kept) = (sandbox.path("token"), sandbox.path(copy));
    let what = format!("; what it was to hold is in {}.\n", kept.display());
    outcome.fails_with(1).stderr_has(&what);
    outcome.stderr_has(&format!("Error: Cannot write {}: ", token.display()));
    assert_eq!((sandbox.read(copy).as_str(), sandbox.mode(copy)), (TOKEN, 0o600));
    assert_ne!(sandbox.read("token"), OLD);
}
