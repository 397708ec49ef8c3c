//! Logging in with the browser: the Hub gives a code, the person enters it on the Hub's page, and we ask until the Hub
//! gives the token.

use crate::auth::device::{self, DeviceError};
use crate::auth::session::{self, GitCredential, Login};
use crate::clock::{self, Stopwatch};
use crate::commands::Context;
use crate::error::{Error, Result};
use crate::hub::{DeviceCode, Grant, Hub};
use crate::secret::Secret;
use crate::secret::redaction::masked_name;
use crate::store::NewToken;
use crate::ui::output::Output;
use crate::ui::prompt;
use crate::ui::text::escape;

const SECONDS_A_DAY: i64 = 24 * 60 * 60;

/// For a person, who sees a sign of life while they decide.
pub(super) fn log_in(context: &Context) -> Result<()> {
    let output = &context.output;
    let notify = context.notify();
    let hub = Hub::new(&context.settings, &notify)?;
    let code = request_code(&hub, context)?;
    let (address, user_code) = (escape(&code.address), escape(&code.user_code));
    output.lines(&format!("\n    Open this URL in your browser:\n        {address}\n"))?;
    output.lines(&format!("    And enter the code: {user_code}\n"))?;
    output.part("    Waiting for authorization")?;
    // A dot that cannot be shown is no reason to stop waiting.
    let grant = wait(&hub, &code, || drop(output.part(".")));
    output.lines("")?;
    let grant = grant?;
    store(&grant, &hub, context)?;
    note_its_end(&grant, output);
    Ok(())
}

/// For an agent, which passes on to its person what it reads.
pub(super) fn log_in_through_an_agent(context: &Context) -> Result<()> {
    let output = &context.output;
    let notify = context.notify();
    let hub = Hub::new(&context.settings, &notify)?;
    let code = request_code(&hub, context)?;
    output.line(&format!(
        "Ask the user to open {} in a browser and enter the code {}. The code expires in {} seconds. Waiting for authorization...",
        code.address,
        code.user_code,
        code.expires_in.as_secs()
    ))?;
    let grant = wait(&hub, &code, || ())?;
    let login = store(&grant, &hub, context)?;
    note_its_end(&grant, output);
    let (user, name) = (masked_name(&login.identity.user), masked_name(&login.token_name));
    output.line(&format!(
        "Login successful: logged in as {user} (token saved as '{name}')."
    ))
}

fn request_code(hub: &Hub, context: &Context) -> Result<DeviceCode> {
    prompt::while_waiting(|| hub.device_code()).map_err(|error| {
        // Nothing was asked, so nothing failed: the error says all there is to say.
        if context.settings.offline {
            return error;
        }
        let address = format!("{}/oauth/device", hub.endpoint());
        Error::failed(format!(
            "Login failed: Failed to request device code from {address}: {error}"
        ))
        .advised_by(&error)
        .because(error)
    })
}

fn wait(hub: &Hub, code: &DeviceCode, pending: impl FnMut()) -> Result<Grant> {
    let ask = || hub.poll(code);
    let grant = prompt::while_waiting(|| {
        device::wait_for_grant(code.interval, code.expires_in, &mut Stopwatch::start(), ask, pending)
    });
    grant.map_err(|error: DeviceError| Error::failed(format!("Login failed: {error}")))
}

fn store(grant: &Grant, hub: &Hub, context: &Context) -> Result<Login> {
    let notify = context.notify();
    let accept = || session::accept(&new_token(grant), GitCredential::Leave, hub, &context.settings, &notify);
    prompt::while_waiting(accept)
}

fn new_token(grant: &Grant) -> NewToken<'_> {
    let is_known = grant.expires_in.is_some_and(|seconds| seconds > 0);
    let token: &Secret = &grant.access_token;
    NewToken {
        token,
        refresh_token: grant.refresh_token.as_ref(),
        expires_at: grant.expires_at(clock::now()).filter(|_| is_known),
    }
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
