//! Identity tokens that lie ready: in a variable of ours, in a file, in the variable of the CI that runs the job.

use std::fs;
#[cfg(unix)]
use std::path::PathBuf;

use serde_json::json;

use super::{FAR, GRANTED, LONG_AGO, SIGNATURE, THE_HUB, exchanged, good_jwt, hub_that_grants, jwt, token};
use crate::support::{Answer, Run, Sandbox, StubHub};

/// Each service's marker and variable, the words of its configuration that mend a wrong token, and its name for the place.
const SERVICES: [(&str, &str, &str, [&str; 2]); 4] = [
    (
        "GITLAB_CI",
        "HF_ID_TOKEN",
        ".gitlab-ci.yml",
        ["id_tokens:", "  HF_ID_TOKEN: {aud: \"HUB\"}"],
    ),
    ("CIRCLECI", "CIRCLE_OIDC_TOKEN_V2", ".circleci/config.yml", IN_CIRCLE),
    ("CIRCLECI", "CIRCLE_OIDC_TOKEN", ".circleci/config.yml", IN_CIRCLE),
    (
        "BITBUCKET_BUILD_NUMBER",
        "BITBUCKET_STEP_OIDC_TOKEN",
        "bitbucket-pipelines.yml",
        ["oidc:", "  audiences: [\"HUB\"]"],
    ),
];
const IN_CIRCLE: [&str; 2] = [
    "- run: |",
    "    export HF_OIDC_ID_TOKEN=\"$(circleci run oidc get --claims '{\"aud\":\"HUB\"}')\"",
];

fn in_service(run: Run, marker: &str, variable: &str, identity: &str) -> Run {
    run.env(marker, "true").env(variable, identity)
}

#[test]
fn each_service_s_token_is_exchanged_as_it_is() {
    for (marker, variable, ..) in SERVICES {
        for identity in [&good_jwt("job"), "no-jwt-at-all"] {
            let (sandbox, hub) = (Sandbox::new(), hub_that_grants());
            let run = in_service(token(&sandbox, &hub), marker, variable, identity);

            let outcome = run.env("HF_TOKEN", "hf_test_env").run();

            outcome.succeeds().stdout_is(&format!("{GRANTED}\n"));
            assert_eq!(exchanged(&hub), [identity]);
            assert_eq!(sandbox.listing(), [""; 0]);
        }
    }
}

#[test]
fn a_token_for_others_is_told_before_anything_is_sent_and_no_other_is_taken() {
    for (marker, variable, place, lines) in SERVICES {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        sandbox.activate("hf_test_in_file_00000");
        let identity = jwt(json!({"aud": "org-1", "exp": FAR}));
        let run = in_service(token(&sandbox, &hub), marker, variable, &identity);
        // Good ones that come later.
        let run = match variable {
            "CIRCLE_OIDC_TOKEN_V2" => run.env("CIRCLE_OIDC_TOKEN", good_jwt("other")),
            _ => run,
        };
        let run = run.env("HF_TOKEN", "hf_test_env").env("BUILDKITE", "true");

        let outcome = run.run();

        let hub = hub.url();
        let [first, second] = lines.map(|line| line.replace("HUB", &hub));
        let said =
            format!("Error: OIDC Exchange failed. The id token in {variable} is for org-1, and not for {hub}.\n");
        outcome.fails_with(1).stdout_is("").stderr_has(&said).stderr_has(place);
        outcome.stderr_has(&format!(":\n  {first}\n  {second}\n"));
        outcome.nowhere(&identity).nowhere(SIGNATURE).nowhere("hf_test_env");
    }
}

#[test]
fn a_token_that_has_ended_is_told_too() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let identity = jwt(json!({"aud": [THE_HUB], "exp": LONG_AGO}));

    let outcome = token(&sandbox, &hub)
        .env("HF_OIDC_ID_TOKEN", &identity)
        .env("GITLAB_CI", "true")
        .run();

    outcome
        .fails_with(1)
        .stderr_has(
            "OIDC Exchange failed. The id token in HF_OIDC_ID_TOKEN ended at 2023-11-14 22:13:20 UTC (here it is ",
        )
        .stderr_has("  id_tokens:\n    HF_OIDC_ID_TOKEN: {aud: \"http://127.0.0.1:")
        .nowhere(&identity);
}

#[test]
fn outside_of_a_known_service_the_way_is_named() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let identity = jwt(json!({"aud": "x"}));
    let outcome = token(&sandbox, &hub).env("HF_OIDC_ID_TOKEN", identity).run();
    outcome
        .fails_with(1)
        .stderr_has("\nHint: have an id token for http://127.0.0.1:");
    assert_eq!(outcome.stderr.lines().count(), 2, "{}", outcome.stderr);
}

#[test]
fn a_service_that_gave_no_token_is_told_what_to_set() {
    for (marker, _, place, [first, _]) in SERVICES {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        let run = token(&sandbox, &hub).env(marker, "true").env("HF_TOKEN", "hf_test_env");
        run.run()
            .fails_with(1)
            .stdout_is("")
            .stderr_has(&format!(
                "OIDC Exchange failed. No OIDC id token is available: {marker} is set"
            ))
            .stderr_has(place)
            .stderr_has(first);
    }
}

#[test]
fn the_first_that_there_is_counts() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let file = sandbox.work().join("identity");
    fs::write(&file, "from-the-file\n").unwrap();
    let all = [
        ("HF_OIDC_ID_TOKEN", "ours"),
        ("HF_OIDC_ID_TOKEN_FILE", file.to_str().unwrap()),
        ("HF_ID_TOKEN", "gitlab"),
        ("CIRCLE_OIDC_TOKEN_V2", "circle-2"),
        ("CIRCLE_OIDC_TOKEN", "circle-1"),
        ("BITBUCKET_STEP_OIDC_TOKEN", "bitbucket"),
    ];
    let expected = ["ours", "from-the-file", "gitlab", "circle-2", "circle-1", "bitbucket"];
    for (left, expected) in expected.into_iter().enumerate() {
        hub.expect(
            "POST",
            "/oauth/token",
            Answer::json(200, json!({"access_token": GRANTED})),
        );
        let run = all[left..]
            .iter()
            .fold(token(&sandbox, &hub), |run, (name, value)| run.env(name, value));
        let markers = ["GITLAB_CI", "CIRCLECI", "BITBUCKET_BUILD_NUMBER"];
        markers
            .iter()
            .fold(run, |run, name| run.env(name, "1"))
            .run()
            .succeeds();
        assert_eq!(exchanged(&hub), [expected]);
    }
}

/// A service account token as the kubelet projects it: a link to a file behind a link to a folder, which is exchanged in one
/// step for another.
#[cfg(unix)]
struct Projected(PathBuf);

#[cfg(unix)]
impl Projected {
    fn new(sandbox: &Sandbox, identity: &str) -> Self {
        let volume = sandbox.root().join("volume");
        fs::create_dir(&volume).unwrap();
        let projected = Projected(volume);
        projected.rotate("..2026_11_24_1", identity);
        std::os::unix::fs::symlink("..data/token", projected.token()).unwrap();
        projected
    }

    fn token(&self) -> PathBuf {
        self.0.join("token")
    }

    fn rotate(&self, folder: &str, identity: &str) {
        use std::os::unix::fs::{PermissionsExt, symlink};
        fs::create_dir(self.0.join(folder)).unwrap();
        fs::write(self.0.join(folder).join("token"), identity).unwrap();
        fs::set_permissions(self.0.join(folder).join("token"), fs::Permissions::from_mode(0o600)).unwrap();
        symlink(folder, self.0.join("..data_tmp")).unwrap();
        fs::rename(self.0.join("..data_tmp"), self.0.join("..data")).unwrap();
        // Every pod's volume is a folder that everybody can write to, its owner root.
        fs::set_permissions(&self.0, fs::Permissions::from_mode(0o1777)).unwrap();
    }
}

#[test]
#[cfg(unix)]
fn a_projected_token_is_read_anew_each_time() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_grants());
    let (first, second) = (good_jwt("first"), good_jwt("second"));
    let projected = Projected::new(&sandbox, &first);
    let ask = || {
        token(&sandbox, &hub)
            .env("HF_OIDC_ID_TOKEN_FILE", projected.token())
            .run()
    };

    ask().succeeds().stdout_is(&format!("{GRANTED}\n"));
    projected.rotate("..2026_11_24_2", &second);
    hub.expect(
        "POST",
        "/oauth/token",
        Answer::json(200, json!({"access_token": GRANTED})),
    );
    ask().succeeds();

    assert_eq!(exchanged(&hub), [first, second]);
}

#[test]
#[cfg(unix)]
fn a_program_that_goes_on_reads_the_new_token_when_the_old_one_has_ended() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_grants());
    let ended = jwt(json!({"aud": THE_HUB, "exp": LONG_AGO}));
    let projected = Projected::new(&sandbox, &ended);
    let variables = [
        ("HF_HOME", sandbox.hf_home().into_os_string()),
        ("HF_ENDPOINT", hub.url().into()),
        ("HF_OIDC_RESOURCE", super::RESOURCE.into()),
        ("HF_OIDC_ID_TOKEN_FILE", projected.token().into()),
    ];
    let auth = hf_auth::Auth::from(hf_auth::Settings::from_variables(variables));

    let failure = auth.token().unwrap_err();
    assert_eq!(failure.kind(), hf_auth::ErrorKind::Exchange);
    assert!(failure.to_string().contains("ended at"), "{failure}");
    projected.rotate("..2026_11_24_2", &good_jwt("second"));
    for _ in 0..3 {
        assert_eq!(auth.token().unwrap().unwrap().expose(), GRANTED);
    }

    assert_eq!(exchanged(&hub), [good_jwt("second")]);
}

#[test]
fn a_file_that_gives_no_token_is_one_error_and_nothing_else_is_taken() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    sandbox.activate("hf_test_in_file_00000");
    let file = |name: &str, content: &[u8]| {
        let path = sandbox.work().join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    for (path, said) in [
        (file("empty", b"\n"), "is empty."),
        (file("words", b"two words"), "has white space in it."),
        (file("binary", b"\xff\xfe"), "has characters in it that are not ASCII."),
        (file("long", &vec![b'a'; 70_000]), "is longer than 64 KiB."),
        (file("huge", &vec![b'a'; 17 << 20]), "it is larger than 16 MiB."),
        (sandbox.work().join("none").display().to_string(), "there is no file "),
        (sandbox.work().display().to_string(), "Cannot read "),
        #[cfg(unix)]
        ("/dev/zero".to_owned(), "more than 1 MiB comes from it."),
    ] {
        let run = token(&sandbox, &hub).env("HF_OIDC_ID_TOKEN_FILE", &path);
        let outcome = run.env("HF_ID_TOKEN", "gitlab").env("GITLAB_CI", "true").run();
        outcome
            .fails_with(1)
            .stdout_is("")
            .stderr_has("Error: OIDC Exchange failed. HF_OIDC_ID_TOKEN_FILE gives no id token: ")
            .stderr_has(said)
            .stderr_has("\nHint: among the volumes of the pod");
        assert_eq!(outcome.stderr.lines().count(), 4, "{}", outcome.stderr);
        outcome.stderr_lacks("HF_TOKEN_PATH");
    }
}

#[test]
#[cfg(unix)]
fn run_exchanges_once_for_twenty_commands() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_grants());
    let script = "for i in 1 2 3 4 5; do \"$0\" auth token || exit; done";
    let run = sandbox.hf(&["auth", "run", "--", "sh", "-c", script, env!("CARGO_BIN_EXE_hf")]);
    let run = run.hub(&hub).env("HF_OIDC_RESOURCE", super::RESOURCE);

    let outcome = run.env("GITLAB_CI", "true").env("HF_ID_TOKEN", good_jwt("job")).run();

    outcome.succeeds().stdout_is(&format!("{GRANTED}\n").repeat(5));
    assert_eq!(exchanged(&hub).len(), 1);
}
