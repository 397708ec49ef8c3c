//! The library in somebody else's program: from threads, within an asynchronous runtime, many times in one process.

use std::thread;

use hf_auth::{
    Access, AccessState, Auth, ErrorKind, GitCredential, Notice, Repo, RepoType, Revocation, Revoke, Secret, Settings,
    Verdict, silent,
};
use serde_json::json;

use crate::support::hub::whoami;
use crate::support::{Answer, Sandbox, StubHub, WHOAMI};

const DUE: &str = "[oauth-carol]\nhf_token = hf_test_old\nrefresh_token = hf_test_refresh\nexpires_at = 1\n\n";
const OAUTH: &str = "/oauth/token";

/// A program that has this home and this Hub, and these variables too.
fn auth_with(sandbox: &Sandbox, endpoint: &str, more: &[(&str, &str)]) -> Auth<'static> {
    let own = [
        ("HF_HOME", sandbox.hf_home().into_os_string()),
        ("HF_ENDPOINT", endpoint.into()),
    ];
    let more = more.iter().map(|(name, value)| (*name, (*value).into()));
    Auth::from(Settings::from_variables(own.into_iter().chain(more)))
}

/// A token that is due for renewal, in a home of its own.
fn due() -> (Sandbox, StubHub) {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    sandbox.write("stored_tokens", DUE);
    sandbox.activate("hf_test_old");
    (sandbox, hub)
}

fn token(auth: &Auth) -> String {
    auth.token().unwrap().unwrap().expose().to_owned()
}

fn is_shared_between_threads(_: &(impl Send + Sync)) {}

#[test]
fn it_works_within_an_asynchronous_runtime() {
    let (sandbox, hub) = due();
    let grant = json!({"access_token": "hf_test_new", "expires_in": 4_000_000});
    hub.expect("POST", OAUTH, Answer::json(200, grant));
    let auth = auth_with(&sandbox, &hub.url(), &[]);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();

    let token = runtime.block_on(async { hf_auth::get_token(auth.settings(), &silent).unwrap() });

    assert_eq!(token.unwrap().expose(), "hf_test_new");
}

#[test]
fn twenty_calls_from_threads_make_one_renewal() {
    let (sandbox, hub) = due();
    // So short that the new one is due for renewal as well.
    let grant = json!({"access_token": "hf_test_new", "expires_in": 3600});
    hub.expect("POST", OAUTH, Answer::json(200, grant));
    let auth = auth_with(&sandbox, &hub.url(), &[]);
    is_shared_between_threads(&auth);

    let tokens: Vec<String> = thread::scope(|scope| {
        let asking: Vec<_> = (0..20).map(|_| scope.spawn(|| token(&auth))).collect();
        asking.into_iter().map(|thread| thread.join().unwrap()).collect()
    });

    assert_eq!(tokens, ["hf_test_new"; 20]);
}

#[test]
fn a_renewal_that_failed_is_not_tried_again_at_once() {
    for refusal in [
        Answer::json(400, json!({"error": "invalid_grant"})),
        Answer::json(503, json!({"error": "later"})),
    ] {
        let (sandbox, hub) = due();
        hub.expect("POST", OAUTH, refusal);
        let notices = std::sync::Mutex::new(0);
        let auth = auth_with(&sandbox, &hub.url(), &[]).with_notices(|notice| {
            let is_said = !matches!(notice, Notice::Asking(_) | Notice::Answered);
            *notices.lock().unwrap() += usize::from(is_said);
        });

        let tokens: Vec<String> = (0..3).map(|_| token(&auth)).collect();

        assert_eq!(tokens, ["hf_test_old"; 3]);
        assert_eq!(*notices.lock().unwrap(), 1, "it is said once");
    }
}

#[test]
fn a_new_login_is_not_kept_from_its_renewal_by_an_old_failure() {
    let (sandbox, hub) = due();
    hub.expect("POST", OAUTH, Answer::json(400, json!({"error": "invalid_grant"})));
    let auth = auth_with(&sandbox, &hub.url(), &[]);
    assert_eq!(token(&auth), "hf_test_old");

    sandbox.write("stored_tokens", DUE.replace("old", "second"));
    sandbox.activate("hf_test_second");
    let grant = json!({"access_token": "hf_test_new", "expires_in": 4_000_000});
    hub.expect("POST", OAUTH, Answer::json(200, grant));

    assert_eq!(token(&auth), "hf_test_new");
}

#[test]
fn a_job_s_identity_is_exchanged_once_until_a_minute_before_the_end() {
    let exchanges = |lifetime: i64, calls: usize| {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        let grant = json!({"access_token": "hf_test_keyless", "expires_in": lifetime});
        hub.always("POST", OAUTH, Answer::json(200, grant));
        let keyless = [
            ("HF_OIDC_RESOURCE", "datasets/acme/x"),
            ("HF_OIDC_ID_TOKEN", "an.identity.token"),
        ];
        let auth = auth_with(&sandbox, &hub.url(), &keyless);
        for _ in 0..calls {
            assert_eq!(token(&auth), "hf_test_keyless");
        }
        hub.take_requests().len()
    };

    assert_eq!(exchanges(3600, 3), 1);
    assert_eq!(exchanges(60, 3), 3);
}

#[test]
fn a_dead_hub_is_not_waited_for_twice() {
    let sandbox = Sandbox::new();
    let keyless = [
        ("HF_OIDC_RESOURCE", "datasets/acme/x"),
        ("HF_OIDC_ID_TOKEN", "an.identity.token"),
    ];
    let hub = StubHub::start();
    let endpoint = hub.url();
    drop(hub);
    let auth = auth_with(&sandbox, &endpoint, &keyless);

    let first = auth.token().unwrap_err();
    let hub_again = auth.token().unwrap_err();

    assert_eq!(first.to_string(), hub_again.to_string());
    assert_eq!(first.kind(), ErrorKind::Exchange);
}

#[test]
fn a_program_tells_errors_apart_by_their_kind() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let auth = auth_with(&sandbox, &hub.url(), &[]);
    let given = Secret::new("hf_test_given");
    let login = |auth: &Auth| auth.login(&given, GitCredential::Leave).unwrap_err();

    assert_eq!(auth.whoami().unwrap_err().kind(), ErrorKind::NotLoggedIn);
    assert_eq!(auth.token_named("work").unwrap_err().kind(), ErrorKind::UnknownName);
    let malformed = auth.login(&Secret::new("a b"), GitCredential::Leave);
    assert_eq!(malformed.unwrap_err().kind(), ErrorKind::Malformed);
    let limited = Answer::json(429, json!({})).header("Retry-After", "7");
    for (answer, kind) in [
        (Answer::json(401, json!({"error": "no"})), ErrorKind::Rejected),
        (Answer::json(403, json!({"error": "no"})), ErrorKind::Denied),
        (Answer::json(502, json!({"error": "no"})), ErrorKind::Unreachable),
        (Answer::json(200, json!([])), ErrorKind::UnexpectedAnswer),
        (
            limited,
            ErrorKind::RateLimited {
                wait: Some(std::time::Duration::from_secs(7)),
            },
        ),
    ] {
        hub.expect("GET", WHOAMI, answer);
        assert_eq!(login(&auth).kind(), kind);
    }
    let offline = auth_with(&sandbox, &hub.url(), &[("HF_HUB_OFFLINE", "1")]);
    assert_eq!(login(&offline).kind(), ErrorKind::Offline);
    let nonsense = auth_with(&sandbox, "ftp://hub.lan", &[]);
    assert_eq!(login(&nonsense).kind(), ErrorKind::Settings);
    sandbox.write("stored_tokens", "rubbish\n");
    assert_eq!(auth.list().unwrap_err().kind(), ErrorKind::Damaged);
}

#[test]
fn an_error_leads_along_its_causes() {
    let sandbox = Sandbox::new();
    let hub = StubHub::start();
    let endpoint = hub.url();
    drop(hub);
    let auth = auth_with(&sandbox, &endpoint, &[]);

    let error = auth
        .login(&Secret::new("hf_test_given"), GitCredential::Leave)
        .unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Unreachable);
    let causes = std::iter::successors(std::error::Error::source(&error), |cause| (*cause).source());
    assert!(causes.count() >= 2);
    assert!(matches!(
        auth.verdict(&Secret::new("hf_test_given")).unwrap(),
        Verdict::Unreachable(_)
    ));
}

#[test]
fn an_account_s_whole_life_is_a_few_calls() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let auth = auth_with(&sandbox, &hub.url(), &[]);
    hub.always("GET", WHOAMI, Answer::json(200, whoami("alice", "work", "write")));

    let login = auth.login(&Secret::new("hf_test_work"), GitCredential::Leave).unwrap();
    assert_eq!(
        (login.identity.user.as_str(), login.token_name.as_str()),
        ("alice", "work")
    );
    assert_eq!(auth.token_named("work").unwrap().expose(), "hf_test_work");
    assert!(auth.list().unwrap()[0].is_active);
    assert_eq!(auth.whoami().unwrap().user, "alice");
    auth.switch("work", GitCredential::Leave).unwrap();
    auth.logout(Some("work")).unwrap();

    assert!(auth.token().unwrap().is_none());
}

#[test]
fn a_program_asks_what_a_token_may_do_and_ends_it() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    sandbox.store(&[("work", "hf_test_work")]);
    hub.expect("GET", "/api/models/acme/x/auth-check", Answer::text(200, "OK"));
    let refusal = Answer::json(404, json!({"error": "no"})).header("X-Request-Id", "abc");
    hub.expect("GET", "/api/datasets/acme/x/auth-check", refusal);
    hub.expect("POST", "/api/credentials/revoke", Answer::text(202, ""));
    hub.expect("GET", WHOAMI, Answer::json(401, json!({"error": "no"})));
    let auth = auth_with(&sandbox, &hub.url(), &[]);
    let endpoint = auth.settings().endpoint().unwrap();
    let repo = |text, kind| Repo::parse(text, kind, &endpoint);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();

    // Within a runtime, too.
    let checked = runtime.block_on(async {
        let repos = [
            repo("acme/x", None).unwrap(),
            repo("acme/x", Some(RepoType::Dataset)).unwrap(),
        ];
        let token = auth.token_named("work").unwrap();
        auth.check(Some(&token), &repos, Access::Read).unwrap()
    });
    assert_eq!(checked[0].state, AccessState::Allowed);
    assert!(checked[1].state.is_refusal() && checked[1].next.is_some());
    assert_eq!(
        (checked[1].state.to_string().as_str(), checked[1].request_id.as_deref()),
        ("not-found", Some("abc"))
    );
    assert_eq!(repo("a b", None).unwrap_err().kind(), ErrorKind::Malformed);

    let revoked = runtime.block_on(async { auth.revoke(Revoke::Named("work")).unwrap() });
    assert_eq!((revoked[0].state, revoked[0].is_forgotten), (Revocation::Revoked, true));
    assert!(auth.list().unwrap().is_empty());
    assert_eq!(
        auth.revoke(Revoke::Named("work")).unwrap_err().kind(),
        ErrorKind::UnknownName
    );
}

/// A host keeps its signals whatever the library has had to do: `examples/host.rs` counts a Ctrl-C of its own.
#[cfg(unix)]
#[test]
fn a_host_that_handles_ctrl_c_itself_survives_it() {
    use std::io::{BufRead, BufReader, Read};
    use std::process::{Command, Stdio};

    let sandbox = Sandbox::new();
    sandbox.write("stored_tokens", "[work]\nhf_token = hf_test_work\n\n");
    let built = cargo(&["build", "--example", "host", "--message-format", "json"]);
    let built: Vec<serde_json::Value> = built
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let example = built
        .iter()
        .find_map(|message| message.get("executable")?.as_str())
        .unwrap();
    let mut host = Command::new(example)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", sandbox.hf_home())
        .env("HF_HOME", sandbox.hf_home())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(host.stdout.take().unwrap());
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    assert_eq!(line, "logged out\n");

    let id = nix::unistd::Pid::from_raw(host.id().try_into().unwrap());
    nix::sys::signal::kill(id, nix::sys::signal::Signal::SIGINT).unwrap();

    line.clear();
    said.read_to_string(&mut line).unwrap();
    assert_eq!(line, "heard Ctrl-C\n");
    assert!(host.wait().unwrap().success());
}

/// Whoever links the library alone compiles no terminal.
#[test]
fn the_program_s_own_crates_come_with_the_feature_cli() {
    let normal = ["tree", "--edges", "normal", "--prefix", "none"];
    let (with, without) = (
        cargo(&normal),
        cargo(&[&normal[..], &["--no-default-features"]].concat()),
    );
    for name in ["anyhow", "clap", "console", "dialoguer", "rpassword"] {
        let has = |tree: &str| tree.lines().any(|line| line.starts_with(&format!("{name} v")));
        assert!(has(&with) && !has(&without), "{name}");
    }
}

/// What cargo says, from what is on this machine.
fn cargo(arguments: &[&str]) -> String {
    let outcome = std::process::Command::new(env!("CARGO"))
        .args(arguments)
        .args(["--locked", "--offline", "--quiet"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(outcome.status.success(), "{}", String::from_utf8_lossy(&outcome.stderr));
    String::from_utf8(outcome.stdout).unwrap()
}
