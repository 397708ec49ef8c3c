//! A store that another program does not leave alone.
#![expect(clippy::disallowed_methods, reason = "a test arranges its world by hand")]

use super::*;
use crate::notice::silent;
use crate::settings::Settings;

const PATIENCE: Duration = Duration::from_millis(300);

/// A change during which another program writes the file too, and what is there in the end.
fn change_beside(other: impl Fn(&Path, usize)) -> (Result<usize>, String) {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings::from_variables([("HF_HOME", folder.path())]);
    let store = TokenStore::open(&settings, &silent).unwrap();
    let path = store.stored_tokens_path();
    std::fs::write(path, "[a]\nhf_token = hf_test\n\n").unwrap();
    let mut rounds = 0;
    let held = store.lock().unwrap();
    let outcome = store.change_within(&held, PATIENCE, |_| {
        rounds += 1;
        other(path, rounds);
        Ok(rounds)
    });
    let text = std::fs::read_to_string(path).unwrap();
    (outcome.map(|understood| understood.unwrap()), text)
}

fn rewrite(path: &Path, round: usize) {
    std::fs::write(path, format!("[a]\nhf_token = hf_test{}\n\n", "x".repeat(round % 7))).unwrap();
}

#[test]
fn a_store_that_is_rewritten_without_end_ends_the_change_with_an_error() {
    let (outcome, text) = change_beside(rewrite);

    let error = outcome.unwrap_err().to_string();
    assert!(
        error.starts_with("Cannot change ") && error.contains("another program has been writing it for"),
        "{error}"
    );
    assert!(text.starts_with("[a]\nhf_token = hf_test"), "{text}");
}

#[test]
fn a_store_that_is_emptied_without_end_ends_the_change_too() {
    let (outcome, _) = change_beside(|path, round| {
        rewrite(path, round);
        let path = path.to_owned();
        std::thread::spawn(move || {
            let deadline = Deadline::after(2 * PATIENCE);
            while !deadline.has_passed() && std::fs::write(&path, "").is_ok() {
                clock::pause(PAUSE);
            }
        });
    });

    assert!(outcome.is_err());
}

#[test]
fn a_store_that_is_left_alone_in_the_end_is_changed() {
    let (outcome, _) = change_beside(|path, round| {
        if round < 5 {
            rewrite(path, round);
        }
    });

    assert_eq!(outcome.unwrap(), 5);
}
