//! Python and ours in turns on one store: after every turn both see the same.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::python::Python;
use super::{holds_for_all, same};
use crate::support::hub::whoami;
use crate::support::{Answer, Sandbox, StubHub, WHOAMI};

const NAMES: [&str; 4] = ["laptop", "work box", "[a] = b", "日本"];

#[derive(Debug, Clone, Copy)]
enum Who {
    Python,
    Ours,
}

#[derive(Debug, Clone)]
enum Turn {
    Login(usize, String),
    Switch(usize),
    Logout(usize),
    LogoutOfAll,
}

fn turns() -> impl Strategy<Value = Vec<(Who, Turn)>> {
    let who = prop_oneof![Just(Who::Python), Just(Who::Ours)];
    let name = 0..NAMES.len();
    let turn = prop_oneof![
        5 => (name.clone(), "hf_test_[a-zA-Z0-9]{12}").prop_map(|(name, token)| Turn::Login(name, token)),
        4 => name.clone().prop_map(Turn::Switch),
        3 => name.prop_map(Turn::Logout),
        1 => Just(Turn::LogoutOfAll),
    ];
    prop::collection::vec((who, turn), 1..10)
}

/// What both are to see.
#[derive(Default)]
struct Expected {
    stored: BTreeMap<&'static str, String>,
    active: Option<String>,
}

impl Expected {
    /// Whether the turn can be taken; Python does not say so of a name that it does not know.
    fn take(&mut self, turn: &Turn) -> bool {
        match turn {
            Turn::Login(name, token) => {
                self.stored.insert(NAMES[*name], token.clone());
                self.active = Some(token.clone());
            }
            Turn::Switch(name) => match self.stored.get(NAMES[*name]) {
                Some(token) => self.active = Some(token.clone()),
                None => return false,
            },
            Turn::Logout(name) => match self.stored.remove(NAMES[*name]) {
                Some(token) if self.active.as_ref() == Some(&token) => self.active = None,
                Some(_) => {}
                None => return false,
            },
            Turn::LogoutOfAll => *self = Expected::default(),
        }
        true
    }
}

struct Table {
    sandbox: Sandbox,
    hub: StubHub,
    python: Python,
}

impl Table {
    fn play(&self, who: Who, turn: &Turn) -> Result<(), String> {
        if let Turn::Login(name, _) = turn {
            let identity = whoami("alice", NAMES[*name], "read");
            self.hub.expect("GET", WHOAMI, Answer::json(200, identity));
        }
        match who {
            Who::Python => {
                let (function, argument) = match turn {
                    Turn::Login(_, token) => ("login", Some(token.as_str())),
                    Turn::Switch(name) => ("auth_switch", Some(NAMES[*name])),
                    Turn::Logout(name) => ("logout", Some(NAMES[*name])),
                    Turn::LogoutOfAll => ("logout", None),
                };
                let arguments: Vec<Value> = argument.into_iter().map(Value::from).collect();
                self.python.call(function, &arguments).map(drop)
            }
            Who::Ours => {
                let arguments = match turn {
                    Turn::Login(_, token) => vec!["login", "--token", token],
                    Turn::Switch(name) => vec!["switch", NAMES[*name]],
                    Turn::Logout(name) => vec!["logout", NAMES[*name]],
                    Turn::LogoutOfAll => vec!["logout"],
                };
                let outcome = self.sandbox.hf(&["auth"]).args(arguments).hub(&self.hub).run();
                (outcome.status == 0).then_some(()).ok_or(outcome.stderr)
            }
        }
    }

    /// What Python sees and what we see: the active token, and every stored name with its token masked.
    fn look(&self) -> [(Option<String>, Value); 2] {
        let active = self.python.call("get_token", &[]).unwrap();
        let stored: BTreeMap<String, String> =
            serde_json::from_value(self.python.call("get_stored_tokens", &[]).unwrap()).unwrap();
        let token = self.sandbox.hf(&["auth", "token"]).run();
        let listed: Vec<Value> =
            serde_json::from_str(&self.sandbox.hf(&["auth", "list", "--json"]).run().stdout).unwrap();
        let row = |row: &Value| json!([row["name"], row["token"]]);
        let masked = |(name, token): (String, String)| json!([name, mask(&token)]);
        [
            (
                active.as_str().map(str::to_owned),
                stored.into_iter().map(masked).collect(),
            ),
            (
                (token.status == 0).then(|| token.stdout.trim_end().to_owned()),
                listed.iter().map(row).collect(),
            ),
        ]
    }
}

fn mask(token: &str) -> String {
    format!("{}****{}", &token[..3], &token[token.len() - 4..])
}

#[test]
#[ignore = "needs the Python reference: tests/reference/run"]
fn both_see_the_same_after_every_turn() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let python = Python::start_with(&sandbox, |run| run.hub(&hub));
    let none = Answer::json(404, json!({"error": "none here"}));
    hub.always("GET", "/api/agent-harnesses", none);
    let table = Table { sandbox, hub, python };
    holds_for_all(
        "games of login, switch and logout in turns on one store",
        150,
        turns(),
        |turns| {
            let mut expected = Expected::default();
            table.sandbox.hf(&["auth", "logout"]).run().succeeds();
            for (who, turn) in turns {
                if !expected.take(&turn) {
                    continue;
                }
                let context = format!("{who:?} {turn:?}");
                table.play(who, &turn).map_err(|error| format!("{context}: {error}"))?;
                let [theirs, ours] = table.look();
                same(&context, &theirs, &ours)?;
                let stored = expected.stored.iter().map(|(name, token)| json!([name, mask(token)]));
                same(&context, &(expected.active.clone(), stored.collect()), &ours)?;
            }
            Ok(())
        },
    );
}
