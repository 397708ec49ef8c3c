//! One program's world, and what can be seen of it after a step, with paths and ports made comparable.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::step::{Scenario, Step};
use crate::support::{Answer, Outcome, Sandbox, StubHub};

/// Files that say nothing about tokens: the reference's caches, and the lock that both programs use.
const NOT_STATE: [&str; 2] = [".agent_harnesses.json", "stored_tokens.lock"];
/// The reference asks for this on its own account; ours asks for nothing that is not needed.
const REGISTRY: &str = "/api/agent-harnesses";

/// What a step left behind.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Observation {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
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
}

impl World {
    pub(crate) fn new(program: PathBuf, scenario: &Scenario) -> Self {
        let hub = StubHub::start();
        hub.always(
            "GET",
            REGISTRY,
            Answer::json(404, serde_json::json!({"error": "none here"})),
        );
        let sandbox = Sandbox::new();
        for (name, content) in &scenario.files {
            sandbox.write(name, content);
        }
        if let Some(helper) = scenario.git_helper {
            sandbox
                .git(&["config", "--global", "credential.helper", helper])
                .succeeds();
        }
        World { program, sandbox, hub }
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
            run = run.env(name, value);
        }
        if let Some(input) = &step.input {
            run = run.stdin(input);
        }
        self.observe(&run.run())
    }

    fn observe(&self, outcome: &Outcome) -> Observation {
        let names = self
            .sandbox
            .listing()
            .into_iter()
            .filter(|name| !NOT_STATE.contains(&name.as_str()));
        let file = |name: String| {
            let content = String::from_utf8_lossy(&self.sandbox.read_bytes(&name)).into_owned();
            (name.clone(), (self.sandbox.mode(&name), content))
        };
        let requests = self
            .hub
            .requests()
            .into_iter()
            .filter(|request| request.path != REGISTRY);
        let request = |request: crate::support::Request| {
            let authorization = request.authorization().unwrap_or("no authorization").to_owned();
            format!(
                "{} {} {authorization} {}",
                request.method,
                request.path,
                request.body_text()
            )
        };
        let credentials = std::fs::read_to_string(self.sandbox.home().join(".git-credentials")).ok();
        Observation {
            status: outcome.status,
            stdout: self.comparable(&outcome.stdout),
            stderr: self.comparable(&outcome.stderr),
            files: names.map(file).collect(),
            folder: self.sandbox.hf_home().exists().then(|| self.sandbox.mode("")),
            git: credentials.map(|text| text.replace(&format!("%3a{}", self.hub.port()), "%3aPORT")),
            requests: requests.map(request).collect(),
        }
    }

    /// Colours, the temporary folder and the port are the same for both.
    fn comparable(&self, text: &str) -> String {
        let root = self.sandbox.root().to_string_lossy();
        let text = text
            .replace(&*root, "ROOT")
            .replace(&format!(":{}", self.hub.port()), ":PORT");
        let mut parts = text.split("\x1b[");
        let mut plain = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            plain.push_str(part.split_once('m').map_or(part, |(_, rest)| rest));
        }
        plain
    }
}
