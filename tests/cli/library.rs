//! The library in somebody else's program.

use hf_auth::{Settings, silent};

use crate::support::{Answer, Sandbox, StubHub};

#[test]
fn it_works_within_an_asynchronous_runtime() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let section = "[oauth-carol]\nhf_token = hf_test_old\nrefresh_token = hf_test_refresh\nexpires_at = 1\n\n";
    sandbox.write("stored_tokens", section);
    sandbox.activate("hf_test_old");
    let grant = serde_json::json!({"access_token": "hf_test_new", "expires_in": 4_000_000});
    hub.expect("POST", "/oauth/token", Answer::json(200, grant));
    let home = sandbox.hf_home();
    let variables = [
        ("HF_HOME", home.as_os_str().to_owned()),
        ("HF_ENDPOINT", hub.url().into()),
    ];
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();

    let token = runtime.block_on(async {
        let settings = Settings::from_variables(variables);
        hf_auth::get_token(&settings, &silent).unwrap()
    });

    assert_eq!(token.unwrap().expose(), "hf_test_new");
}
