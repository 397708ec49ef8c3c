//! Logging in with the browser: the Hub gives a code, the person enters it on the Hub's page, and we ask until the Hub
//! gives the token.

use crate::auth::Login;
use crate::commands::Context;
use crate::hub::Grant;
use crate::programs::browser::Opening;
use crate::secret::redaction::masked_name;
use crate::settings::Desktop;
use crate::ui::failure::Result;
use crate::ui::output::Output;
use crate::ui::prompt;
use crate::ui::text::escape;

const SECONDS_A_DAY: i64 = 24 * 60 * 60;

/// For a person, who sees a sign of life while they decide. Where they sit at a desktop, Enter opens the address, if `may_open`.
pub(super) fn log_in(context: &Context, may_open: bool) -> Result<Login> {
    let output = context.output;
    let login = prompt::while_waiting(|| context.auth.begin_browser_login())?;
    let code = login.code();
    let (address, user_code) = (escape(&code.address), escape(&code.user_code));
    output.lines(&format!("\n    Open this URL in your browser:\n        {address}\n"))?;
    output.lines(&format!("    And enter the code: {user_code}\n"))?;
    let opening = opening(&code.address, context).filter(|_| may_open);
    if opening.is_some() {
        output.lines("    Press Enter to open it in your browser.\n")?;
    }
    let task = ("Waiting for authorization", code.expires_in);
    let on_enter = opening.map(|opening| || opening.start());
    let grant = prompt::while_they_act(output, task, on_enter, |pending| login.wait(pending))??;
    let stored = prompt::while_waiting(|| login.finish(&grant))?;
    note_its_end(&grant, output);
    Ok(stored)
}

/// How to open the address here, if there is somebody to press Enter and a browser to open it in.
fn opening(address: &str, context: &Context) -> Option<Opening> {
    match &context.auth.settings().desktop() {
        Desktop::Here(browser) if prompt::can_ask(context.output) => Opening::of(address, browser.as_deref()),
        _ => None,
    }
}

/// For an agent, which passes on to its person what it reads.
pub(super) fn log_in_through_an_agent(context: &Context) -> Result<()> {
    let output = context.output;
    let login = prompt::while_waiting(|| context.auth.begin_browser_login())?;
    let code = login.code();
    output.line(&format!(
        "Ask the user to open {} in a browser and enter the code {}. The code expires in {} seconds. Waiting for authorization...",
        code.address,
        code.user_code,
        code.expires_in.as_secs()
    ))?;
    let grant = prompt::while_waiting(|| login.wait(|| ()))?;
    let stored = prompt::while_waiting(|| login.finish(&grant))?;
    note_its_end(&grant, output);
    let (user, name) = (masked_name(&stored.identity.user), masked_name(&stored.token_name));
    output.line(&format!(
        "Login successful: logged in as {user} (token saved as '{name}')."
    ))
}

/// Whether the person will have to come back.
fn note_its_end(grant: &Grant, output: &Output) {
    match (grant.expires_in, &grant.refresh_token) {
        (None | Some(..=0), _) => {}
        (Some(_), Some(_)) => output.say("Note: This token will be refreshed automatically when it expires."),
        (Some(seconds), None) => {
            let days = (seconds / SECONDS_A_DAY).max(1);
            output.say(&format!(
                "Note: This token expires in {days} days. Log in again to renew it."
            ));
        }
    }
}
