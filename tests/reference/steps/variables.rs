//! Where a variable puts things, and what it changes in what is said and asked.

use serde_json::json;

use super::{BETTER_HINT, JSON, LAPTOP, ONE_LINE, OTHER, WORK, login, scenario};
use crate::step::Aspect::{Files, Folder, Hint, Requests, Status, Stderr, Stdout};
use crate::step::{Scenario, Step, hf};
use crate::support::Answer;
use crate::support::hub::{whoami, whoami_oauth};

pub(super) fn all() -> Vec<Scenario> {
    vec![
        places(),
        expanded_places(),
        empty_places(),
        staging(),
        truths(),
        endpoints(),
        certificates(),
        agents(),
        keyless(),
        github(),
        browser(),
    ]
}

fn log_in() -> Step {
    login(LAPTOP, whoami("alice", "laptop", "write"))
}

fn places() -> Scenario {
    scenario(
        "places",
        vec![
            log_in().env("HF_TOKEN_PATH", "ROOT/elsewhere/mine"),
            hf("auth token"),
            hf("auth list").env("HF_TOKEN_PATH", "ROOT/elsewhere/mine"),
            log_in().without("HF_HOME"),
            log_in().without("HF_HOME").env("XDG_CACHE_HOME", "ROOT/xdg"),
            hf("auth token").without("HF_HOME").env("XDG_CACHE_HOME", "ROOT/none"),
            log_in().env("HF_HOME", "here/in the folder"),
            log_in().env("HF_TOKEN_PATH", "bare"),
            hf("auth logout").env("HF_TOKEN_PATH", "bare"),
            hf("auth logout").without("HF_HOME"),
        ],
    )
}

fn expanded_places() -> Scenario {
    scenario(
        "expanded places",
        vec![
            log_in().env("HF_HOME", "~/hub"),
            log_in().env("HF_HOME", "$HOME/a-${WHO}$/b").env("WHO", "me"),
            log_in().env("HF_HOME", "ROOT/$NOBODY/${NOBODY/$é"),
            log_in().env("HF_HOME", "~root/../ROOT/r"),
            log_in().env("HF_HOME", "~nobody-of-this-name/x"),
            log_in().env("HF_TOKEN_PATH", "~/${WHO}/t").env("WHO", "~"),
            log_in()
                .env("HF_HOME", "$OUTER/x")
                .env("OUTER", "ROOT/$INNER")
                .env("INNER", "in"),
            hf("auth list")
                .env("HF_HOME", "$OUTER/x")
                .env("OUTER", "ROOT/$INNER")
                .env("INNER", "in"),
            log_in()
                .env("HF_TOKEN_PATH", "$OUTER/t")
                .env("OUTER", "ROOT/$INNER")
                .env("INNER", "in"),
            log_in()
                .without("HF_HOME")
                .env("XDG_CACHE_HOME", "~/$WHO")
                .env("WHO", "w"),
        ],
    )
}

fn empty_places() -> Scenario {
    const UNSET: &str = "an empty variable counts as unset; the reference's files lie where it was started";
    let stays = |step: Step| step.differs(Files, UNSET);
    scenario(
        "empty places",
        vec![
            stays(log_in().env("HF_HOME", "")).differs(Stderr, UNSET),
            stays(hf("auth list").without("HF_HOME").env("XDG_CACHE_HOME", ""))
                .differs(Stdout, UNSET)
                .differs(Stderr, UNSET),
            stays(log_in().without("HF_HOME").env("XDG_CACHE_HOME", "")).differs(Stderr, UNSET),
            stays(log_in().env("HF_TOKEN_PATH", ""))
                .differs(Status, UNSET)
                .differs(Stderr, UNSET)
                .differs(Folder, UNSET),
            stays(hf("auth token").env("HF_TOKEN_PATH", ""))
                .differs(Status, UNSET)
                .differs(Folder, UNSET)
                .differs(Stdout, UNSET)
                .differs(Stderr, UNSET),
        ],
    )
}

fn staging() -> Scenario {
    let staging = |step: Step| step.env("HUGGINGFACE_CO_STAGING", "yes");
    scenario(
        "staging",
        vec![
            log_in(),
            staging(hf("auth token")).differs(Hint, BETTER_HINT),
            staging(hf("auth switch --token-name laptop")),
            staging(hf("auth token")),
            staging(hf("auth list")),
            hf("auth list").env("HUGGINGFACE_CO_STAGING", "0"),
            staging(hf("auth logout")),
            hf("auth token"),
        ],
    )
}

fn truths() -> Scenario {
    let asked = |value: &str| hf("auth whoami").env("HF_HUB_OFFLINE", value);
    let offline = |value: &str| asked(value).differs(Hint, BETTER_HINT);
    let asks = |step: Step| step.answered(Answer::json(200, whoami("alice", "laptop", "write")));
    scenario(
        "truths",
        vec![
            log_in(),
            offline("1"),
            offline("on"),
            offline("True"),
            asks(asked("0")),
            asks(asked("y")),
            asks(asked("")),
            hf("auth whoami --json")
                .env("TRANSFORMERS_OFFLINE", "YES")
                .differs(Hint, BETTER_HINT),
            hf("auth token").env("HF_HUB_OFFLINE", "1"),
            asks(hf("auth whoami").env("NO_COLOR", "1")),
            asks(
                hf("auth whoami")
                    .env("HF_HUB_DISABLE_TELEMETRY", "1")
                    .env("DO_NOT_TRACK", "1"),
            ),
            hf("auth token")
                .env("HF_DEBUG", "1")
                .differs(Stderr, "ours makes no request here, so it has none to show"),
        ],
    )
}

fn endpoints() -> Scenario {
    let asks = |step: Step| step.answered(Answer::json(200, whoami("alice", "laptop", "write")));
    let through_a_proxy = asks(hf("auth whoami"))
        .env("HF_ENDPOINT", "http://hub.invalid/")
        .env("HTTP_PROXY", "HUB")
        .env("http_proxy", "HUB")
        .differs(Stderr, "ours warns before a token goes over plain http");
    // Nobody listens there; the proxy would have answered.
    let past_a_proxy = |exceptions: &str| {
        hf("auth whoami")
            .env("HF_ENDPOINT", "http://[::1]:9")
            .env("HTTP_PROXY", "HUB")
            .env("http_proxy", "HUB")
            .env("NO_PROXY", exceptions)
            .differs(Stderr, ONE_LINE)
    };
    let mut below_a_path = hf("auth whoami").env("HF_ENDPOINT", "HUB/mirror");
    below_a_path.answers.push((
        "GET",
        "/mirror/api/whoami-v2",
        Answer::json(200, whoami("alice", "laptop", "write")),
    ));
    scenario(
        "endpoints",
        vec![
            log_in(),
            asks(hf("auth whoami").env("HF_ENDPOINT", "HUB///")),
            asks(hf("auth whoami --json").env("HF_ENDPOINT", "HUB/")),
            below_a_path,
            through_a_proxy,
            past_a_proxy("[::1]"),
            past_a_proxy("[::1]:9, hub.test"),
            past_a_proxy("[::1]:9/x, ::1"),
            hf("auth whoami")
                .env("HF_ENDPOINT", "http://127.0.0.1:9")
                .differs(Stderr, ONE_LINE),
        ],
    )
}

fn certificates() -> Scenario {
    let asks = |step: Step| step.answered(Answer::json(200, whoami("alice", "laptop", "write")));
    let over_tls = || hf("auth whoami").env("HF_ENDPOINT", "TLS");
    scenario(
        "certificates",
        vec![
            log_in(),
            asks(over_tls().env("SSL_CERT_FILE", "ROOT/authority.pem")),
            asks(
                over_tls()
                    .env("SSL_CERT_FILE", "ROOT/authority.pem")
                    .env("HF_HUB_DOWNLOAD_TIMEOUT", "5"),
            ),
            over_tls().differs(Stderr, ONE_LINE),
            over_tls()
                .env("SSL_CERT_FILE", "ROOT/hf/token")
                .differs(Stderr, ONE_LINE),
        ],
    )
}

fn agents() -> Scenario {
    let registry = json!({
        "standardEnvVars": ["AI_AGENT", "AGENT"],
        "harnesses": {"robot": {"prettyLabel": "Robot", "envVars": {"ROBOT": "*"}}, "cat": {"prettyLabel": "Cat", "envVars": {"CAT": "tabby"}}},
    });
    let asks = |step: Step| step.answered(Answer::json(200, whoami("alice", "laptop", "write")));
    Scenario {
        files: vec![(".agent_harnesses.json", registry.to_string())],
        ..scenario(
            "agents with a registry",
            vec![
                log_in().env("ROBOT", "1"),
                asks(hf("auth whoami").env("ROBOT", "x")),
                asks(hf("auth whoami").env("ROBOT", "")),
                asks(hf("auth whoami").env("CAT", "tabby")),
                asks(hf("auth whoami").env("CAT", "black")),
                asks(hf("auth whoami").env("AI_AGENT", "robot")),
                asks(hf("auth whoami --format human").env("AGENT", "anything")),
                hf("auth login").env("ROBOT", "1"),
                hf("auth list")
                    .env("ROBOT", "1")
                    .differs(Stdout, "ours prints tab-separated values"),
                hf("auth list --json").env("ROBOT", "1").differs(Stdout, JSON),
            ],
        )
    }
}

fn keyless() -> Scenario {
    let job = |step: Step| {
        step.env("HF_OIDC_RESOURCE", "acme/model")
            .env("HF_OIDC_ID_TOKEN", "hf_test_identity")
            .env("HF_TOKEN", WORK)
    };
    let granted = || Answer::json(200, json!({"access_token": OTHER, "expires_in": 3600}));
    scenario(
        "keyless",
        vec![
            job(hf("auth token")).posted("/oauth/token", granted()),
            job(hf("auth whoami"))
                .posted("/oauth/token", granted())
                .answered(Answer::json(200, whoami("acme", "ci", "write"))),
            job(hf("auth token"))
                .posted(
                    "/oauth/token",
                    Answer::json(
                        403,
                        json!({"error": "invalid_target", "error_description": "not trusted"}),
                    ),
                )
                .differs(Stderr, ONE_LINE),
            hf("auth token")
                .env("HF_OIDC_RESOURCE", "acme/model")
                .differs(Stderr, ONE_LINE),
        ],
    )
}

fn github() -> Scenario {
    let mut step = hf("auth token")
        .env("HF_OIDC_RESOURCE", "datasets/acme/set")
        .env("GITHUB_ACTIONS", "true")
        .env("ACTIONS_ID_TOKEN_REQUEST_URL", "HUB/identity?api-version=2.0")
        .env("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "hf_test_request")
        .posted("/oauth/token", Answer::json(200, json!({"access_token": OTHER})));
    step.answers.push((
        "GET",
        "/identity",
        Answer::json(200, json!({"value": "hf_test_identity"})),
    ));
    let step = step.differs(Requests, "ours keeps the query of the address that GitHub gives");
    scenario("GitHub Actions", vec![step])
}

fn browser() -> Scenario {
    let code = json!({"device_code": "d", "user_code": "AB-12", "verification_uri": "https://hub.test/device",
        "verification_uri_complete": "https://hub.test/device?code=AB-12", "interval": 0, "expires_in": 60});
    let grant = json!({"access_token": LAPTOP, "refresh_token": "hf_test_refresh", "expires_in": 2_592_000});
    scenario(
        "another OAuth application",
        vec![
            hf("auth login")
                .env("HF_DEVICE_CODE_OAUTH_CLIENT_ID", "mine")
                .posted("/oauth/device", Answer::json(200, code))
                .posted(
                    "/oauth/token",
                    Answer::json(400, json!({"error": "authorization_pending"})),
                )
                .posted("/oauth/token", Answer::json(200, grant))
                .answered(Answer::json(200, whoami_oauth("carol"))),
            hf("auth list"),
        ],
    )
}
