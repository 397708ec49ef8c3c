//! Logging in with the browser (RFC 8628): the Hub gives a code, the person enters it on the Hub's page, and the Hub is asked
//! until it gives the token.

use super::device::wait_for_grant;
use super::{Auth, GitCredential, Login};
use crate::clock::{self, Stopwatch};
use crate::error::{Error, ErrorKind, Result};
use crate::hub::{DeviceCode, Grant, Hub};
use crate::store::NewToken;

/// A login that waits for the person.
pub(crate) struct BrowserLogin<'a> {
    auth: &'a Auth<'a>,
    hub: Hub<'a>,
    code: DeviceCode,
}

impl Auth<'_> {
    /// Asks the Hub for a code.
    pub(crate) fn begin_browser_login(&self) -> Result<BrowserLogin<'_>> {
        let hub = self.hub()?;
        match hub.device_code() {
            Ok(code) => Ok(BrowserLogin { auth: self, hub, code }),
            // Nothing was asked, so nothing failed: the error says all there is to say.
            Err(error) if error.kind() == ErrorKind::Offline => Err(error),
            Err(error) => {
                let address = format!("{}/oauth/device", hub.endpoint());
                let sentence = format!("Login failed: Failed to request device code from {address}: {error}");
                Err(Error::new(error.kind(), sentence)
                    .with_hint_of(&error)
                    .with_source(error))
            }
        }
    }
}

impl BrowserLogin<'_> {
    /// What the person is shown.
    pub(crate) fn code(&self) -> &DeviceCode {
        &self.code
    }

    /// Waits for the person; `pending` is told each time that they have not decided yet.
    pub(crate) fn wait(&self, pending: impl FnMut()) -> Result<Grant> {
        let ask = || self.hub.poll(&self.code);
        let DeviceCode {
            interval, expires_in, ..
        } = self.code;
        wait_for_grant(interval, expires_in, &mut Stopwatch::start(), ask, pending)
            .map_err(|error| Error::new(ErrorKind::NotGranted, format!("Login failed: {error}")))
    }

    /// Stores what the Hub has granted.
    pub(crate) fn finish(&self, grant: &Grant) -> Result<Login> {
        let is_known = grant.expires_in.is_some_and(|seconds| seconds > 0);
        let new = NewToken {
            token: &grant.access_token,
            refresh_token: grant.refresh_token.as_ref(),
            expires_at: grant.expires_at(clock::now()).filter(|_| is_known),
            endpoint: self.hub.endpoint(),
        };
        self.auth.accept(&new, GitCredential::Leave, &self.hub)
    }
}
