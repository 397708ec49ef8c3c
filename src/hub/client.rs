//! The client of one address: what it trusts, through which proxy it goes, where it may be sent on to, and whether its
//! connection is kept.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, Url, redirect};
use rustls::ClientConfig;

use super::{names, tls, unusable};
use crate::error::Result;
use crate::settings::Settings;

const MOST_REDIRECTS: usize = 10;

/// Which certificates are trusted, for several connections: they are read once.
#[derive(Clone)]
pub(crate) struct Trust(ClientConfig);

impl Trust {
    /// What the settings name. Reads nothing yet.
    pub(crate) fn of(settings: &Settings) -> Result<Self> {
        let tls = tls::configuration(settings.certificates());
        tls.map(Trust).map_err(unusable)
    }
}

/// What becomes of a connection after its answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Connections {
    /// It does not outlive the runtime of its request.
    Once,
    Kept,
}

/// A client for requests to one address.
pub(super) fn client(
    settings: &Settings,
    address: &Url,
    timeout: Duration,
    trust: &Trust,
    connections: Connections,
) -> Result<Client> {
    let mut client = Client::builder()
        .tls_backend_preconfigured(trust.0.clone())
        .user_agent(settings.user_agent())
        .dns_resolver(Arc::new(names::SystemNames))
        .connect_timeout(timeout)
        .timeout(timeout)
        .referer(false)
        .pool_max_idle_per_host(usize::from(connections == Connections::Kept))
        .redirect(within_the_origin_of(address))
        .no_proxy();
    if let Some(proxy) = settings.proxies().of(address)? {
        let proxy = reqwest::Proxy::all(proxy.address.expose()).map_err(unusable)?;
        client = client.proxy(proxy);
    }
    client.build().map_err(unusable)
}

/// A redirect is followed while it stays with the endpoint's scheme, host and port. Elsewhere the answer ends there:
/// a request without its token would get a wrong answer, and one with it would give the token away.
fn within_the_origin_of(endpoint: &Url) -> redirect::Policy {
    let origin = endpoint.origin();
    redirect::Policy::custom(move |attempt| {
        if attempt.previous().len() > MOST_REDIRECTS {
            return attempt.error("too many redirects");
        }
        let target = attempt.url();
        let at_home = target.origin() == origin && target.username().is_empty() && target.password().is_none();
        if at_home { attempt.follow() } else { attempt.stop() }
    })
}
