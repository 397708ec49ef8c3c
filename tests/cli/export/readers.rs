//! The token as it is read by those whom each form is for: shells, files of variables, GitHub's runner, Kubernetes.

use serde_json::Value;
use yaml_rust2::{Yaml, YamlLoader};

use crate::support::{Sandbox, WORK};

/// What a token can be made of, and what its readers stumble over.
fn tokens() -> Vec<String> {
    let graphic: String = ('!'..='~').collect();
    let backwards: String = graphic.chars().rev().collect();
    let awkward = [
        "hf_aB3dE5",
        "eyJhbGciOi.eyJzdWIiOi.c2ln-_",
        "''",
        "'",
        "a'b''c",
        "\\",
        "a\\",
        "\\\\'",
        "\\n\\t",
        "\"\"",
        "$HOME",
        "$(id)",
        "`id`",
        "${HF_HOME}",
        "!!",
        "!$",
        "%25%0A",
        "<<EOF",
        "=ls",
        "==",
        "#a",
        "a#b",
        "~",
        "~root",
        "-n",
        "*",
        "?",
        "[a]",
        "{a,b}",
        "&b",
        "*c",
        "|",
        ">",
        "@x",
        "null",
        "true",
        "1e3",
        "0x10",
        "'''",
        "\\'",
        "$'a'",
        "%PATH%",
        "a;b",
    ];
    let all = [graphic, backwards].into_iter();
    all.chain(awkward.map(str::to_owned)).collect()
}

/// What `hf auth export` prints of a token.
fn exported(sandbox: &Sandbox, form: &str, token: &str) -> String {
    let run = sandbox.hf(&["auth", "export", "--as", form]).env("HF_TOKEN", token);
    run.run().succeeds().stdout.clone()
}

/// Every token comes out of this program, which reads what was printed and prints the variable.
#[cfg(unix)]
fn reads_back(form: &str, program: &str, arguments: &[&str]) {
    let sandbox = Sandbox::new();
    for token in tokens() {
        let text = exported(&sandbox, form, &token);
        let run = sandbox.program(program, arguments).stdin(&text);
        let outcome = run.run();
        outcome.succeeds();
        assert_eq!(outcome.stdout, token, "{text}");
        outcome.stderr_is("");
    }
}

#[test]
#[cfg(unix)]
fn sh_reads_the_token_back() {
    reads_back("sh", "sh", &["-c", "eval \"$(cat)\"; printenv HF_TOKEN | tr -d '\\n'"]);
}

#[test]
#[cfg(unix)]
fn bash_reads_the_token_back() {
    let script = "set -H; eval \"$(cat)\"; printf %s \"$HF_TOKEN\"";
    reads_back("sh", "bash", &["--norc", "-c", script]);
    reads_back("sh", "bash", &["--norc", "--posix", "-c", script]);
}

#[test]
#[cfg(unix)]
#[ignore = "needs zsh"]
fn zsh_reads_the_token_back() {
    let script = "eval \"$(cat)\"; printf %s \"$HF_TOKEN\"";
    reads_back("sh", "zsh", &["-f", "-c", script]);
    let options = [
        "-f",
        "-o",
        "RC_QUOTES",
        "-o",
        "EXTENDED_GLOB",
        "-o",
        "MAGIC_EQUAL_SUBST",
        "-c",
        script,
    ];
    reads_back("sh", "zsh", &options);
}

#[test]
#[cfg(unix)]
#[ignore = "needs fish"]
fn fish_reads_the_token_back() {
    reads_back("fish", "fish", &["--no-config", "-c", "source; printf %s $HF_TOKEN"]);
}

/// As `docker run --env-file` does it: what stands behind the `=`, quotes and all.
#[test]
fn docker_takes_a_usual_token_from_a_file_of_variables() {
    let sandbox = Sandbox::new();
    for token in [WORK, "hf_aB3dE5", "eyJhbGciOi.eyJzdWIiOi.c2ln-_", "a+b/c="] {
        let text = exported(&sandbox, "dotenv", token);
        assert_eq!(
            text.strip_suffix('\n').unwrap().split_once('='),
            Some(("HF_TOKEN", token))
        );
    }
    let outcome = sandbox
        .hf(&["auth", "export", "--as", "dotenv"])
        .env("HF_TOKEN", "a#b")
        .run();
    outcome
        .succeeds()
        .stdout_is("HF_TOKEN='a#b'\n")
        .stderr_has("Warning: this token needs quotes");
}

#[test]
#[cfg(unix)]
fn a_shell_reads_every_token_from_a_file_of_variables() {
    let sandbox = Sandbox::new();
    let script = "set -a; . ./.env; set +a; printenv HF_TOKEN | tr -d '\\n'";
    for token in tokens() {
        let text = exported(&sandbox, "dotenv", &token);
        std::fs::write(sandbox.work().join(".env"), &text).unwrap();
        let outcome = sandbox.program("sh", &["-c", script]).run();
        outcome.succeeds().stdout_is(&token);
    }
}

/// The runner's rules: a name and what is behind its `=`, unless `<<` comes before that.
fn read_by_the_runner(file: &str) -> Vec<(&str, &str)> {
    let lines = file.lines().filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let (equals, several_lines) = (line.find('='), line.find("<<"));
            assert!(several_lines.is_none() || equals < several_lines, "{line}");
            line.split_once('=').unwrap()
        })
        .collect()
}

#[test]
fn github_s_runner_reads_the_token_and_its_mask_back() {
    let sandbox = Sandbox::new();
    let file = sandbox.work().join("github-env");
    for token in tokens() {
        std::fs::write(&file, "BEFORE=1\n").unwrap();
        let run = sandbox
            .hf(&["auth", "export", "--as", "github-env"])
            .env("HF_TOKEN", &token);
        let outcome = run.env("GITHUB_ENV", &file).run();
        let mask = outcome.succeeds().stdout.strip_prefix("::add-mask::").unwrap();
        assert_eq!(mask.trim_end().replace("%25", "%"), token);
        let written = std::fs::read_to_string(&file).unwrap();
        assert_eq!(read_by_the_runner(&written), [("BEFORE", "1"), ("HF_TOKEN", &token)]);
    }
}

#[test]
fn yaml_reads_the_manifest_as_it_was_meant() {
    let sandbox = Sandbox::new();
    for token in tokens() {
        let text = exported(&sandbox, "k8s-secret", &token);
        let [manifest] = <[Yaml; 1]>::try_from(YamlLoader::load_from_str(&text).unwrap()).unwrap();
        let text_at = |path: [&str; 2]| manifest[path[0]][path[1]].as_str();
        assert_eq!(text_at(["stringData", "HF_TOKEN"]), Some(&*token), "{text}");
        assert_eq!(text_at(["metadata", "name"]), Some("hf-token"));
        assert_eq!(manifest["apiVersion"].as_str(), Some("v1"));
        assert_eq!(
            (manifest["kind"].as_str(), manifest["type"].as_str()),
            (Some("Secret"), Some("Opaque"))
        );
    }
    let names = ["--name", "1e3", "--key", "true", "--namespace", "null"];
    let run = sandbox
        .hf(&["auth", "export", "--as", "k8s-secret"])
        .args(names)
        .env("HF_TOKEN", WORK);
    let manifest = &YamlLoader::load_from_str(&run.run().succeeds().stdout).unwrap()[0];
    assert_eq!(manifest["metadata"]["name"].as_str(), Some("1e3"));
    assert_eq!(manifest["metadata"]["namespace"].as_str(), Some("null"));
    assert_eq!(manifest["stringData"]["true"].as_str(), Some(WORK));
}

/// Nothing is asked of a cluster.
#[test]
#[ignore = "needs kubectl"]
fn kubectl_reads_the_manifest_as_it_was_meant() {
    let sandbox = Sandbox::new();
    for token in tokens() {
        let text = exported(&sandbox, "k8s-secret", &token);
        let label = [
            "label",
            "--local",
            "--dry-run=client",
            "-f",
            "-",
            "seen=yes",
            "-o",
            "json",
        ];
        let outcome = sandbox.program("kubectl", &label).stdin(&text).run();
        let read: Value = serde_json::from_str(&outcome.succeeds().stdout).unwrap();
        assert_eq!(read["kind"], "Secret");
        assert_eq!(read["stringData"]["HF_TOKEN"], *token, "{text}");
    }
}

#[test]
fn a_docker_secret_is_the_token_and_nothing_else() {
    let sandbox = Sandbox::new();
    for token in tokens() {
        assert_eq!(exported(&sandbox, "docker-secret", &token), token);
    }
}
