//! Whether the person sits at a desktop on which a browser can be opened, and which one they want.

use std::ffi::OsString;
use std::path::Path;

use super::Lookup;

/// Any of them: the person, and their browser, are somewhere else.
const REMOTE: [&str; 3] = ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"];
/// Any of them: windows can be shown. Other systems than these always can.
const DISPLAYS: [&str; 2] = ["DISPLAY", "WAYLAND_DISPLAY"];
const ALWAYS_HAS_A_DISPLAY: bool = cfg!(any(windows, target_os = "macos"));

/// Where a browser would open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Desktop {
    /// Nowhere that helps: over SSH, without a display, or the person wants none (`BROWSER=false`).
    None,
    /// Here; with what `BROWSER` says, if it says anything.
    Here(Option<OsString>),
}

impl Desktop {
    pub(super) fn of(lookup: Lookup) -> Self {
        let is_set = |name: &&str| lookup(name).is_some_and(|value| !value.is_empty());
        let browser = lookup("BROWSER").filter(|value| !value.is_empty());
        let is_refused = browser
            .as_ref()
            .is_some_and(|browser| Path::new(browser).file_name() == Some("false".as_ref()));
        let has_display = ALWAYS_HAS_A_DISPLAY || DISPLAYS.iter().any(is_set);
        match is_refused || !has_display || REMOTE.iter().any(is_set) {
            true => Desktop::None,
            false => Desktop::Here(browser),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn desktop(variables: &[(&str, &str)]) -> Desktop {
        Desktop::of(&|name: &str| {
            let found = variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn a_browser_opens_only_where_the_person_sits() {
        let here = ("DISPLAY", ":0");
        for remote in REMOTE {
            assert_eq!(desktop(&[here, (remote, "10.0.0.1 22")]), Desktop::None, "{remote}");
            assert_eq!(desktop(&[here, (remote, "")]), Desktop::Here(None), "{remote}");
        }
        for refused in ["false", "/bin/false"] {
            assert_eq!(desktop(&[here, ("BROWSER", refused)]), Desktop::None);
        }
        for display in DISPLAYS {
            let firefox = [(display, "x"), ("BROWSER", "firefox")];
            assert_eq!(desktop(&firefox), Desktop::Here(Some("firefox".into())));
        }
        assert_eq!(desktop(&[here, ("BROWSER", "")]), Desktop::Here(None));
        let without_display = desktop(&[("DISPLAY", ""), ("BROWSER", "firefox")]);
        assert_eq!(without_display == Desktop::None, !ALWAYS_HAS_A_DISPLAY);
    }
}
