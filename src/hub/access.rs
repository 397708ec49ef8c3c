//! The Hub's word on what a token may do with a repository, and on what it says of tokens that are to be judged by it: read,
//! and not yet judged.

use std::time::Duration;

use reqwest::StatusCode;

use super::{Hub, Repo, failure};
use crate::error::Result;
use crate::secret::Secret;

/// What is wanted of a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// To see it and to download from it.
    Read,
    /// To upload to it.
    Write,
}

impl Access {
    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Access::Read => "read",
            Access::Write => "write",
        }
    }
}

/// What the Hub answered. Whatever a server chose is fit to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// `X-Error-Code`.
    pub(crate) code: Option<String>,
    /// The Hub's own words.
    pub(crate) message: Option<String>,
    /// What the request can be found again by.
    pub(crate) request_id: Option<String>,
    /// How long to wait before the next question.
    pub(crate) wait: Option<Duration>,
}

impl Hub<'_> {
    /// Asks whether a token, or nobody, may do this (`GET /api/{type}s/{id}/auth-check[/write]`). An error: the Hub did not
    /// say.
    pub(crate) fn auth_check(&self, repo: &Repo, access: Access, token: Option<&Secret>) -> Result<Reply> {
        self.reply(repo, access, token).map_err(|error| self.redacted(error))
    }

    fn reply(&self, repo: &Repo, access: Access, token: Option<&Secret>) -> Result<Reply> {
        let write = match access {
            Access::Read => "",
            Access::Write => "/write",
        };
        let path = format!("/api/{}s/{}/auth-check{write}", repo.kind().word(), repo.id());
        let answer = self.get_as(&path, token)?;
        let is_no_answer = [StatusCode::PROXY_AUTHENTICATION_REQUIRED, StatusCode::REQUEST_TIMEOUT];
        let status = answer.status;
        if status.is_server_error() || status.is_redirection() || is_no_answer.contains(&status) {
            return Err(failure::of_question(&answer));
        }
        // A login page is not the Hub's yes.
        let content_type = answer.header("content-type").unwrap_or_default();
        if status.is_success() && content_type.to_lowercase().contains("html") {
            return Err(failure::in_between(self, &answer));
        }
        Ok(Reply {
            status: status.as_u16(),
            code: answer.header("x-error-code"),
            message: Some(failure::server_message(&answer)).filter(|said| !said.is_empty()),
            request_id: failure::identified(&answer).map(|(_, id)| id),
            wait: failure::limit(&answer).map(|(wait, _)| wait),
        })
    }
}
