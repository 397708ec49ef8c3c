//! What the Hub's replies mean: the status counts first, then `X-Error-Code`, and the message only refines. Pure.

use std::fmt;
use std::time::Duration;

use crate::hub::{Access, Reply, Repo};
use crate::settings::Endpoint;

/// The Hub's code for a repository that wants its visitors to ask first.
const GATED: &str = "GatedRepo";

/// What came of the question whether a token may do something with a repository. It displays as one word, such as
/// `not-requested`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccessState {
    /// It may.
    Allowed,
    /// Nobody was logged in, and the Hub wants to know who asks.
    NotLoggedIn,
    /// It is gated, and the account has not asked for access.
    NotRequested,
    /// It is gated, and its authors have not answered yet.
    Pending,
    /// It is gated, and its authors have said no.
    Rejected,
    /// The account might, but this fine-grained token may not.
    TokenScope,
    /// It may read, and not write.
    ReadOnly,
    /// The organization does not accept this token.
    OrgPolicy,
    /// There is none of that name, or none that the account may know of.
    NotFound,
    /// The Hub does not know the token, or no longer.
    BadToken,
    /// The Hub has been asked too often.
    RateLimited,
    /// There is no answer.
    Unreachable,
    /// The Hub refuses, in its own words.
    Denied,
}

impl AccessState {
    /// The Hub said no.
    pub fn is_refusal(self) -> bool {
        self != AccessState::Allowed && !self.is_unanswered()
    }

    /// The Hub did not say.
    pub fn is_unanswered(self) -> bool {
        matches!(self, AccessState::RateLimited | AccessState::Unreachable)
    }

    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            AccessState::Allowed => "ok",
            AccessState::NotLoggedIn => "not-logged-in",
            AccessState::NotRequested => "not-requested",
            AccessState::Pending => "pending",
            AccessState::Rejected => "rejected",
            AccessState::TokenScope => "token-scope",
            AccessState::ReadOnly => "read-only",
            AccessState::OrgPolicy => "org-policy",
            AccessState::NotFound => "not-found",
            AccessState::BadToken => "bad-token",
            AccessState::RateLimited => "rate-limited",
            AccessState::Unreachable => "unreachable",
            AccessState::Denied => "denied",
        }
    }
}

impl fmt::Display for AccessState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// What was asked.
pub(super) struct Asked {
    pub(super) access: Access,
    pub(super) with_token: bool,
}

/// What a reply says by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judgement {
    Is(AccessState),
    /// Either the token is bad, or there is no such repository.
    DependsOnTheToken,
    /// Writing is refused, for a reason that reading shows.
    DependsOnReading,
}

/// A reply that is neither a failure of the Hub's nor a wish for rest.
pub(super) fn judge(reply: &Reply, asked: &Asked) -> Judgement {
    match reply.status {
        200..300 => Judgement::Is(AccessState::Allowed),
        401 if asked.with_token => Judgement::DependsOnTheToken,
        401 => Judgement::Is(AccessState::NotLoggedIn),
        403 if asked.access == Access::Write => Judgement::DependsOnReading,
        403 => Judgement::Is(refusal(reply)),
        404 => Judgement::Is(AccessState::NotFound),
        _ => Judgement::Is(AccessState::Denied),
    }
}

/// A 401 that was not for the token's sake.
pub(super) fn of_a_good_token(reply: &Reply) -> AccessState {
    match is_gated(reply) {
        true => refusal(reply),
        false => AccessState::NotFound,
    }
}

fn is_gated(reply: &Reply) -> bool {
    let code = reply.code.as_deref().unwrap_or_default();
    code.eq_ignore_ascii_case(GATED)
}

/// What the message makes of a refusal.
fn refusal(reply: &Reply) -> AccessState {
    let said = reply.message.as_deref().unwrap_or_default().to_lowercase();
    let is_about = |words: &[&str]| words.iter().any(|word| said.contains(word));
    if is_about(&["fine-grained token"]) {
        return AccessState::TokenScope;
    }
    let fates = ["revoked", "pending", "denied", "rejected", "approv"];
    if is_about(&["your token"]) && is_about(&["organization"]) && is_about(&fates) {
        return AccessState::OrgPolicy;
    }
    match said {
        _ if !is_gated(reply) => AccessState::Denied,
        said if said.contains("not in the authorized list") => AccessState::NotRequested,
        said if said.contains("awaiting a review") => AccessState::Pending,
        said if said.contains("has been rejected") => AccessState::Rejected,
        _ => AccessState::Denied,
    }
}

/// What to do about it.
pub(super) fn next_step(
    state: AccessState,
    repo: &Repo,
    endpoint: &Endpoint,
    wait: Option<Duration>,
    is_in_environment: &dyn Fn() -> bool,
) -> Option<String> {
    let page = repo.page(endpoint);
    let settings = format!("{endpoint}/settings/tokens");
    Some(match state {
        AccessState::Allowed => return None,
        AccessState::NotLoggedIn => {
            "run `hf auth login`, or name a stored token with `--token-name`: the Hub wants to know who asks."
                .to_owned()
        }
        AccessState::NotRequested => format!("ask for access at {page}"),
        AccessState::Pending => format!("wait for its authors; {page} shows what became of the request."),
        AccessState::Rejected => format!("ask its authors for the reason, or use another account: {page}"),
        AccessState::TokenScope => format!("let the token do this, at {settings}"),
        AccessState::ReadOnly => {
            format!("use a token that may write, from {settings}, of an account that the owner lets write.")
        }
        AccessState::OrgPolicy => {
            let owner = repo.owner().unwrap_or("the organization");
            format!("ask an administrator of {owner} to accept this token.")
        }
        AccessState::NotFound => {
            "check its name and its type (`--type`); if it is private, use a token that may see it.".to_owned()
        }
        AccessState::BadToken if is_in_environment() => {
            format!("unset HF_TOKEN to use the stored token, or set it to a new one from {settings}")
        }
        AccessState::BadToken => format!("run `hf auth login --force` with a new token from {settings}"),
        AccessState::RateLimited => match wait {
            Some(wait) => format!("ask again in {} seconds.", wait.as_secs()),
            None => "ask again later.".to_owned(),
        },
        AccessState::Unreachable => "ask again later.".to_owned(),
        AccessState::Denied => format!("see {page} in a browser, logged in as the token's owner."),
    })
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;
    use AccessState::*;

    fn reply(status: u16, code: &str, message: &str) -> Reply {
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Reply {
            status,
            code: text(code),
            message: text(message),
            request_id: None,
            wait: None,
        }
    }

    const READ: Asked = Asked {
        access: Access::Read,
        with_token: true,
    };

    #[test]
    fn a_reply_is_told_by_its_status_then_its_code_then_its_words() {
        let fine_grained =
            "Please enable access to public gated repositories in your fine-grained token settings to view this";
        let revoked = "Your token has been revoked by the organization administrator, see …";
        for (status, code, message, state) in [
            (200, "", "", Allowed),
            (204, "GatedRepo", "not in the authorized list", Allowed),
            (404, "RepoNotFound", "", NotFound),
            (404, "", "awaiting a review from the repo authors", NotFound),
            (
                403,
                "GatedRepo",
                "Access to model acme/x is restricted and you are not in the authorized list. Visit https://hub.lan/acme/x to ask for access.",
                NotRequested,
            ),
            (
                403,
                "GatedRepo",
                "Your request to access model acme/x is awaiting a review from the repo authors.",
                Pending,
            ),
            (
                403,
                "GatedRepo",
                "Your request to access model acme/x has been rejected by the repo's authors.",
                Rejected,
            ),
            (403, "GatedRepo", fine_grained, TokenScope),
            (403, "", fine_grained, TokenScope),
            (403, "", revoked, OrgPolicy),
            (
                403,
                "",
                "Your token is pending approval by the organization acme.",
                OrgPolicy,
            ),
            (
                403,
                "",
                "Your token has been denied by the organization administrator.",
                OrgPolicy,
            ),
            (403, "GatedRepo", "something new", Denied),
            (403, "", "you are not in the authorized list", Denied),
            (403, "", "has been rejected", Denied),
            (403, "DisabledRepo", "Access to this resource is disabled.", Denied),
            (403, "", "", Denied),
            (451, "", "legal reasons", Denied),
            (400, "", "", Denied),
        ] {
            let judged = judge(&reply(status, code, message), &READ);
            assert_eq!(judged, Judgement::Is(state), "{status} {code} {message}");
        }
    }

    #[test]
    fn what_a_reply_does_not_say_is_asked_for() {
        let unknown = reply(401, "", "");
        let gated = reply(401, "GatedRepo", "restricted");
        let nobody = Asked {
            with_token: false,
            ..READ
        };
        let writing = Asked {
            access: Access::Write,
            ..READ
        };
        for reply in [&unknown, &gated] {
            assert_eq!(judge(reply, &READ), Judgement::DependsOnTheToken);
            assert_eq!(judge(reply, &nobody), Judgement::Is(NotLoggedIn));
        }
        assert_eq!(
            judge(&reply(403, "", "read only"), &writing),
            Judgement::DependsOnReading
        );
        assert_eq!(judge(&reply(404, "", ""), &writing), Judgement::Is(NotFound));
        assert_eq!(of_a_good_token(&unknown), NotFound);
        assert_eq!(of_a_good_token(&gated), Denied);
    }

    #[test]
    fn every_refusal_has_one_next_step_and_success_none() {
        let endpoint = Endpoint::parse(OsStr::new("https://hub.lan")).unwrap();
        let repo = Repo::parse("datasets/acme/x", None, &endpoint).unwrap();
        let all = [
            NotLoggedIn,
            NotRequested,
            Pending,
            Rejected,
            TokenScope,
            ReadOnly,
            OrgPolicy,
            NotFound,
            BadToken,
            RateLimited,
            Unreachable,
            Denied,
        ];
        let mut steps: Vec<String> = Vec::new();
        for state in all {
            let step = next_step(state, &repo, &endpoint, Some(Duration::from_secs(90)), &|| false).unwrap();
            assert!(!steps.contains(&step), "{state}: {step}");
            steps.push(step);
        }
        assert_eq!(steps[1], "ask for access at https://hub.lan/datasets/acme/x");
        assert_eq!(next_step(Allowed, &repo, &endpoint, None, &|| false), None);
        assert!(all.iter().all(|state| state.is_refusal() != state.is_unanswered()));
    }
}
