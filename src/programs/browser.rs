//! Opening an address in the person's browser: by what `BROWSER` names, else by what the desktop opens things with. It gets
//! an http or https address or nothing, never a word that could be an option, none of our streams and none of our secrets.

use std::ffi::{OsStr, OsString};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;

use url::Url;

use super::{named, search_path};
use crate::settings::SECRET_VARIABLES;
use crate::signals;

const NOT_OPENED: &str = "No browser could be opened here: open the address above yourself.";
/// What stands for the address in `BROWSER`, as for xdg-open and Python's `webbrowser`.
const ADDRESS: &str = "%s";
#[cfg(windows)]
const BETWEEN_BROWSERS: char = ';';
#[cfg(not(windows))]
const BETWEEN_BROWSERS: char = ':';

/// What this system opens an address with. (Windows: not `start`, which expands variables in the address.)
#[cfg(windows)]
const OPENERS: &[&[&str]] = &[&["rundll32.exe", "url.dll,FileProtocolHandler"]];
#[cfg(target_os = "macos")]
const OPENERS: &[&[&str]] = &[&["open"]];
#[cfg(not(any(windows, target_os = "macos")))]
const OPENERS: &[&[&str]] = &[&["xdg-open"], &["gio", "open"], &["wslview"]];

/// An address that can be opened here.
pub(crate) struct Opening {
    /// The programs to try, each with its arguments.
    commands: Vec<Vec<OsString>>,
}

impl Opening {
    /// How to open this address, if it is one of a web page and there is a program for it.
    pub(crate) fn of(address: &str, browser: Option<&OsStr>) -> Option<Self> {
        let address = Url::parse(address).ok()?;
        if !["http", "https"].contains(&address.scheme()) {
            return None;
        }
        let commands = match browser {
            Some(browser) => named_by(&browser.to_string_lossy(), address.as_str()),
            None => of_the_desktop(address.as_str()),
        };
        (!commands.is_empty()).then_some(Opening { commands })
    }

    /// Opens it. Nobody waits, for some openers last as long as the browser; that none could comes as a sentence, later.
    pub(crate) fn start(self) -> mpsc::Receiver<&'static str> {
        let (failed, failure) = mpsc::channel();
        // Where there can be no thread there is no browser either, and the address is on the screen.
        let _ = thread::Builder::new().spawn(move || {
            if !self.commands.iter().any(|command| has_opened(command)) {
                let _ = failed.send(NOT_OPENED);
            }
        });
        failure
    }
}

/// A list of programs, the first that works counts; the address takes the place of `%s`, or follows.
fn named_by(browser: &str, address: &str) -> Vec<Vec<OsString>> {
    let programs = browser.split(BETWEEN_BROWSERS).filter_map(words);
    let with_address = |mut words: Vec<String>| {
        let has_a_place = words.iter().skip(1).any(|word| word.contains(ADDRESS));
        match has_a_place {
            true => words
                .iter_mut()
                .skip(1)
                .for_each(|word| *word = word.replace(ADDRESS, address)),
            false => words.push(address.to_owned()),
        }
        words.into_iter().map(OsString::from).collect()
    };
    programs.map(with_address).collect()
}

/// As a shell would take them apart. A path of Windows is one word.
fn words(program: &str) -> Option<Vec<String>> {
    let words = match cfg!(windows) {
        true => vec![program.trim().to_owned()],
        false => shell_words::split(program).ok()?,
    };
    words.first().is_some_and(|word| !word.is_empty()).then_some(words)
}

fn of_the_desktop(address: &str) -> Vec<Vec<OsString>> {
    let folders = search_path();
    let here = OPENERS.iter().filter_map(|opener| {
        let (name, arguments) = opener.split_first()?;
        let bare = name.trim_end_matches(".exe");
        let program = named(bare, &folders).next()?;
        let arguments = arguments.iter().chain([&address]).map(OsString::from);
        Some([program.into_os_string()].into_iter().chain(arguments).collect())
    });
    here.collect()
}

/// Whether the program took the address. In a group of its own, so that Ctrl-C here does not end the browser.
#[expect(clippy::disallowed_methods, reason = "this is the door to other programs")]
fn has_opened(words: &[OsString]) -> bool {
    let Some((program, arguments)) = words.split_first() else {
        return false;
    };
    let mut command = Command::new(program);
    command.args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    for variable in SECRET_VARIABLES {
        command.env_remove(variable);
    }
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    signals::hear_of_children();
    command.status().is_ok_and(|status| status.success())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn commands(address: &str, browser: &str) -> Vec<Vec<String>> {
        let opening = Opening::of(address, Some(browser.as_ref()));
        let commands = opening.map_or(Vec::new(), |opening| opening.commands);
        let text = |words: &Vec<OsString>| words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
        commands.iter().map(text).collect()
    }

    #[test]
    fn nothing_but_the_address_of_a_web_page_is_handed_over() {
        for address in [
            "",
            "--help",
            "/etc/passwd",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://hub.test",
            "vbscript:x",
            "hub.test",
            "-https://hub.test",
            "https:",
        ] {
            assert_eq!(commands(address, "firefox"), [[""; 0]; 0], "{address}");
        }
        for (address, handed) in [
            ("https://hub.test/d?c=A-1&x", "https://hub.test/d?c=A-1&x"),
            (" HTTP://hub.test", "http://hub.test/"),
            (
                "https://hub.test/\u{202e}a b\"'`$(x)",
                "https://hub.test/%E2%80%AEa%20b%22'%60$(x)",
            ),
        ] {
            assert_eq!(commands(address, "firefox"), [["firefox", handed]], "{address}");
        }
    }

    #[test]
    fn the_variable_is_read_as_xdg_open_reads_it() {
        let address = "https://hub.test/d";
        let cases: [(&str, &[&[&str]]); 6] = [
            ("firefox", &[&["firefox", address]]),
            ("a:b -x", &[&["a", address], &["b", "-x", address]]),
            ("a --url=%s -n", &[&["a", "--url=https://hub.test/d", "-n"]]),
            ("'/opt/my browser' %s", &[&["/opt/my browser", address]]),
            ("%s", &[&["%s", address]]),
            ("'a: ::", &[]),
        ];
        for (browser, expected) in cases {
            assert_eq!(commands(address, browser), expected, "{browser}");
        }
    }
}
