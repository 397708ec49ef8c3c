//! Where programs are looked for, and which one this is.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::{is_same, named};
use crate::settings;

/// The folders of `PATH`, in order.
pub(crate) fn search_path() -> Vec<PathBuf> {
    settings::environment("PATH").map_or(Vec::new(), |list| std::env::split_paths(&list).collect())
}

/// This program's own file. Where the system does not know it (no `/proc`), the one that we seem to be started as.
pub(crate) fn this_program() -> Option<PathBuf> {
    let own = std::env::current_exe().ok();
    own.or_else(|| found_as(std::env::args_os().next()?.as_ref(), &search_path(), None))
}

/// The absolute path under which this program was started or found, links not resolved, so that it goes on leading to
/// this program when an upgrade changes what is behind a link. The program's own file where that path is unknown.
pub(crate) fn this_program_as_started() -> Option<PathBuf> {
    let own = std::env::current_exe().ok();
    let name = std::env::args_os().next();
    name.and_then(|name| found_as(&name, &search_path(), own.as_deref()))
        .or(own)
}

/// Where a shell finds what it is told to start as `name`, provided that this is `own`: `name` itself if it is a path, else
/// the first of the name in a folder.
fn found_as(name: &OsStr, folders: &[PathBuf], own: Option<&Path>) -> Option<PathBuf> {
    let is_own = |path: &PathBuf| own.is_none_or(|own| is_same(path, own));
    let path = Path::new(name);
    let found = if path.parent() == Some(Path::new("")) {
        let name = name.to_str()?;
        let name = name.strip_suffix(std::env::consts::EXE_SUFFIX).unwrap_or(name);
        named(name, folders).find(is_own)
    } else {
        Some(path.to_owned()).filter(is_own)
    };
    std::path::absolute(found?).ok()
}

#[cfg(all(test, unix))]
#[expect(clippy::disallowed_methods, reason = "a test arranges its world by hand")]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn the_path_is_the_one_that_was_typed_or_found_with_its_links() {
        let folder = tempfile::tempdir().unwrap();
        let root = std::path::absolute(folder.path()).unwrap();
        let own = std::env::current_exe().unwrap();
        for name in ["first", "linked", "other"] {
            std::fs::create_dir(root.join(name)).unwrap();
        }
        symlink("/bin/sh", root.join("first/hf")).unwrap();
        symlink(&own, root.join("linked/hf")).unwrap();
        symlink(&own, root.join("other/hf")).unwrap();
        let folders = ["gone", "first", "linked", "other"].map(|name| root.join(name));
        let here = std::env::current_dir().unwrap();
        let up = "../".repeat(here.components().count() - 1);
        let relative = format!("{up}{}/linked/hf", root.strip_prefix("/").unwrap().display());
        let in_root = |name: &str| root.join(name);
        let cases = [
            (in_root("other/hf").into_os_string(), Some(in_root("other/hf"))),
            (format!("./{relative}").into(), Some(here.join(relative))),
            ("hf".into(), Some(in_root("linked/hf"))),
            // Another program, a name that nobody has, none.
            (in_root("first/hf").into_os_string(), None),
            ("huggingface-cli".into(), None),
            ("".into(), None),
        ];
        for (name, expected) in cases {
            assert_eq!(found_as(&name, &folders, Some(&own)), expected, "{name:?}");
        }
        // Where the system does not say who we are, the first is taken for us.
        assert_eq!(found_as("hf".as_ref(), &folders, None), Some(in_root("first/hf")));
    }

    #[test]
    fn this_process_knows_itself() {
        let started = this_program_as_started().unwrap();
        assert!(started.is_absolute());
        assert!(is_same(&started, &this_program().unwrap()));
    }
}
