//! The two files that a login writes: their bytes, their modes, the links and folders around them, and an unreadable
//! `stored_tokens`, which is never lost.

use super::{TOKEN, hub_that_knows, section};
use crate::support::Sandbox;

#[test]
fn what_we_do_not_know_survives_a_rewrite_as_python_writes_it() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows("laptop"));
    sandbox.write(
        "stored_tokens",
        "# a comment is not kept by Python either\n\
         [work]\nHF_Token: hf_test_work\ncolour=blue = green\n\n\n\
         [note]\nlines = one\n  two\n\n  three\n\
         [empty]\n",
    );

    let outcome = sandbox.hf(&["auth", "login", "--token", TOKEN]).hub(&hub).run();

    outcome.succeeds();
    assert_eq!(
        sandbox.read("stored_tokens"),
        "[empty]\n\n\
         [laptop]\nhf_token = hf_test_laptop_0001\n\n\
         [note]\nlines = one\n\ttwo\n\t\n\tthree\n\n\
         [work]\nhf_token = hf_test_work\ncolour = blue = green\n\n"
    );
}

#[test]
fn unknown_keys_of_the_same_section_survive() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows("laptop"));
    sandbox.write("stored_tokens", "[laptop]\nnote = mine\nhf_token = hf_test_old\n\n");

    let outcome = sandbox.hf(&["auth", "login", "--token", TOKEN]).hub(&hub).run();

    outcome.succeeds();
    assert_eq!(
        sandbox.read("stored_tokens"),
        format!("[laptop]\nnote = mine\nhf_token = {TOKEN}\n\n")
    );
}

#[test]
fn an_unreadable_file_is_kept_aside_whole() {
    let broken: [&[u8]; 7] = [
        b"hf_token = hf_test_lost\n",
        b"[a]\nhf_token = hf_test_lost\n[a]\nhf_token = hf_test_other\n",
        b"[a]\nhf_token = hf_test_lost\nhf_token = hf_test_other\n",
        b"[a]\nhf_test_lost\n",
        b"[a\nhf_token = hf_test_lost\n",
        b"[a]\nhf_token = hf_test_lost\xff\n",
        b"\xef\xbb\xbf[a]\nhf_token = hf_test_lost\n",
    ];
    for content in broken {
        let (sandbox, hub) = (Sandbox::new(), hub_that_knows("laptop"));
        sandbox.write("stored_tokens", content);

        let outcome = sandbox.hf(&["auth", "login", "--token", TOKEN]).hub(&hub).run();

        outcome.succeeds().stderr_has("Warning: ").nowhere("hf_test");
        let files = sandbox.listing();
        let [stored, aside, lock, token] = &files[..] else {
            panic!("{files:?}");
        };
        assert_eq!(
            (stored.as_str(), lock.as_str(), token.as_str()),
            ("stored_tokens", "stored_tokens.lock", "token")
        );
        outcome.stderr_has(&sandbox.path(aside).display().to_string());
        let moment = aside.strip_prefix("stored_tokens.bak-").unwrap();
        let digits: String = moment.chars().filter(char::is_ascii_digit).collect();
        assert_eq!(digits.len(), 14, "{aside}");
        assert_eq!(sandbox.read_bytes(aside), content);
        assert_eq!(sandbox.read("stored_tokens"), section("laptop", TOKEN));
        #[cfg(unix)]
        assert_eq!(sandbox.mode(aside), 0o600);
    }
}

#[test]
fn two_unreadable_files_in_one_second_are_both_kept() {
    let sandbox = Sandbox::new();
    for content in ["first rubbish", "second rubbish"] {
        let hub = hub_that_knows("laptop");
        sandbox.write("stored_tokens", content);
        sandbox
            .hf(&["auth", "login", "--token", TOKEN])
            .hub(&hub)
            .run()
            .succeeds();
    }

    let files = sandbox.listing();
    let kept = files.iter().filter(|name| name.starts_with("stored_tokens.bak-"));
    let mut kept: Vec<String> = kept.map(|name| sandbox.read(name)).collect();
    kept.sort();

    assert_eq!(kept, ["first rubbish", "second rubbish"]);
}

#[test]
fn a_token_path_of_its_own_takes_the_stored_tokens_along() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows("laptop"));

    let outcome = sandbox
        .hf(&["auth", "login", "--token", TOKEN])
        .env("HF_TOKEN_PATH", "~/secrets/$NAME")
        .env("NAME", "active")
        .hub(&hub)
        .run();

    outcome.succeeds();
    let read = |name: &str| std::fs::read_to_string(sandbox.home().join("secrets").join(name)).unwrap();
    assert_eq!(read("active"), TOKEN);
    assert_eq!(read("stored_tokens").replace("\r\n", "\n"), section("laptop", TOKEN));
    assert!(!sandbox.hf_home().exists());
}

#[test]
#[cfg(windows)]
fn the_stored_tokens_end_their_lines_as_python_does_there() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows("laptop"));

    sandbox
        .hf(&["auth", "login", "--token", TOKEN])
        .hub(&hub)
        .run()
        .succeeds();

    let expected = section("laptop", TOKEN).replace('\n', "\r\n");
    assert_eq!(sandbox.read_bytes("stored_tokens"), expected.as_bytes());
    assert_eq!(sandbox.read_bytes("token"), TOKEN.as_bytes());
}

#[test]
fn a_token_path_that_cannot_be_a_file_of_its_own_is_refused() {
    for (path, problem) in [
        ("stored_tokens", "that file holds the stored tokens"),
        ("./stored_tokens", "that file holds the stored tokens"),
        ("folder/", "it names a folder"),
    ] {
        let (sandbox, hub) = (Sandbox::new(), hub_that_knows("laptop"));
        sandbox.store(&[("work", "hf_test_work")]);
        let before = sandbox.read("stored_tokens");
        let path = format!("{}/{path}", sandbox.hf_home().display());

        let run = sandbox.hf(&["auth", "login", "--token", TOKEN]).hub(&hub);
        let outcome = run.env("HF_TOKEN_PATH", &path).run();

        let error = format!("Error: Invalid value. HF_TOKEN_PATH cannot be {path}: {problem}.\n");
        outcome.fails_with(1).stderr_has(&error);
        assert_eq!(sandbox.listing(), ["stored_tokens"]);
        assert_eq!(sandbox.read("stored_tokens"), before);
    }
}

#[test]
fn something_in_the_way_is_named_in_one_line() {
    // What stands in the way, and the path that must be named.
    let cases = [
        ("hf", "hf"),
        ("hf/token/inner", "hf/token"),
        ("hf/stored_tokens/inner", "hf/stored_tokens"),
    ];
    for (in_the_way, named) in cases {
        let (sandbox, hub) = (Sandbox::new(), hub_that_knows("laptop"));
        let in_the_way = sandbox.root().join(in_the_way);
        std::fs::create_dir_all(in_the_way.parent().unwrap()).unwrap();
        std::fs::write(in_the_way, "a file").unwrap();

        let outcome = sandbox.hf(&["auth", "login", "--token", TOKEN]).hub(&hub).run();

        outcome
            .fails_with(1)
            .stdout_is("")
            .stderr_has("\nError: Cannot ")
            .stderr_has(
                sandbox
                    .root()
                    .join(std::path::Path::new(named).iter().collect::<std::path::PathBuf>())
                    .to_str()
                    .unwrap(),
            )
            .stderr_lacks("Login successful")
            .stderr_lacks("hf met a bug")
            .nowhere(TOKEN);
    }
}

#[cfg(unix)]
mod unix {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::{TOKEN, hub_that_knows, section};
    use crate::support::{Sandbox, StubHub};

    const HF: &str = env!("CARGO_BIN_EXE_hf");

    /// Logs in from a shell that set this umask.
    fn log_in_under(umask: &str, sandbox: &Sandbox, hub: &StubHub) {
        let script = format!("umask {umask}; exec \"$@\"");
        let run = sandbox.program("sh", &["-c", &script, "sh", HF, "auth", "login", "--token", TOKEN]);
        run.hub(hub).run().succeeds();
    }

    fn set_mode(path: &std::path::Path, mode: u32) {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn the_files_are_private_whatever_the_umask() {
        for umask in ["000", "022", "077", "277"] {
            let (sandbox, hub) = (Sandbox::new(), hub_that_knows("laptop"));

            log_in_under(umask, &sandbox, &hub);

            let modes = ["", "token", "stored_tokens"].map(|name| sandbox.mode(name));
            assert_eq!(modes, [0o700, 0o600, 0o600], "umask {umask}");
            assert_eq!(sandbox.mode("stored_tokens.lock") & 0o077, 0, "umask {umask}");
        }
    }

    #[test]
    fn the_files_are_private_whatever_mode_they_had() {
        for mode in [0o644, 0o666, 0o777, 0o400, 0o4755] {
            let (sandbox, hub) = (Sandbox::new(), hub_that_knows("laptop"));
            sandbox.store(&[("work", "hf_test_work")]);
            sandbox.activate("hf_test_work");
            set_mode(&sandbox.path("token"), mode);
            set_mode(&sandbox.path("stored_tokens"), mode);

            log_in_under("000", &sandbox, &hub);

            let modes = ["token", "stored_tokens"].map(|name| sandbox.mode(name));
            assert_eq!(modes, [0o600, 0o600], "{mode:o}");
        }
    }

    #[test]
    fn every_folder_made_on_the_way_is_private_and_those_that_were_there_keep_their_mode() {
        for mode in [0o755, 0o775, 0o777] {
            let (sandbox, hub) = (Sandbox::new(), hub_that_knows("laptop"));
            let shared = sandbox.root().join("shared");
            fs::create_dir(&shared).unwrap();
            set_mode(&shared, mode);
            let script = "umask 000; exec \"$@\"";
            let run = sandbox.program("sh", &["-c", script, "sh", HF, "auth", "login", "--token", TOKEN]);

            let outcome = run.env("HF_HOME", shared.join("a/b")).hub(&hub).run();

            outcome.succeeds();
            let mode_of = |path: &str| fs::metadata(shared.join(path)).unwrap().permissions().mode() & 0o7777;
            assert_eq!(["", "a", "a/b"].map(mode_of), [mode, 0o700, 0o700]);
        }
    }

    #[test]
    fn an_existing_home_keeps_its_mode() {
        let (sandbox, hub) = (Sandbox::new(), hub_that_knows("laptop"));
        fs::create_dir(sandbox.hf_home()).unwrap();
        set_mode(&sandbox.hf_home(), 0o775);

        log_in_under("022", &sandbox, &hub);

        assert_eq!(sandbox.mode(""), 0o775);
    }

    #[test]
    fn a_link_stays_and_its_target_is_written() {
        for target in ["../elsewhere/real", "/ABSOLUTE", "../elsewhere/dangling"] {
            let (sandbox, hub) = (Sandbox::new(), hub_that_knows("laptop"));
            let elsewhere = sandbox.root().join("elsewhere");
            fs::create_dir(&elsewhere).unwrap();
            fs::create_dir(sandbox.hf_home()).unwrap();
            for name in ["token", "stored_tokens"] {
                fs::write(elsewhere.join(format!("real.{name}")), "").unwrap();
                let target = match target {
                    "/ABSOLUTE" => elsewhere.join(format!("real.{name}")),
                    relative => format!("{relative}.{name}").into(),
                };
                symlink(target, sandbox.path(name)).unwrap();
            }

            log_in_under("022", &sandbox, &hub);

            for (name, content) in [("token", TOKEN.to_owned()), ("stored_tokens", section("laptop", TOKEN))] {
                assert!(sandbox.path(name).is_symlink(), "{target}");
                assert_eq!(sandbox.read(name), content, "{target}");
                assert_eq!(sandbox.mode(name), 0o600, "{target}");
            }
        }
    }

    #[test]
    fn a_circle_of_links_is_an_error() {
        let (sandbox, hub) = (Sandbox::new(), hub_that_knows("laptop"));
        fs::create_dir(sandbox.hf_home()).unwrap();
        symlink("token", sandbox.path("token")).unwrap();

        let outcome = sandbox.hf(&["auth", "login", "--token", TOKEN]).hub(&hub).run();

        outcome
            .fails_with(1)
            .stderr_has("Error: Cannot write ")
            .stderr_has("/token")
            .nowhere(TOKEN);
    }
}
