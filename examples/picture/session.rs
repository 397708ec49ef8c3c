//! The story: Alice, who has a token for work, logs in with one for her laptop and goes back to the other.
//!
//! The Hub's address is on the screen, so it has a fixed name, and the stub is the proxy on the way there.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::hub::{self, Answer, StubHub};
use crate::sandbox::Run;
use crate::terminal::Terminal;

pub(crate) const ROWS: u16 = 24;
pub(crate) const COLUMNS: u16 = 80;

/// Fixed, because the messages name it.
const HOME: &str = "/tmp/alice";
const PROMPT: &str = "$ ";
const LAPTOP: &str = "hf_test_laptop_000000000000000a1B2";
const WORK: &str = "hf_test_work_11111111111111111c3D4";
const DOWN: &str = "\x1b[B";

/// A moment of the session.
pub(crate) struct Moment {
    /// Everything that the terminal had shown until then.
    pub(crate) bytes: Vec<u8>,
    /// What the first line to be drawn says.
    pub(crate) from: String,
}

/// The moment when the menu was open, and the end.
pub(crate) fn play() -> Result<[Moment; 2]> {
    let home = Home::new()?;
    let hub = StubHub::start();
    let shell = Shell::open(&home, &hub)?;

    hub_knows(&hub, "work", "read");
    shell.run("hf auth login --token - < work.txt");
    shell.run("clear");
    hub_knows(&hub, "laptop", "write");
    shell.run("hf auth login --token - --add-to-git-credential < laptop.txt");
    shell.run("hf auth list");
    shell.type_line("hf auth switch");
    shell.terminal.wait_for("[Use arrows, Enter to confirm]");
    shell.terminal.wait_for_modes((false, false));
    shell.press(DOWN);
    let menu = shell.moment("hf auth login");

    shell.press("\r");
    hub_knows(&hub, "work", "read");
    shell.run("hf auth whoami");
    Ok([menu, shell.moment("hf auth switch")])
}

fn hub_knows(hub: &StubHub, token_name: &str, role: &str) {
    let identity = hub::whoami_with_orgs("alice", token_name, role, &["acme"]);
    hub.expect("GET", "/api/whoami-v2", Answer::json(200, identity));
}

/// A shell at a terminal, typed into as a person would.
struct Shell {
    terminal: Terminal,
}

impl Shell {
    fn open(home: &Home, hub: &StubHub) -> Result<Self> {
        let mut folders = vec![build()?.parent().context("hf lies in no folder")?.to_owned()];
        folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
        let mut command = Command::new("/bin/sh");
        command
            .arg("-i")
            .env_clear()
            .current_dir(&home.0)
            .env("PATH", env::join_paths(folders)?)
            .env("PS1", PROMPT)
            .env("HOME", &home.0)
            .env("HF_ENDPOINT", "http://localhost")
            .env("HTTP_PROXY", hub.url())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("LANG", "C.UTF-8");
        let terminal = Terminal::open(Run::of(command), ROWS, COLUMNS);
        terminal.wait_for(PROMPT);
        Ok(Self { terminal })
    }

    fn type_line(&self, line: &str) {
        self.terminal.settle();
        self.terminal.send(&format!("{line}\r"));
    }

    fn run(&self, line: &str) {
        self.type_line(line);
        self.terminal.settle();
        self.wait_for_prompt();
    }

    fn moment(&self, command: &str) -> Moment {
        Moment {
            bytes: self.terminal.raw(),
            from: format!("{PROMPT}{command}"),
        }
    }

    fn press(&self, key: &str) {
        self.terminal.send(key);
        self.terminal.settle();
    }

    /// The cursor stands behind the prompt, with nothing typed yet.
    fn wait_for_prompt(&self) {
        let at_prompt = || {
            let (row, column) = self.terminal.cursor();
            let screen = self.terminal.screen();
            let line = screen.lines().nth(row.into()).unwrap_or_default();
            usize::from(column) == PROMPT.len() && line.trim_end() == PROMPT.trim_end()
        };
        while !at_prompt() {
            self.terminal.settle();
        }
    }
}

/// A home that is taken away at the end, and never one that was there before.
struct Home(PathBuf);

impl Home {
    fn new() -> Result<Self> {
        fs::create_dir(HOME).with_context(|| format!("{HOME} cannot be made; it must not be there"))?;
        let home = Self(PathBuf::from(HOME));
        fs::write(home.0.join("laptop.txt"), LAPTOP)?;
        fs::write(home.0.join("work.txt"), WORK)?;
        fs::write(home.0.join(".gitconfig"), "[credential]\n\thelper = store\n")?;
        Ok(home)
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Builds the binary beside this example and gives its path.
fn build() -> Result<PathBuf> {
    let example = env::current_exe()?;
    let folder = example.parent().and_then(Path::parent);
    let folder = folder.context("this example lies in no build folder")?;
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--quiet", "--bin", "hf", "--manifest-path"]);
    cargo.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"));
    if folder.ends_with("release") {
        cargo.arg("--release");
    }
    let status = cargo.status().context("cargo cannot be run")?;
    ensure!(status.success(), "hf could not be built");
    Ok(folder.join("hf"))
}
