//! Which program is the next one, however PATH looks.

use super::{OTHER, copy, link, ours, script, with_path};
use crate::support::Sandbox;

#[test]
fn this_program_is_skipped_under_every_name_it_has() {
    let sandbox = Sandbox::new();
    link(&sandbox, "a/hf");
    std::fs::create_dir(sandbox.root().join("b")).unwrap();
    std::os::unix::fs::symlink("../a/hf", sandbox.root().join("b/hf")).unwrap();
    script(&sandbox, "python/hf", OTHER);

    let run = sandbox.program(sandbox.root().join("b/hf"), &["env"]);
    let outcome = with_path(run, &sandbox, &["a", "b", "python"]).run();

    outcome.fails_with(7).stdout_is("other: <env>\n");
}

#[test]
fn copies_of_this_program_hand_on_to_the_first_that_is_none() {
    let sandbox = Sandbox::new();
    copy(&sandbox, "a/hf");
    copy(&sandbox, "b/hf");
    std::fs::create_dir(sandbox.root().join("c")).unwrap();
    std::os::unix::fs::symlink("../a/hf", sandbox.root().join("c/hf")).unwrap();
    script(&sandbox, "python/hf", OTHER);
    let orders = [
        &["a", "b", "c", "python"][..],
        &["b", "a", "python"],
        &["c", "b", "a", "python"],
        &["python", "b", "a", "c"],
        &["b", "python", "a"],
    ];
    for order in orders {
        let run = sandbox.program(sandbox.root().join("a/hf"), &["env"]);
        let outcome = with_path(run, &sandbox, order).run();

        outcome.fails_with(7).stdout_is("other: <env>\n");
    }

    let run = sandbox.program(sandbox.root().join("a/hf"), &["env"]);
    let outcome = with_path(run, &sandbox, &["a", "b", "c"]).run();
    outcome.fails_with(1).stderr_has("pip install -U huggingface_hub");
}

#[test]
fn a_script_that_starts_this_program_may_stand_in_front_of_it() {
    let sandbox = Sandbox::new();
    link(&sandbox, "ours/hf");
    let ours = sandbox.root().join("ours/hf");
    script(&sandbox, "wrapper/hf", &format!("exec {} \"$@\"", ours.display()));
    script(&sandbox, "python/hf", OTHER);

    let run = sandbox.program(sandbox.root().join("wrapper/hf"), &["env"]);
    let outcome = with_path(run, &sandbox, &["wrapper", "ours", "python"]).run();

    outcome.fails_with(7).stdout_is("other: <env>\n");
}

#[test]
fn folders_and_files_that_cannot_be_started_are_passed_by() {
    let sandbox = Sandbox::new();
    std::fs::create_dir_all(sandbox.root().join("folder/hf")).unwrap();
    std::fs::create_dir(sandbox.root().join("text")).unwrap();
    std::fs::write(sandbox.root().join("text/hf"), "#!/bin/sh\necho text").unwrap();
    std::fs::create_dir(sandbox.root().join("dangling")).unwrap();
    std::os::unix::fs::symlink("/gone", sandbox.root().join("dangling/hf")).unwrap();
    script(&sandbox, "python/hf", OTHER);

    let folders = ["gone", "folder", "text", "dangling", "python"];
    let outcome = with_path(sandbox.hf(&["env"]), &sandbox, &folders).run();

    outcome.fails_with(7).stdout_is("other: <env>\n");
}

#[test]
fn entries_of_path_may_be_relative_or_empty() {
    let sandbox = Sandbox::new();
    script(&sandbox, "work/python/hf", "echo relative");
    script(&sandbox, "work/hf", "echo here");

    for (path, said) in [
        ("python:/usr/bin:/bin", "relative\n"),
        ("./python", "relative\n"),
        (":python", "here\n"),
        ("/gone:", "here\n"),
        ("/gone::python", "here\n"),
    ] {
        let outcome = sandbox.hf(&["env"]).env("PATH", path).run();

        outcome.succeeds().stdout_is(said);
    }
}

#[test]
fn a_command_that_lacks_its_auth_is_told_of_it_before_the_next_hf_refuses_it() {
    let sandbox = Sandbox::new();
    script(&sandbox, "python/hf", OTHER);
    link(&sandbox, "ours/hf");
    for word in ["login", "logout", "whoami"] {
        let outcome = ours(&sandbox, &[word], &["ours", "python"]);

        outcome
            .fails_with(7)
            .stdout_has(&format!("other: <{word}>\n"))
            .stderr_has(&format!("Hint: did you mean `hf auth {word}`?\n"));
    }
    let other = ours(&sandbox, &["download"], &["ours", "python"]);
    other.fails_with(7).stderr_lacks("Hint");
}
