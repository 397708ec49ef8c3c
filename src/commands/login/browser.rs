//! Logging in with the browser: the Hub gives a code, the person enters it on the Hub's page, and we ask until the Hub
//! gives the token.

use crate::commands::Context;
use crate::hub::Grant;
use crate::secret::redaction::masked_name;
use crate::ui::failure::Result;
use crate::ui::output::Output;
use crate::ui::prompt;
use crate::ui::text::escape;

const SECONDS_A_DAY: i64 = 24 * 60 * 60;

/// For a person, who sees a sign of life while they decide.
pub(super) fn log_in(context: &Context) -> Result<()> {
    let output = context.output;
    let login = prompt::while_waiting(|| context.auth.begin_browser_login())?;
    let code = login.code();
    let (address, user_code) = (escape(&code.address), escape(&code.user_code));
    output.lines(&format!("\n    Open this URL in your browser:\n        {address}\n"))?;
    output.lines(&format!("    And enter the code: {user_code}\n"))?;
    output.part("    Waiting for authorization")?;
    // A dot that cannot be shown is no reason to stop waiting.
    let grant = prompt::while_waiting(|| login.wait(|| drop(output.part("."))));
    output.lines("")?;
    let grant = grant?;
    prompt::while_waiting(|| login.finish(&grant))?;
    note_its_end(&grant, output);
    Ok(())
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
