//! A step that both programs take, and the judgement on what came of it.

use crate::support::{Answer, WHOAMI};
use crate::world::Observation;

/// Steps in one pair of worlds, one after the other.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) files: Vec<(&'static str, String)>,
    /// The mode of `HF_HOME`, where there are files in it.
    pub(crate) folder_mode: u32,
    pub(crate) git_helper: Option<&'static str>,
    pub(crate) steps: Vec<Step>,
}

/// One command line.
pub(crate) struct Step {
    pub(crate) arguments: Vec<String>,
    pub(crate) environment: Vec<(&'static str, String)>,
    pub(crate) without: Vec<&'static str>,
    pub(crate) input: Option<String>,
    pub(crate) sitting: Option<Sitting>,
    pub(crate) answers: Vec<(&'static str, &'static str, Answer)>,
    pub(crate) differences: Vec<(Aspect, &'static str)>,
}

/// A person at a terminal: what they wait to see, and what they type then.
pub(crate) struct Sitting {
    pub(crate) rows: u16,
    pub(crate) columns: u16,
    pub(crate) turns: Vec<Turn>,
}

pub(crate) struct Turn {
    pub(crate) sees: &'static str,
    pub(crate) types: &'static str,
    /// A question that the reference does not ask.
    pub(crate) only_ours: bool,
}

/// What can differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aspect {
    Status,
    Stdout,
    Stderr,
    /// What the terminal showed at every turn and at the end, its cursor, and the modes it was left in.
    Screens,
    /// Only the lines that start with `Hint:` on standard error.
    Hint,
    Files,
    /// The mode of `HF_HOME`.
    Folder,
    Git,
    Requests,
}

const EVERY_ASPECT: [Aspect; 8] = [
    Aspect::Status,
    Aspect::Stdout,
    Aspect::Stderr,
    Aspect::Screens,
    Aspect::Files,
    Aspect::Folder,
    Aspect::Git,
    Aspect::Requests,
];

/// `hf` with these arguments, separated by blanks.
pub(crate) fn hf(arguments: &str) -> Step {
    hf_with(&arguments.split_whitespace().collect::<Vec<_>>())
}

/// `hf` with these arguments.
pub(crate) fn hf_with(arguments: &[&str]) -> Step {
    Step {
        arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(),
        environment: Vec::new(),
        without: Vec::new(),
        input: None,
        sitting: None,
        answers: Vec::new(),
        differences: Vec::new(),
    }
}

impl Step {
    /// More arguments.
    pub(crate) fn args(mut self, arguments: &[&str]) -> Self {
        self.arguments
            .extend(arguments.iter().map(|argument| (*argument).to_owned()));
        self
    }

    /// The Hub answers the step's request with this.
    pub(crate) fn answered(mut self, answer: Answer) -> Self {
        self.answers.push(("GET", WHOAMI, answer));
        self
    }

    /// The Hub answers a POST of the step with this.
    pub(crate) fn posted(mut self, path: &'static str, answer: Answer) -> Self {
        self.answers.push(("POST", path, answer));
        self
    }

    /// Sets a variable; `HUB` and `TLS` in it are the stub's two addresses, `ROOT` the sandbox's folder.
    pub(crate) fn env(mut self, name: &'static str, value: &str) -> Self {
        self.environment.push((name, value.to_owned()));
        self
    }

    /// Without a variable that the sandbox sets.
    pub(crate) fn without(mut self, name: &'static str) -> Self {
        self.without.push(name);
        self
    }

    pub(crate) fn input(mut self, text: &str) -> Self {
        self.input = Some(text.to_owned());
        self
    }

    /// Taken at a terminal of this size.
    pub(crate) fn at_a_terminal(mut self, rows: u16, columns: u16) -> Self {
        self.sitting = Some(Sitting {
            rows,
            columns,
            turns: Vec::new(),
        });
        self
    }

    /// At the terminal: waits until it shows `text` and has come to rest, then types `keys`.
    pub(crate) fn types(self, text: &'static str, keys: &'static str) -> Self {
        self.turn(text, keys, false)
    }

    /// The same for a question that only ours asks; it is a difference.
    pub(crate) fn types_to_ours(self, text: &'static str, keys: &'static str, reason: &'static str) -> Self {
        self.turn(text, keys, true).differs(Aspect::Screens, reason)
    }

    fn turn(mut self, sees: &'static str, types: &'static str, only_ours: bool) -> Self {
        let sitting = self.sitting.as_mut().expect("a step at a terminal");
        sitting.turns.push(Turn { sees, types, only_ours });
        self
    }

    /// Ours differs from the reference here, on purpose and for this reason.
    pub(crate) fn differs(mut self, aspect: Aspect, reason: &'static str) -> Self {
        self.differences.push((aspect, reason));
        self
    }

    /// What is not as it should be: an aspect that differs without a reason, or a reason without a difference.
    pub(crate) fn judge(&self, theirs: &Observation, ours: &Observation) -> Vec<String> {
        let reason = |aspect| {
            self.differences
                .iter()
                .find(|(known, _)| *known == aspect)
                .map(|(_, reason)| reason)
        };
        let mut problems = Vec::new();
        for aspect in EVERY_ASPECT {
            let (expected, got) = (shown(theirs, aspect), shown(ours, aspect));
            let hint_only = aspect == Aspect::Stderr && reason(Aspect::Hint).is_some();
            let equal = if hint_only {
                without_hints(&expected) == without_hints(&got)
            } else {
                expected == got
            };
            match reason(aspect) {
                None if !equal => problems.push(format!("{aspect:?}\n  reference: {expected}\n  ours:      {got}")),
                Some(reason) if equal => problems.push(format!("{aspect:?} no longer differs ({reason})")),
                _ => {}
            }
            if hint_only && expected == got {
                problems.push("the hint no longer differs".to_owned());
            }
        }
        problems
    }
}

fn shown(observation: &Observation, aspect: Aspect) -> String {
    match aspect {
        Aspect::Status => format!("{:?}", observation.status),
        Aspect::Stdout => format!("{:?}", observation.stdout),
        Aspect::Stderr | Aspect::Hint => format!("{:?}", observation.stderr),
        Aspect::Screens => observation.screens.join("\n  ---\n"),
        Aspect::Files => format!("{:?}", observation.files),
        Aspect::Folder => format!("{:?}", observation.folder.map(|mode| format!("{mode:o}"))),
        Aspect::Git => format!("{:?}", observation.git),
        Aspect::Requests => format!("{:?}", observation.requests),
    }
}

fn without_hints(text: &str) -> String {
    let lines = text
        .split("\\n")
        .filter(|line| !line.starts_with("Hint:") && !line.starts_with("\"Hint:"));
    lines.collect::<Vec<_>>().join("\n")
}
