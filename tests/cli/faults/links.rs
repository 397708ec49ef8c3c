//! Links of our own: followed as far as the system follows them, gone with a logout, and never from one of the two files
//! to the other.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::super::support::{Run, Sandbox};
use super::change::{REFRESH, obliging_hub};
use super::{COMMANDS, TOKEN, hub_that_knows_carol, is_one_error_about};

/// What the kernel follows: path_resolution(7).
const LONGEST_CHAIN: usize = 40;

/// Files behind this many links each.
fn chained(links: usize) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.store(&[("laptop", TOKEN)]);
    sandbox.activate(TOKEN);
    for file in ["token", "stored_tokens"] {
        fs::rename(sandbox.path(file), sandbox.path(&format!("{file}.0"))).unwrap();
        for link in 1..=links {
            let name = match link == links {
                true => file.to_owned(),
                false => format!("{file}.{link}"),
            };
            symlink(format!("{file}.{}", link - 1), sandbox.path(&name)).unwrap();
        }
    }
    sandbox
}

#[test]
fn a_chain_of_links_is_followed_as_far_as_the_system_follows_it() {
    let hub = hub_that_knows_carol();
    for links in [1, 2, LONGEST_CHAIN - 1, LONGEST_CHAIN] {
        for command in COMMANDS {
            let sandbox = chained(links);

            let outcome = sandbox.hf(command).hub(&hub).run();

            assert_eq!(outcome.status, 0, "{links} {command:?}: {outcome:?}");
        }
    }
    let sandbox = chained(LONGEST_CHAIN + 1);
    is_one_error_about(&sandbox.hf(COMMANDS[5]).run(), sandbox.path("token").to_str().unwrap());
    is_one_error_about(
        &sandbox.hf(COMMANDS[1]).run(),
        sandbox.path("stored_tokens").to_str().unwrap(),
    );
}

#[test]
fn a_logout_leaves_no_token_behind_a_link() {
    for arguments in [COMMANDS[2], COMMANDS[3]] {
        for links in [1, 3] {
            let sandbox = chained(links);

            sandbox.hf(arguments).run().succeeds();

            for name in sandbox.listing() {
                let content = fs::read_to_string(sandbox.path(&name)).unwrap_or_default();
                assert!(!content.contains(TOKEN), "{arguments:?} {links}: {name}");
            }
            assert!(
                !sandbox.exists("token") && !sandbox.exists("token.0"),
                "{arguments:?} {links}"
            );
        }
    }
}

#[test]
fn a_logout_takes_a_link_that_leads_nowhere_and_no_folder_behind_one() {
    let sandbox = Sandbox::new();
    sandbox.store(&[("laptop", TOKEN)]);
    symlink("nowhere", sandbox.path("token")).unwrap();

    sandbox.hf(COMMANDS[2]).run().succeeds();

    assert_eq!(sandbox.listing(), ["stored_tokens.lock"]);
}

#[test]
fn standard_input_outlives_a_logout() {
    let sandbox = Sandbox::new();
    let link = sandbox.root().join("stdin");
    symlink("/proc/self/fd/0", &link).unwrap();
    fs::write(sandbox.work().join("token"), TOKEN).unwrap();
    let script = format!("exec {} auth logout < token", env!("CARGO_BIN_EXE_hf"));
    let run = sandbox.program("sh", &["-c", &script]);

    run.env("HF_TOKEN_PATH", &link).run().succeeds();

    assert!(link.is_symlink());
}

#[test]
fn a_home_that_is_a_link_to_nothing_yet_is_made_where_it_leads() {
    let hub = hub_that_knows_carol();
    for target in ["elsewhere", "elsewhere/below", "other"] {
        let sandbox = Sandbox::new();
        symlink("elsewhere", sandbox.root().join("other")).unwrap();
        symlink(target, sandbox.hf_home()).unwrap();

        sandbox.hf(COMMANDS[0]).hub(&hub).run().succeeds();

        assert!(sandbox.hf_home().is_symlink(), "{target}");
        assert_eq!(
            (sandbox.read("token").as_str(), sandbox.mode("")),
            (TOKEN, 0o700),
            "{target}"
        );
    }
}

#[test]
fn a_home_that_is_a_circle_of_links_is_one_line() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
    symlink("hf", sandbox.hf_home()).unwrap();

    let outcome = sandbox.hf(COMMANDS[0]).hub(&hub).run();

    is_one_error_about(&outcome, sandbox.hf_home().to_str().unwrap());
}

/// How the token can be the stored tokens, and the path of the token then.
type Road = (&'static str, fn(&Sandbox) -> Option<String>);

const ROADS: [Road; 7] = [
    ("a link", |sandbox| {
        symlink("stored_tokens", sandbox.path("token")).unwrap();
        None
    }),
    ("a link with its whole path", |sandbox| {
        symlink(sandbox.path("stored_tokens"), sandbox.path("token")).unwrap();
        None
    }),
    ("a chain of links", |sandbox| {
        symlink("stored_tokens", sandbox.path("between")).unwrap();
        symlink("between", sandbox.path("token")).unwrap();
        None
    }),
    ("a hard link", |sandbox| {
        fs::hard_link(sandbox.path("stored_tokens"), sandbox.path("token")).unwrap();
        None
    }),
    ("the other way round", |sandbox| {
        fs::rename(sandbox.path("stored_tokens"), sandbox.path("token")).unwrap();
        symlink("token", sandbox.path("stored_tokens")).unwrap();
        None
    }),
    ("another spelling", |sandbox| {
        fs::create_dir(sandbox.path("folder")).unwrap();
        symlink("stored_tokens", sandbox.path("other")).unwrap();
        Some(format!("{}/folder/../other", sandbox.hf_home().display()))
    }),
    ("a link to the folder", |sandbox| {
        symlink("hf", sandbox.root().join("way")).unwrap();
        symlink("../way/stored_tokens", sandbox.path("token")).unwrap();
        None
    }),
];

fn with_token_path(run: Run, path: Option<String>) -> Run {
    match path {
        Some(path) => run.env("HF_TOKEN_PATH", path),
        None => run,
    }
}

#[test]
fn a_token_that_is_the_stored_tokens_is_refused_before_anything_changes() {
    let hub = hub_that_knows_carol();
    for (road, take) in ROADS {
        for command in &COMMANDS[..4] {
            let sandbox = Sandbox::new();
            sandbox.store(&[("laptop", TOKEN), ("work", "hf_test_work")]);
            let path = take(&sandbox);
            let before = (sandbox.listing(), sandbox.read("stored_tokens"));
            let run = with_token_path(sandbox.hf(command).hub(&hub), path);

            let outcome = run.run();

            assert_eq!(outcome.status, 1, "{road} {command:?}: {outcome:?}");
            is_one_error_about(&outcome, "are one file, and the active token needs one of its own.");
            assert_eq!(
                (sandbox.listing(), sandbox.read("stored_tokens")),
                before,
                "{road} {command:?}"
            );
        }
    }
}

#[test]
fn a_first_login_through_a_link_to_the_stored_tokens_is_refused() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
    fs::create_dir(sandbox.hf_home()).unwrap();
    symlink("stored_tokens", sandbox.path("token")).unwrap();

    let outcome = sandbox.hf(COMMANDS[0]).hub(&hub).run();

    is_one_error_about(&outcome, "are one file");
    assert_eq!(sandbox.listing(), ["token"]);
}

#[test]
fn a_renewal_is_not_written_over_the_stored_tokens() {
    let (sandbox, hub) = (REFRESH.sandbox(), obliging_hub());
    let old = sandbox.read("token");
    fs::remove_file(sandbox.path("token")).unwrap();
    symlink("stored_tokens", sandbox.path("token")).unwrap();
    let before = sandbox.read("stored_tokens");

    let outcome = sandbox.hf(&["auth", "token", "old"]).hub(&hub).run();

    outcome
        .succeeds()
        .stdout_is(&format!("{old}\n"))
        .stderr_has("are one file");
    assert!(hub.requests().is_empty());
    assert_eq!(sandbox.read("stored_tokens"), before);
}

/// Whether the file's flag (`i`: it may not change) could be set.
fn set_flag(sandbox: &Sandbox, flag: &str, file: &Path) -> bool {
    let set = sandbox
        .program("chattr", &[flag, file.to_str().unwrap()])
        .command()
        .output();
    set.is_ok_and(|output| output.status.success())
}

#[test]
#[ignore = "needs root and chattr"]
fn a_logout_that_could_not_take_everything_takes_nothing() {
    for file in ["token", "stored_tokens"] {
        for command in [COMMANDS[2], COMMANDS[3]] {
            let sandbox = Sandbox::new();
            sandbox.store(&[("laptop", TOKEN), ("work", "hf_test_work")]);
            sandbox.activate(TOKEN);
            let before = sandbox.read("stored_tokens");
            assert!(
                set_flag(&sandbox, "+i", &sandbox.path(file)),
                "this test needs root and a file system whose files can be made immutable (`chattr +i`)"
            );

            let outcome = sandbox.hf(command).run();

            set_flag(&sandbox, "-i", &sandbox.path(file));
            is_one_error_about(&outcome, sandbox.path(file).to_str().unwrap());
            outcome.stderr_has("Operation not permitted.\n");
            assert_eq!(sandbox.read("token"), TOKEN, "{file} {command:?}");
            assert_eq!(sandbox.read("stored_tokens"), before, "{file} {command:?}");
        }
    }
}
