//! One program's world, and what can be seen of it after a step, with paths and ports made comparable.

use std::collections::BTreeMap;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::step::{Scenario, Sitting, Step};
use crate::support::{Answer, Outcome, Run, Sandbox, StubHub, Terminal, TlsHub};

/// Not compared as files: the reference's caches, the lock that both programs use, git's credentials, which are an aspect of
/// their own, and the authority of the Hub's certificate.
const NOT_STATE: [&str; 4] = [
    ".agent_harnesses.json",
    "stored_tokens.lock",
    ".git-credentials",
    "authority.pem",
];
/// The reference asks for this on its own account; ours asks for nothing that is not needed.
const REGISTRY: [&str; 2] = ["/api/agent-harnesses", "/mirror/api/agent-harnesses"];

/// What a step left behind.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Observation {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) screens: Vec<String>,
    pub(crate) files: BTreeMap<String, (u32, String)>,
    pub(crate) folder: Option<u32>,
    pub(crate) git: Option<String>,
    pub(crate) requests: Vec<String>,
}

/// A sandbox and a Hub for one of the two programs.
pub(crate) struct World {
    program: PathBuf,
    sandbox: Sandbox,
    hub: StubHub,
    tls: TlsHub,
}

impl World {
    pub(crate) fn new(program: PathBuf, scenario: &Scenario) -> Self {
        let hub = StubHub::start();
        for path in REGISTRY {
            let none = Answer::json(404, serde_json::json!({"error": "none here"}));
            hub.always("GET", path, none);
        }
        let sandbox = Sandbox::new();
        for (name, content) in &scenario.files {
            sandbox.write(name, content);
        }
        if !scenario.files.is_empty() {
            let mode = Permissions::from_mode(scenario.folder_mode);
            std::fs::set_permissions(sandbox.hf_home(), mode).unwrap();
        }
        if let Some(helper) = scenario.git_helper {
            sandbox
                .git(&["config", "--global", "credential.helper", helper])
                .succeeds();
        }
        let tls = TlsHub::before(&hub);
        std::fs::write(sandbox.root().join("authority.pem"), tls.ca_pem()).unwrap();
        World {
            program,
            sandbox,
            hub,
            tls,
        }
    }

    /// Runs one step and looks around.
    pub(crate) fn take(&self, step: &Step) -> Observation {
        for (method, path, answer) in &step.answers {
            self.hub.expect(method, path, answer.clone());
        }
        self.hub.take_requests();
        let mut run = self
            .sandbox
            .program(&self.program, &[])
            .args(&step.arguments)
            .hub(&self.hub);
        run = run.env("HF_HUB_DISABLE_UPDATE_CHECK", "1");
        for (name, value) in &step.environment {
            let root = self.sandbox.root().to_string_lossy();
            let value = value.replace("HUB", &self.hub.url()).replace("TLS", &self.tls.url());
            run = run.env(name, value.replace("ROOT", &root));
        }
        for name in &step.without {
            run = run.env_remove(name);
        }
        if let Some(input) = &step.input {
            run = run.stdin(input);
        }
        match &step.sitting {
            Some(sitting) => {
                let (status, screens) = self.sit(run, sitting);
                self.observe(status, "", "", screens)
            }
            None => {
                let Outcome {
                    status, stdout, stderr, ..
                } = &run.run();
                self.observe(*status, stdout, stderr, Vec::new())
            }
        }
    }

    /// Plays the person at the terminal; gives the exit status and every screen.
    fn sit(&self, run: Run, sitting: &Sitting) -> (i32, Vec<String>) {
        let mut terminal = Terminal::open(run, sitting.rows, sitting.columns);
        let mut screens = Vec::new();
        let is_ours = self.program == Path::new(env!("CARGO_BIN_EXE_hf"));
        for turn in sitting.turns.iter().filter(|turn| is_ours || !turn.only_ours) {
            terminal.wait_for(if is_ours { turn.sees_of_ours } else { turn.sees });
            terminal.settle();
            screens.push(self.photograph(&terminal));
            terminal.send(turn.types);
        }
        let status = terminal.close();
        screens.push(format!(
            "{}\n{:?}",
            self.photograph(&terminal),
            terminal.line_mode_and_echo()
        ));
        (status, screens)
    }

    fn photograph(&self, terminal: &Terminal) -> String {
        let cursor = if terminal.cursor_is_visible() {
            "cursor"
        } else {
            "no cursor"
        };
        let (row, column) = terminal.cursor();
        format!("{}\n[{cursor} at {row},{column}]", self.comparable(&terminal.screen()))
    }

    fn observe(&self, status: i32, stdout: &str, stderr: &str, screens: Vec<String>) -> Observation {
        let requests = self
            .hub
            .requests()
            .into_iter()
            .filter(|request| !request.path.ends_with(REGISTRY[0]));
        let request = |request: crate::support::Request| {
            let authorization = request.authorization().unwrap_or("no authorization").to_owned();
            let content_type = request.header("content-type").unwrap_or_default().to_owned();
            format!(
                "{} {} {authorization} {content_type} {}",
                request.method,
                self.comparable(&request.path),
                self.comparable(&request.body_text())
            )
        };
        Observation {
            status,
            stdout: self.comparable(stdout),
            stderr: self.comparable(stderr),
            screens,
            files: self.files(),
            folder: self.sandbox.hf_home().exists().then(|| self.sandbox.mode("")),
            git: self.credentials(),
            requests: requests.map(request).collect(),
        }
    }

    /// Every file of the world with its mode and content, wherever a variable has put it.
    fn files(&self) -> BTreeMap<String, (u32, String)> {
        let names = self.sandbox.everything().into_iter();
        let state = names.filter(|name| !NOT_STATE.iter().any(|known| name.ends_with(known)));
        let file = |name: String| {
            let path = self.sandbox.root().join(&name);
            let mode = path.metadata().unwrap().permissions().mode() & 0o7777;
            let content = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
            (name, (mode, times_in(&self.comparable(&content))))
        };
        state.map(file).collect()
    }

    fn credentials(&self) -> Option<String> {
        let text = std::fs::read_to_string(self.sandbox.home().join(".git-credentials")).ok()?;
        Some(text.replace(&format!("%3a{}", self.hub.port()), "%3aPORT"))
    }

    /// Colours, the temporary folder and the port are the same for both.
    fn comparable(&self, text: &str) -> String {
        let root = self.sandbox.root().to_string_lossy();
        let text = text
            .replace(&*root, "ROOT")
            .replace(&format!(":{}", self.hub.port()), ":PORT")
            .replace(&self.tls.url(), "https://localhost:PORT")
            .replace(&format!("%3A{}", self.hub.port()), "%3APORT");
        let mut parts = text.split("\x1b[");
        let mut plain = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            plain.push_str(part.split_once('m').map_or(part, |(_, rest)| rest));
        }
        plain
    }
}

/// A time that was reckoned from the moment of a step, as days from now: the two programs take it a little apart.
fn times_in(content: &str) -> String {
    const DAY: f64 = 24.0 * 60.0 * 60.0;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64();
    let comparable = |line: &str| {
        let time = line.strip_prefix("expires_at = ").and_then(|time| time.parse().ok());
        let days = time.map(|time: f64| ((time - now) / DAY).round());
        match days {
            Some(days @ 1.0..400.0) => format!("expires_at = NOW + {days} days"),
            _ => line.to_owned(),
        }
    };
    content.split('\n').map(comparable).collect::<Vec<_>>().join("\n")
}
