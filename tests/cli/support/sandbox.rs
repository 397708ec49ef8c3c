//! A world of its own for one test: a temporary home, a working directory, and an environment with nothing of the caller's.
//!
//! It knows where `hf` keeps its files and how a person starts it; what the files mean is for the tests to say.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::hub::StubHub;
use super::outcome::{self, Outcome};

/// The temporary tree: `home/`, `work/` (where programs run), `tmp/`, and `hf/` (`HF_HOME`), which is not there at first.
pub(crate) struct Sandbox {
    root: TempDir,
}

impl Sandbox {
    /// A fresh tree, removed when dropped.
    pub(crate) fn new() -> Self {
        let root = tempfile::Builder::new().prefix("hf-auth-").tempdir().unwrap();
        for name in ["home", "work", "tmp"] {
            fs::create_dir(root.path().join(name)).unwrap();
        }
        Self { root }
    }

    /// The whole tree.
    pub(crate) fn root(&self) -> &Path {
        self.root.path()
    }

    /// `HOME`.
    pub(crate) fn home(&self) -> PathBuf {
        self.root().join("home")
    }

    /// `HF_HOME`.
    pub(crate) fn hf_home(&self) -> PathBuf {
        self.root().join("hf")
    }

    /// The working directory.
    pub(crate) fn work(&self) -> PathBuf {
        self.root().join("work")
    }

    /// A path under `HF_HOME`.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.hf_home().join(relative)
    }

    /// A file under `HF_HOME`, as text, with whatever the system ends a line with as one line break.
    #[track_caller]
    pub(crate) fn read(&self, relative: &str) -> String {
        let text = String::from_utf8(self.read_bytes(relative)).unwrap();
        match cfg!(windows) {
            true => text.replace("\r\n", "\n"),
            false => text,
        }
    }

    /// A file under `HF_HOME`.
    #[track_caller]
    pub(crate) fn read_bytes(&self, relative: &str) -> Vec<u8> {
        let path = self.path(relative);
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Whether anything has this name under `HF_HOME`, a dangling link included.
    pub(crate) fn exists(&self, relative: &str) -> bool {
        self.path(relative).symlink_metadata().is_ok()
    }

    /// Writes a file under `HF_HOME` that only its owner may read, and the directories above it.
    pub(crate) fn write(&self, relative: &str, text: impl AsRef<[u8]>) {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        #[cfg(unix)]
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    }

    /// Permission bits of a file under `HF_HOME`; the empty name is `HF_HOME` itself.
    #[cfg(unix)]
    #[track_caller]
    pub(crate) fn mode(&self, relative: &str) -> u32 {
        let metadata = fs::metadata(self.path(relative)).unwrap();
        std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o7777
    }

    /// Every file under `HF_HOME`, with `/` between the parts of its name, sorted. Catches temporary files left behind.
    pub(crate) fn listing(&self) -> Vec<String> {
        let mut names = Vec::new();
        if self.hf_home().exists() {
            list_into(&self.hf_home(), "", &mut names);
        }
        names.sort();
        names
    }

    /// Every file of the whole tree, as [`Sandbox::listing`] names them.
    pub(crate) fn everything(&self) -> Vec<String> {
        let mut names = Vec::new();
        list_into(self.root(), "", &mut names);
        names.sort();
        names
    }

    /// Writes `stored_tokens` the way the reference does, from names and tokens.
    pub(crate) fn store(&self, tokens: &[(&str, &str)]) {
        let tokens: BTreeMap<_, _> = tokens.iter().copied().collect();
        let section = |(name, token)| format!("[{name}]\nhf_token = {token}\n\n");
        self.write("stored_tokens", tokens.into_iter().map(section).collect::<String>());
    }

    /// Makes `token` the active one.
    pub(crate) fn activate(&self, token: &str) {
        self.write("token", token);
    }

    /// `hf` with these arguments, not started yet.
    pub(crate) fn hf(&self, arguments: &[&str]) -> Run {
        self.program(env!("CARGO_BIN_EXE_hf"), arguments)
    }

    /// A copy of `hf` at this path.
    #[cfg(windows)]
    pub(crate) fn copy_hf_to(&self, path: &Path) {
        fs::copy(env!("CARGO_BIN_EXE_hf"), path).unwrap();
    }

    /// A copy of `hf` at this path. Another program makes it: a file that we had open for writing could not be started as
    /// long as a child of another test has it open too.
    #[cfg(unix)]
    pub(crate) fn copy_hf_to(&self, path: &Path) {
        let status = Command::new("cp").arg(env!("CARGO_BIN_EXE_hf")).arg(path).status();
        assert!(status.unwrap().success(), "cp {}", path.display());
    }

    /// Any program in the same world (`sh`, `git`, the Python reference), not started yet.
    pub(crate) fn program(&self, program: impl AsRef<OsStr>, arguments: &[&str]) -> Run {
        let run = Run {
            program: program.as_ref().to_owned(),
            arguments: Vec::new(),
            environment: self.environment(),
            directory: self.work(),
            stdin: None,
        };
        run.args(arguments)
    }

    /// Runs the real git in the same world.
    #[track_caller]
    pub(crate) fn git(&self, arguments: &[&str]) -> Outcome {
        self.program("git", arguments).run()
    }

    fn environment(&self) -> BTreeMap<OsString, OsString> {
        let mut environment: BTreeMap<OsString, OsString> = BTreeMap::new();
        let mut set = |name: &str, value: OsString| environment.insert(name.into(), value);
        set("PATH", path_without_hf());
        set("HOME", self.home().into());
        set("HF_HOME", self.hf_home().into());
        set("LANG", "C.UTF-8".into());
        set("GIT_CONFIG_NOSYSTEM", "1".into());
        set("XDG_CONFIG_HOME", self.home().join(".config").into());
        set("TMPDIR", self.root().join("tmp").into());
        if cfg!(windows) {
            for name in ["SystemRoot", "ComSpec", "PATHEXT"] {
                set(name, std::env::var_os(name).unwrap_or_default());
            }
            set("USERPROFILE", self.home().into());
            set("TEMP", self.root().join("tmp").into());
            set("TMP", self.root().join("tmp").into());
        }
        environment
    }
}

/// The caller's PATH without an `hf` that could take what the one under test hands on. A folder of the system stays.
fn path_without_hf() -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path);
    let kept = folders
        .filter(|folder| folder.starts_with("/usr") || !["hf", "hf.exe"].iter().any(|name| folder.join(name).exists()));
    std::env::join_paths(kept).unwrap()
}

fn list_into(directory: &Path, prefix: &str, names: &mut Vec<String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().unwrap().is_dir() {
            list_into(&entry.path(), &format!("{name}/"), names);
        } else {
            names.push(name);
        }
    }
}

/// A command line of the system's own shell.
pub(crate) fn shell<'a>(unix: &'a str, windows: &'a str) -> [&'a str; 3] {
    match cfg!(windows) {
        true => ["cmd", "/c", windows],
        false => ["sh", "-c", unix],
    }
}

/// A program about to be started.
pub(crate) struct Run {
    program: OsString,
    arguments: Vec<OsString>,
    environment: BTreeMap<OsString, OsString>,
    directory: PathBuf,
    stdin: Option<Vec<u8>>,
}

impl Run {
    /// Sets a variable.
    pub(crate) fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.environment
            .insert(name.as_ref().to_owned(), value.as_ref().to_owned());
        self
    }

    /// Sets a variable unless it has a value already.
    pub(crate) fn env_default(mut self, name: &str, value: &str) -> Self {
        self.environment.entry(name.into()).or_insert_with(|| value.into());
        self
    }

    /// Takes a variable away, one of the sandbox's own included.
    pub(crate) fn env_remove(mut self, name: &str) -> Self {
        self.environment.remove(OsStr::new(name));
        self
    }

    /// Sets `HF_ENDPOINT` to this hub.
    pub(crate) fn hub(self, hub: &StubHub) -> Self {
        self.env("HF_ENDPOINT", hub.url())
    }

    /// Text (or bytes) to come in through a pipe on standard input.
    pub(crate) fn stdin(mut self, text: impl AsRef<[u8]>) -> Self {
        self.stdin = Some(text.as_ref().to_vec());
        self
    }

    /// The working directory.
    pub(crate) fn cwd(mut self, path: impl Into<PathBuf>) -> Self {
        self.directory = path.into();
        self
    }

    /// More arguments.
    pub(crate) fn args(mut self, arguments: impl IntoIterator<Item: AsRef<OsStr>>) -> Self {
        self.arguments
            .extend(arguments.into_iter().map(|argument| argument.as_ref().to_owned()));
        self
    }

    /// Has another program start it: its arguments come first.
    pub(crate) fn through(mut self, program: &str, arguments: &[&str]) -> Self {
        let started = std::mem::replace(&mut self.program, program.into());
        let ours = arguments.iter().map(OsString::from).chain([started]);
        self.arguments = ours.chain(std::mem::take(&mut self.arguments)).collect();
        self
    }

    /// Runs it to its end, with nothing on standard input unless text was given.
    ///
    /// # Panics
    /// After 60 seconds, having killed the program.
    #[track_caller]
    pub(crate) fn run(self) -> Outcome {
        outcome::watch(self.command(), self.stdin)
    }

    /// The bare command, for what this builder does not offer. It carries no standard input.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .env_clear()
            .envs(&self.environment)
            .current_dir(&self.directory);
        command
    }

    /// Text for standard input, for whoever starts [`Run::command`] by other means.
    pub(super) fn take_stdin(&mut self) -> Option<Vec<u8>> {
        self.stdin.take()
    }
}
