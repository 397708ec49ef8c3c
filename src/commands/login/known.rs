//! Who is logged in: what a person at a terminal is told before a second login, and at the end of each.

use crate::auth::{LoggedInBy, Login};
use crate::commands::Context;
use crate::secret::redaction::masked_name;
use crate::ui::failure::Result;
use crate::ui::prompt;

/// Says what makes one logged in, and asks whether another account is wanted. Without a terminal the answer is no.
pub(super) fn wants_another(by: &LoggedInBy, context: &Context) -> Result<bool> {
    let output = context.output;
    if !prompt::can_ask(output) {
        return Ok(false);
    }
    match by {
        LoggedInBy::Stored(name) => {
            output.say(&format!("You are logged in with the token `{}`.", masked_name(name)));
        }
        LoggedInBy::File(path) => output.say(&format!(
            "You are logged in with the token in {}. It is stored nowhere else: another login replaces it.",
            path.display()
        )),
        LoggedInBy::Variable(name) => {
            output.say(&format!("You are logged in with the token in {name}."));
            output.hint(&format!(
                "`unset {name}` first, then `hf auth login` logs in another account."
            ));
            return Ok(false);
        }
        LoggedInBy::Exchange => {
            output.say("You are logged in by HF_OIDC_RESOURCE, without a stored token.");
            return Ok(false);
        }
        LoggedInBy::Expired => {}
    }
    prompt::confirm(output, "Add another account?")
}

/// The last line of a login on a terminal, and what still stands before the new token.
pub(super) fn say_who(login: &Login, context: &Context) {
    let output = context.output;
    if !output.is_watched() {
        return;
    }
    let variables = &context.auth.settings().environment_tokens;
    if let Some((name, _)) = variables.iter().find(|(_, token)| token.is_some()) {
        output.hint(&format!("`unset {name}` to use the token that you have just stored."));
    }
    let names = login.identity.organizations.iter().map(|name| masked_name(name));
    let organizations = names.collect::<Vec<_>>().join(", ");
    let organizations = match organizations.is_empty() {
        true => organizations,
        false => format!(" (orgs: {organizations})"),
    };
    output.say(&format!(
        "Logged in as {}{organizations}.",
        masked_name(&login.identity.user)
    ));
}
