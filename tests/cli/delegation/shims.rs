//! The next `hf` is a shim or a wrapper that leads back to us: the one after it gets the command, once.

use super::{MEANT, is_advice, link, ours, runs, script, with_path};
use crate::support::{Outcome, Sandbox};

/// How a wrapper that stands between us and the program that is meant can call `hf`.
const WRAPPERS: [&str; 12] = [
    r#"exec hf "$@""#,
    r#"hf "$@""#,
    r#"hf "$@"; status=$?; true; exit $status"#,
    r#"(hf "$@"; exit $?)"#,
    r#"( (hf "$@"; exit $?); exit $?)"#,
    r#"(exec hf "$@")"#,
    r#"said=$(hf "$@"); exit $?"#,
    r#"HF_HOME=/elsewhere exec hf "$@""#,
    r#"timeout 60 hf "$@""#,
    r#"hf "$@" & wait $!"#,
    r#"cd / && exec hf "$@""#,
    r#"PATH=/usr/bin:$PATH exec hf "$@""#,
];

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    link(&sandbox, "ours/hf");
    sandbox
}

#[test]
fn behind_a_wrapper_that_leads_back_the_next_one_gets_the_command_once() {
    for wrapper in WRAPPERS {
        let sandbox = sandbox();
        script(&sandbox, "wrapper/hf", wrapper);
        script(&sandbox, "python/hf", MEANT);

        ours(&sandbox, &["download", "gpt2"], &["ours", "wrapper", "python"]).fails_with(7);

        assert_eq!(runs(&sandbox), "download gpt2\n", "{wrapper}");
    }
}

#[test]
fn with_nobody_behind_a_wrapper_the_answer_is_the_same_as_without_it() {
    for wrapper in WRAPPERS {
        let sandbox = sandbox();
        script(&sandbox, "wrapper/hf", wrapper);

        let outcome = ours(&sandbox, &["download", "gpt2"], &["ours", "wrapper"]);

        is_advice(&outcome);
        assert_eq!(outcome.stderr.matches("Error:").count(), 1, "{wrapper}");
    }
}

#[test]
fn any_chain_of_wrappers_comes_to_its_end() {
    for first in WRAPPERS {
        for second in [r#"exec hf "$@""#, r#"hf "$@""#, r#"(hf "$@"; exit $?)"#] {
            let sandbox = sandbox();
            for (name, wrapper) in [("1", first), ("2", second), ("3", first)] {
                script(&sandbox, &format!("{name}/hf"), &format!(": {name}; {wrapper}"));
            }
            script(&sandbox, "python/hf", MEANT);

            ours(&sandbox, &["download", "gpt2"], &["ours", "1", "2", "3", "python"]).fails_with(7);
            assert_eq!(runs(&sandbox), "download gpt2\n", "{first} {second}");

            let outcome = ours(&sandbox, &["download", "gpt2"], &["ours", "1", "2", "3"]);
            is_advice(&outcome);
        }
    }
}

#[test]
fn a_wrapper_may_change_the_arguments() {
    for (wrapper, meant) in [
        // Those that add to them, whatever has been added already.
        (r#"exec hf "$@" --quiet"#, "download gpt2 --quiet\n"),
        (r#"hf "$@" --quiet"#, "download gpt2 --quiet\n"),
        (r#"hf --quiet "$@""#, "--quiet download gpt2\n"),
        (
            r#"first=$1; shift; hf "$first" --quiet "$@""#,
            "download --quiet gpt2\n",
        ),
        // Those that put others in their place, by exec.
        (r#"exec hf "$1" "openai/$2""#, "download openai/gpt2\n"),
        // Those that change nothing the second time.
        (
            r#"case $1 in download) shift; hf get "$@" ;; *) hf "$@" ;; esac"#,
            "get gpt2\n",
        ),
        (r#"hf "$1""#, "download\n"),
    ] {
        let sandbox = sandbox();
        script(&sandbox, "wrapper/hf", wrapper);
        script(&sandbox, "python/hf", MEANT);

        ours(&sandbox, &["download", "gpt2"], &["ours", "wrapper", "python"]).fails_with(7);

        assert_eq!(runs(&sandbox), meant, "{wrapper}");
    }
}

#[test]
fn one_in_front_of_us_may_be_the_next_one_too() {
    for wrapper in WRAPPERS {
        let sandbox = sandbox();
        script(
            &sandbox,
            "wrapper/hf",
            &wrapper.replace("hf \"$@\"", "\"$HOME/../ours/hf\" \"$@\""),
        );
        script(&sandbox, "python/hf", MEANT);

        let run = sandbox.program(sandbox.root().join("wrapper/hf"), &["download", "gpt2"]);
        with_path(run, &sandbox, &["wrapper", "ours", "python"])
            .run()
            .fails_with(7);

        assert_eq!(runs(&sandbox), "download gpt2\n", "{wrapper}");
    }
}

/// pyenv as far as it matters: its shims start it, and it looks for the command in the selected version, then along PATH
/// without its shims.
fn pyenv(sandbox: &Sandbox) {
    script(sandbox, "pyenv/shims/hf", r#"exec pyenv exec "${0##*/}" "$@""#);
    let find = r#"
        shift; name=$1; shift
        root=$(cd "${0%/*}/.." && pwd)
        others=$(echo ":$PATH:" | sed "s|:$root/shims:|:|; s|^:||; s|:$||")
        found=$root/versions/selected/bin/$name
        [ -x "$found" ] || found=$(PATH=$others command -v "$name") || {
            echo "pyenv: $name: command not found" >&2
            exit 127
        }
        exec "$found" "$@""#;
    script(sandbox, "pyenv/bin/pyenv", find);
}

/// What a shell starts as `hf` with these folders on PATH.
fn first_hf(sandbox: &Sandbox, folders: &[&str]) -> Outcome {
    let run = sandbox.program("sh", &["-c", r#"hf "$@""#, "sh", "download", "gpt2"]);
    with_path(run, sandbox, folders).run()
}

#[test]
fn a_shim_of_pyenv_leads_to_the_selected_version_or_past_it() {
    for folders in [
        &["ours", "pyenv/shims", "pyenv/bin", "system"][..],
        &["pyenv/shims", "pyenv/bin", "ours", "system"],
    ] {
        for (version, said) in [("selected", "selected\n"), ("other", "system\n")] {
            let sandbox = sandbox();
            pyenv(&sandbox);
            script(&sandbox, &format!("pyenv/versions/{version}/bin/hf"), "echo selected");
            script(&sandbox, "system/hf", "echo system");

            let outcome = first_hf(&sandbox, folders);

            outcome.succeeds().stdout_is(said).stderr_is("");
        }
    }
}

#[test]
fn with_nobody_behind_a_shim_the_answer_is_the_same_as_without_it() {
    let sandbox = sandbox();
    pyenv(&sandbox);
    for folders in [
        &["ours", "pyenv/shims", "pyenv/bin"][..],
        &["pyenv/shims", "pyenv/bin", "ours"],
    ] {
        is_advice(&first_hf(&sandbox, folders));
    }
}

#[test]
fn one_program_may_be_the_shim_of_both_names() {
    let sandbox = sandbox();
    link(&sandbox, "ours/huggingface-cli");
    let find = r#"
        name=${0##*/}
        [ "$name" = hf ] && exec "$HOME/../tools/hf" "$@"
        found=$(PATH=$HOME/../ours command -v "$name") && exec "$found" "$@""#;
    script(&sandbox, "mise/bin/mise", find);
    for name in ["mise/shims/hf", "mise/shims/huggingface-cli"] {
        let name = sandbox.root().join(name);
        std::fs::create_dir_all(name.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink("../bin/mise", name).unwrap();
    }
    script(&sandbox, "tools/hf", MEANT);

    let run = sandbox.program(sandbox.root().join("ours/huggingface-cli"), &["download", "gpt2"]);
    with_path(run, &sandbox, &["ours", "mise/shims"]).run().fails_with(7);

    assert_eq!(runs(&sandbox), "download gpt2\n");
}

#[test]
fn a_shim_that_changes_path_for_the_program_that_it_starts_is_passed_too() {
    let sandbox = sandbox();
    let shim = r#"PATH=$HOME/../tools:$HOME/../ours:$PATH; exec "$HOME/../ours/hf" "$@""#;
    script(&sandbox, "shims/hf", shim);
    script(&sandbox, "tools/hf", MEANT);

    ours(&sandbox, &["download", "gpt2"], &["ours", "shims"]).fails_with(7);

    assert_eq!(runs(&sandbox), "download gpt2\n");
}

#[test]
fn completion_goes_past_a_shim_too() {
    let sandbox = sandbox();
    script(&sandbox, "shims/hf", r#"exec hf "$@""#);
    script(&sandbox, "python/hf", "echo plain,--repo-type");
    for (folders, said) in [
        (&["ours", "shims", "python"][..], "plain,--repo-type\n"),
        (&["ours", "shims"], ""),
    ] {
        let run = sandbox.program(sandbox.root().join("ours/hf"), &[]);
        let run = run
            .env("_HF_COMPLETE", "complete_bash")
            .env("_HF_COMPLETE", "bash_complete");
        let run = run.env("COMP_LINE", "hf download --r").env("COMP_POINT", "15");
        let run = run.env("COMP_WORDS", "hf download --r").env("COMP_CWORD", "2");

        with_path(run, &sandbox, folders)
            .run()
            .succeeds()
            .stdout_is(said)
            .stderr_is("");
    }
}
