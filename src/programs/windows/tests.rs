use super::*;

#[test]
fn a_name_is_looked_for_with_every_ending() {
    let files = |name: &str| {
        let files = files_of(Path::new(name), Path::new("x"));
        let names = files
            .iter()
            .map(|file| file.file_name().unwrap().to_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    let (npm, python, whole) = (files("npm"), files("python3.11"), files("npm.CMD"));

    assert!(
        npm.contains(&"npm.cmd".to_owned()) && npm.contains(&"npm.exe".to_owned()),
        "{npm:?}"
    );
    assert!(python.contains(&"python3.11.exe".to_owned()), "{python:?}");
    assert_eq!(whole[0], "npm.CMD");
    assert!(!npm.contains(&"npm".to_owned()) && !python.contains(&"python3.11".to_owned()));
    assert!(files_of(Path::new("npm"), Path::new("")).is_empty());
}

#[test]
fn what_we_were_started_as_may_have_its_ending_and_any_case() {
    for name in ["huggingface-cli", "huggingface-cli.exe", r"C:\bin\HuggingFace-CLI.EXE"] {
        assert!(is_called(name.as_ref(), "huggingface-cli"), "{name}");
    }
    for name in ["hf", "huggingface-cli.exe.exe", "huggingface-clix", ".exe", ""] {
        assert!(!is_called(name.as_ref(), "huggingface-cli"), "{name}");
    }
}
