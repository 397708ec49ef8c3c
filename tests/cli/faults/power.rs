//! The power cut: what is reported as done is on the disk, and so is the name that it has there.

use super::super::support::Sandbox;
use super::change::{Change, FIRST_LOGIN, LOGIN, LOGOUT, REFRESH, SWITCH, obliging_hub};
use super::strace;

/// What one run did to the disk, in order, with the paths it did it to.
struct Story(Vec<String>);

impl Story {
    /// What this change did, and where.
    fn of(change: &Change) -> (Sandbox, Self) {
        let sandbox = change.sandbox();
        let run = strace::hf(&sandbox, &[], change.arguments).hub(&obliging_hub()).run();
        run.succeeds();
        let story = Story(strace::log(&sandbox));
        (sandbox, story)
    }

    /// Where the first call behind `from` stands that has all these words.
    #[track_caller]
    fn find(&self, from: usize, words: &[&str]) -> usize {
        let told = |line: &String| words.iter().all(|word| line.contains(word));
        let found = self.0.iter().skip(from).position(told);
        let found = found.unwrap_or_else(|| panic!("no {words:?} behind call {from} of\n{}", self.0.join("\n")));
        from + found
    }

    /// The file was flushed, then renamed to `name`, then its folder flushed. Where that ends.
    #[track_caller]
    fn replaced_for_good(&self, sandbox: &Sandbox, name: &str) -> usize {
        let (target, folder) = (sandbox.path(name), sandbox.hf_home());
        let target = format!("\"{}\") = 0", target.display());
        let renamed = self.find(0, &["rename", &target]);
        let temporary = self.0[renamed].split('"').nth(1).unwrap();
        let written = self.find(0, &["write(", temporary]);
        let flushed = self.find(written, &["fsync(", temporary]);
        assert!(flushed < renamed, "{name} was renamed first:\n{}", self.0.join("\n"));
        self.find(renamed, &["fsync(", &format!("<{}>", folder.display())])
    }
}

#[test]
#[ignore = "needs strace"]
fn a_change_is_on_the_disk_before_it_is_reported() {
    let said = "Your token has been saved to";
    for (change, names, report) in [
        (LOGIN, &["stored_tokens", "token"][..], "Login successful."),
        (LOGIN, &["stored_tokens"], "The token `laptop` has been saved"),
        (FIRST_LOGIN, &["stored_tokens", "token"], "Login successful."),
        (SWITCH, &["token"], said),
        (LOGOUT, &["stored_tokens"], "Successfully logged out"),
        (REFRESH, &["stored_tokens", "token"], "has been refreshed."),
    ] {
        let (sandbox, story) = Story::of(&change);

        let reported = story.find(0, &["write(", report]);

        for name in names {
            assert!(story.replaced_for_good(&sandbox, name) < reported, "{name}, {report}");
        }
    }
}

#[test]
#[ignore = "needs strace"]
fn whoever_waits_for_the_lock_does_not_wait_for_the_flush_of_a_folder() {
    let (sandbox, story) = Story::of(&LOGIN);
    let folder = format!("<{}>", sandbox.hf_home().display());

    let released = story.find(0, &["close(", "stored_tokens.lock>"]);

    assert!(story.find(0, &["fsync(", &folder]) > released);
}

#[test]
#[ignore = "needs strace"]
fn a_new_folder_is_on_the_disk_before_the_login_is_reported() {
    let (hub, sandbox) = (obliging_hub(), FIRST_LOGIN.sandbox());
    let run = strace::hf(&sandbox, &[], FIRST_LOGIN.arguments).hub(&hub);
    run.env("HF_HOME", sandbox.path("a/b")).run().succeeds();
    let story = Story(strace::log(&sandbox));

    let reported = story.find(0, &["write(", "Login successful."]);

    for (folder, above) in [("hf", ""), ("hf/a", "hf"), ("hf/a/b", "hf/a")] {
        let path = |name: &str| {
            sandbox
                .root()
                .join(name)
                .to_str()
                .unwrap()
                .trim_end_matches('/')
                .to_owned()
        };
        let made = story.find(0, &["mkdir", &format!("\"{}\"", path(folder))]);
        let flushed = story.find(made, &["fsync(", &format!("<{}>", path(above))]);
        assert!(flushed < reported, "{folder}");
    }
}

#[test]
#[ignore = "needs strace"]
fn a_removal_is_on_the_disk_before_it_is_reported() {
    let (sandbox, story) = Story::of(&LOGOUT);

    let removed = story.find(0, &["unlink", &format!("\"{}\"", sandbox.path("token").display())]);
    let flushed = story.find(removed, &["fsync(", &format!("<{}>", sandbox.hf_home().display())]);

    assert!(flushed < story.find(0, &["write(", "Successfully logged out"]));
}
