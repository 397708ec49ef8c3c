//! The story: Alice, who has a token of a bot's for work, logs in with her browser, sees which token counts, and has the bot
//! train.
//!
//! The Hub's address is on the screen, so it is the real one, and a stub is at the end of the way there.

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::json;

use crate::hub::{self, Answer, StubHub};
use crate::sandbox::Run;
use crate::terminal::Terminal;
use crate::way::Way;

pub(crate) const ROWS: u16 = 48;
pub(crate) const COLUMNS: u16 = 86;

/// Fixed, because the messages name it.
const HOME: &str = "/tmp/alice";
const PROMPT: &str = "$ ";
const BROWSER: &str = "hf_oauth_test_000000000000000a1B2";
const WORK: &str = "hf_test_work_11111111111111111c3D4";
/// The login and `train.sh` go the [`Way`], with what this file sets. Nobody else asks the Hub.
const ONLINE: &str = ". ./online";
/// Leaves no trace on the screen.
const OFFLINE: &str = ". ./offline";
const GOING_OFFLINE: &str = "unset HTTPS_PROXY SSL_CERT_FILE\nexport HF_HUB_OFFLINE=1\nprintf '\\033[A\\033[2K'\n";
const TRAINING: &str = "echo \"Training as $(hf auth whoami --quiet)…\"";
/// What is left of a quarter of an hour in its first second.
const WAITING: &str = "14:59 left, Ctrl-C stops";

/// A moment of the session.
pub(crate) struct Moment {
    /// Everything that the terminal had shown until then.
    pub(crate) bytes: Vec<u8>,
    /// What the first line to be drawn says.
    pub(crate) from: &'static str,
}

/// The menu, the wait for the browser, and what came of it.
pub(crate) fn play() -> Result<[Moment; 3]> {
    let hub = StubHub::start();
    let way = Way::to(&hub)?;
    let home = Home::new(&way)?;
    let shell = Shell::open(&home)?;

    hub_asks_for_consent(&hub);
    shell.run(ONLINE);
    shell.run("clear");
    shell.type_line("hf auth login");
    shell.terminal.wait_for("[Use arrows, Enter to confirm]");
    shell.terminal.wait_for_modes((false, false));
    shell.terminal.settle();
    let menu = shell.moment("$ hf auth login");
    shell.terminal.send("1");
    shell.terminal.wait_for(WAITING);
    let wait = shell.moment("$ hf auth login");
    ensure!(shell.terminal.screen().contains(WAITING), "this took too long");

    hub_lets_in(&hub);
    shell.terminal.wait_for("Logged in as alice");
    shell.wait_for_prompt();
    shell.run(OFFLINE);
    shell.run("hf auth status");
    hub_knows_the_bot(&hub);
    shell.run("hf auth run work -- sh train.sh");
    let requests = hub.requests();
    let asked_with = requests.last().and_then(hub::Request::authorization);
    ensure!(asked_with == Some(&format!("Bearer {WORK}")), "that was not the bot");
    Ok([menu, wait, shell.moment("Token is valid.")])
}

/// Until the person agrees, the answer is that they have not yet.
fn hub_asks_for_consent(hub: &StubHub) {
    let code = json!({
        "device_code": "device_test_secret", "user_code": "ABCD-1234", "interval": 2, "expires_in": 900,
        "verification_uri": "https://huggingface.co/oauth/device",
    });
    hub.expect("POST", "/oauth/device", Answer::json(200, code));
    let pending = json!({"error": "authorization_pending", "error_description": "not yet"});
    hub.always("POST", "/oauth/token", Answer::json(400, pending));
}

fn hub_lets_in(hub: &StubHub) {
    let mut identity = hub::whoami_oauth("alice");
    identity["orgs"] = json!([{"type": "org", "name": "acme", "fullname": "acme"}]);
    hub.expect("GET", hub::WHOAMI, Answer::json(200, identity));
    // Without an end, which would be another one at every drawing.
    hub.expect(
        "POST",
        "/oauth/token",
        Answer::json(200, json!({"access_token": BROWSER})),
    );
}

fn hub_knows_the_bot(hub: &StubHub) {
    let identity = hub::whoami_with_orgs("acme-bot", "work", "write", &["acme"]);
    hub.expect("GET", hub::WHOAMI, Answer::json(200, identity));
}

/// A shell at a terminal, typed into as a person would.
struct Shell {
    terminal: Terminal,
}

impl Shell {
    fn open(home: &Home) -> Result<Self> {
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
            .env("HF_HUB_OFFLINE", "1")
            .env("DISPLAY", ":0")
            .env("BROWSER", "true")
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

    fn moment(&self, from: &'static str) -> Moment {
        Moment {
            bytes: self.terminal.raw(),
            from,
        }
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
    fn new(way: &Way) -> Result<Self> {
        fs::create_dir(HOME).with_context(|| format!("{HOME} cannot be made; it must not be there"))?;
        let home = Self(PathBuf::from(HOME));
        let files = [
            ("online", way.exports(&home.0.join("hub.pem"))),
            ("offline", GOING_OFFLINE.to_owned()),
            ("hub.pem", way.certificate.clone()),
            ("train.sh", format!("{ONLINE}\n{TRAINING}\n")),
            (".gitconfig", "[credential]\n\thelper = store\n".to_owned()),
        ];
        for (name, text) in files {
            fs::write(home.0.join(name), text)?;
        }
        let tokens = home.0.join(".cache/huggingface/stored_tokens");
        fs::create_dir_all(tokens.parent().context("the store lies in no folder")?)?;
        fs::write(&tokens, format!("[work]\nhf_token = {WORK}\n\n"))?;
        fs::set_permissions(&tokens, fs::Permissions::from_mode(0o600))?;
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
