//! Ending tokens: whoever has one may, without any other right.

use std::time::Duration;

use reqwest::StatusCode;
use serde::Serialize;

use super::{Body, Hub, curl, failure};
use crate::error::{Error, ErrorKind, Result};
use crate::secret::Secret;

const REVOKE: &str = "/api/credentials/revoke";

#[derive(Serialize)]
struct Credentials<'a> {
    credentials: &'a [&'a str],
}

/// What the Hub made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Revoking {
    /// It took them. It does not say whether it knew them.
    Taken,
    /// It has no such address.
    Unknown,
}

impl Hub<'_> {
    /// Has tokens ended (`POST /api/credentials/revoke`), in the body and without any other token.
    pub(crate) fn revoke(&self, credentials: &[Secret]) -> Result<Revoking> {
        credentials.iter().for_each(|credential| self.remember(credential));
        self.revoking(credentials).map_err(|error| self.redacted(error))
    }

    fn revoking(&self, credentials: &[Secret]) -> Result<Revoking> {
        let exposed: Vec<&str> = credentials.iter().map(Secret::expose).collect();
        let hidden = vec![curl::REDACTED; exposed.len()];
        let body = Body {
            kind: "application/json",
            text: json(&exposed)?,
            shown: json(&hidden)?,
        };
        let answer = self.post(REVOKE, body, self.timeout)?;
        match answer.status {
            StatusCode::NOT_FOUND => Ok(Revoking::Unknown),
            status if status.is_success() => Ok(Revoking::Taken),
            _ => Err(failure::of_question(&answer)),
        }
    }

    /// The most that is waited for an answer.
    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }
}

fn json(credentials: &[&str]) -> Result<String> {
    serde_json::to_string(&Credentials { credentials })
        .map_err(|cause| Error::new(ErrorKind::UnexpectedAnswer, "No request can be made.").with_source(cause))
}
