//! The recipes in the help of `hf auth oidc`: each is read by what it is for, as far as that can be had here.

use yaml_rust2::{Yaml, YamlLoader};

use super::THE_HUB;
use crate::support::Sandbox;

/// The lines of a recipe, by how the line above it begins.
fn recipe(title: &str) -> String {
    let sandbox = Sandbox::new();
    let help = sandbox.hf(&["auth", "oidc", "--help"]).run().succeeds().stdout.clone();
    let lines = help.lines().skip_while(|line| !line.starts_with(title));
    let lines = lines.skip_while(|line| !line.starts_with("  "));
    lines
        .take_while(|line| line.starts_with("  "))
        .flat_map(|line| [&line[2..], "\n"])
        .collect()
}

fn read(title: &str) -> Yaml {
    let text = recipe(title);
    YamlLoader::load_from_str(&text).unwrap().into_iter().next().unwrap()
}

#[test]
fn each_service_s_lines_are_yaml_with_the_audience_in_its_place() {
    assert_eq!(
        read("GitHub Actions")["permissions"]["id-token"].as_str(),
        Some("write")
    );
    assert_eq!(
        read("GitLab CI")["id_tokens"]["HF_ID_TOKEN"]["aud"].as_str(),
        Some(THE_HUB)
    );
    assert_eq!(
        read("Bitbucket Pipelines")["oidc"]["audiences"][0].as_str(),
        Some(THE_HUB)
    );
    for service in ["GitHub Actions", "Buildkite"] {
        assert_eq!(read(service)["env"]["HF_OIDC_RESOURCE"].as_str(), Some("acme/model"));
    }
}

#[test]
fn the_pod_finds_its_token_where_the_volume_is_mounted() {
    let spec = &read("Kubernetes")["spec"];
    let (container, volume) = (&spec["containers"][0], &spec["volumes"][0]);
    let mount = &container["volumeMounts"][0];
    assert_eq!(mount["name"], volume["name"]);
    let token = &volume["projected"]["sources"][0]["serviceAccountToken"];
    assert_eq!(token["audience"].as_str(), Some(THE_HUB));
    let [folder, file] = [&mount["mountPath"], &token["path"]].map(|part| part.as_str().unwrap());
    let variable = &container["env"][1];
    assert_eq!(variable["name"].as_str(), Some("HF_OIDC_ID_TOKEN_FILE"));
    assert_eq!(variable["value"].as_str(), Some(&*format!("{folder}/{file}")));
    let words = container["command"]
        .as_vec()
        .unwrap()
        .iter()
        .map(|word| word.as_str().unwrap());
    assert_eq!(
        words.collect::<Vec<_>>(),
        ["hf", "auth", "run", "--", "python", "read.py"]
    );
}

/// CircleCI's own program is a stub that prints what it was asked for.
#[test]
#[cfg(unix)]
fn circleci_is_asked_for_a_token_for_the_hub() {
    let sandbox = Sandbox::new();
    let script = read("CircleCI")[0]["run"].as_str().unwrap().to_owned();
    let bin = sandbox.root().join("bin");
    let stubs = "mkdir \"$0\" && cd \"$0\" && cat > hf && cp hf circleci && chmod 755 *";
    let print = "#!/bin/sh\necho \"${0##*/} $* $HF_OIDC_RESOURCE $HF_OIDC_ID_TOKEN\"\n";
    sandbox
        .program("sh", &["-c", stubs, bin.to_str().unwrap()])
        .stdin(print)
        .run()
        .succeeds();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let outcome = sandbox.program("sh", &["-ec", &script]).env("PATH", path).run();
    outcome.succeeds().stdout_has(
        "hf auth run -- ./publish.sh acme/model circleci run oidc get --claims {\"aud\":\"https://huggingface.co\"}",
    );
}
