//! The whole story without an account: the real `hf` binary logs in, lists, switches, asks who it is and logs out,
//! against a stub of the Hub on this machine, in a folder of its own. Nothing of yours is read or changed.
//!
//! ```sh
//! cargo run --example demo
//! ```
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::expect_used,
    reason = "a demonstration prints, and the stub Hub it borrows from the tests panics where a test should fail"
)]

#[path = "../tests/cli/support/hub.rs"]
mod hub;

use std::env;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use hub::{Answer, StubHub};
use tempfile::TempDir;

const LAPTOP: &str = "hf_test_laptop_0000000000000000000";
const WORK: &str = "hf_test_work_111111111111111111111";

fn main() -> Result<()> {
    let story = Story::begin()?;
    story.say("A stub of the Hub answers on this machine; your own tokens are not touched.");

    story.say("Log in with a token. The Hub is asked whose it is before anything is written.");
    story.hub_knows("alice", "laptop", "write");
    story.hf(&["auth", "login", "--token", LAPTOP])?;

    story.say("A second account, its token read from standard input: no secret in the list of processes.");
    story.hub_knows("acme-bot", "work", "read");
    story.hf_reading(&["auth", "login", "--token", "-"], WORK)?;

    story.say("Both are stored; the star marks the one in effect.");
    story.hf(&["auth", "list"])?;

    story.say("Back to the first account, and ask the Hub who that is.");
    story.hf(&["auth", "switch", "laptop"])?;
    story.hub_knows("alice", "laptop", "write");
    story.hf(&["auth", "whoami"])?;

    story.say("The same for programs: JSON, or one word a line.");
    story.hub_knows("alice", "laptop", "write");
    story.hf(&["auth", "whoami", "--json"])?;
    story.hf(&["auth", "list", "-q"])?;

    story.say("Print a token, the one in effect or a named one.");
    story.hf(&["auth", "token", "work"])?;

    story.say("Log out of one, then of all.");
    story.hf(&["auth", "logout", "work"])?;
    story.hf(&["auth", "logout"])?;
    story.hf(&["auth", "list"])?;

    story.say("That was all of it. With an account of your own: cargo install --path . && hf auth login");
    Ok(())
}

struct Story {
    binary: PathBuf,
    folder: TempDir,
    hub: StubHub,
}

impl Story {
    fn begin() -> Result<Self> {
        Ok(Story {
            binary: build()?,
            folder: tempfile::tempdir().context("no folder for temporary files")?,
            hub: StubHub::start(),
        })
    }

    fn say(&self, text: &str) {
        println!("\n# {text}");
    }

    /// The stub answers the next question with this account.
    fn hub_knows(&self, user: &str, token_name: &str, role: &str) {
        let identity = hub::whoami_with_orgs(user, token_name, role, &["huggingface"]);
        self.hub.expect("GET", "/api/whoami-v2", Answer::json(200, identity));
    }

    fn hf(&self, arguments: &[&str]) -> Result<()> {
        println!("\n$ hf {}", arguments.join(" "));
        self.run(arguments, None)
    }

    fn hf_reading(&self, arguments: &[&str], input: &str) -> Result<()> {
        println!("\n$ echo {input} | hf {}", arguments.join(" "));
        self.run(arguments, Some(input))
    }

    fn run(&self, arguments: &[&str], input: Option<&str>) -> Result<()> {
        let mut command = Command::new(&self.binary);
        command.args(arguments).env_clear();
        for name in ["PATH", "TERM", "NO_COLOR", "SystemRoot"] {
            command.envs(env::var_os(name).map(|value| (name, value)));
        }
        let home = self.folder.path();
        command
            .env("HOME", home)
            .env("USERPROFILE", home)
            .env("HF_HOME", home.join("huggingface"))
            .env("HF_ENDPOINT", self.hub.url())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            // One stream, so that every line stands where it belongs when this is piped.
            .stderr(io::stdout())
            .stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
        let mut child = command.spawn().context("cannot run the hf that was just built")?;
        if let (Some(input), Some(mut stdin)) = (input, child.stdin.take()) {
            stdin.write_all(input.as_bytes())?;
        }
        let status = child.wait()?;
        ensure!(status.success(), "hf {} ended with {status}", arguments.join(" "));
        Ok(())
    }
}

/// Builds the binary beside this example, in the same profile, and gives its path.
fn build() -> Result<PathBuf> {
    let example = env::current_exe()?;
    let profile_folder = example
        .parent()
        .and_then(Path::parent)
        .context("this example lies in no build folder")?;
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--quiet", "--bin", "hf", "--manifest-path"]);
    cargo.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"));
    if profile_folder.ends_with("release") {
        cargo.arg("--release");
    }
    ensure!(
        cargo.status().context("cargo cannot be run")?.success(),
        "hf could not be built"
    );
    Ok(profile_folder.join(format!("hf{}", env::consts::EXE_SUFFIX)))
}
