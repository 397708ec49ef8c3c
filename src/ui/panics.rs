//! What a person sees of a bug: one line in our own words. A panic's own message may quote the values involved, which
//! may be secrets.

use super::guard::restore_terminal;
use super::output::Output;
use crate::ui::failure::Failure;

/// From here on a panic puts the terminal back, says where it happened and nothing else, and ends the program.
pub(crate) fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        restore_terminal();
        let place = panic
            .location()
            .map(|place| format!(" ({}:{})", place.file(), place.line()));
        let place = place.unwrap_or_default();
        let failure = Failure::failed(format!("hf met a bug and had to stop{place}.")).hint(format!(
            "nothing half-written is left behind; please report it{} with the command you ran, without the token.",
            where_to_report()
        ));
        Output::plain().failure(&failure);
        // The same status whether panics unwind or abort.
        std::process::exit(i32::from(failure.exit_status()));
    }));
}

fn where_to_report() -> String {
    match env!("CARGO_PKG_REPOSITORY") {
        "" => String::new(),
        address => format!(" at {address}"),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::Read;
    use std::os::fd::AsFd;
    use std::process::Stdio;

    use nix::sys::termios::{LocalFlags, tcgetattr};

    use super::super::guard::{Guard, Reading};
    use super::*;

    const CANARY: &str = "hf_test_canary";

    /// What says to the process that this test starts that it is that process, and is to panic.
    const IS_TO_PANIC: &str = "_HF_AUTH_TEST_PANICS";

    #[test]
    fn a_panic_is_one_line_without_its_message_and_gives_the_terminal_back() {
        #[expect(clippy::disallowed_methods, reason = "a setting of the test and not of the program")]
        let is_to_panic = std::env::var_os(IS_TO_PANIC).is_some();
        if is_to_panic {
            report_panics();
            let _guard = Guard::hold(Reading::Keys);
            panic!("the token is {CANARY}");
        }
        let (mut master, pts) = pty_process::blocking::open().unwrap();
        let held = pts.as_fd().try_clone_to_owned().unwrap();
        let (mut stderr, written) = std::io::pipe().unwrap();
        let panicking = pty_process::blocking::Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "ui::panics::tests::a_panic_is_one_line_without_its_message_and_gives_the_terminal_back",
                "--nocapture",
            ])
            .env(IS_TO_PANIC, "1")
            .stderr(Stdio::from(written));

        let status = panicking.spawn(pts).unwrap().wait().unwrap();

        let mut said = String::new();
        stderr.read_to_string(&mut said).unwrap();
        assert_eq!(status.code(), Some(1), "{said}");
        assert!(
            said.starts_with("Error: hf met a bug and had to stop (src/ui/panics.rs:"),
            "{said}"
        );
        assert_eq!(said.lines().count(), 2, "{said}");
        assert!(!said.contains(CANARY), "{said}");
        let flags = tcgetattr(&master).unwrap().local_flags;
        assert!(flags.contains(LocalFlags::ICANON | LocalFlags::ECHO), "{flags:?}");
        drop(held);
        let mut screen = Vec::new();
        let _ = master.read_to_end(&mut screen);
        let screen = String::from_utf8_lossy(&screen);
        let (_, after_hiding) = screen.rsplit_once("\x1b[?25l").expect("the cursor was hidden");
        assert!(after_hiding.contains("\x1b[?25h"), "{screen:?}");
        assert!(!screen.contains(CANARY), "{screen:?}");
    }
}
