//! Looking up the names of hosts: on a thread of its own, so that a name server that does not answer holds up no more than
//! the request may take, and here where no thread is to be had, which is better than not at all.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::thread;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::oneshot;

/// As the system looks names up.
pub(super) struct SystemNames;

impl Resolve for SystemNames {
    fn resolve(&self, name: Name) -> Resolving {
        let (sender, receiver) = oneshot::channel();
        let host = name.as_str().to_owned();
        let looking = thread::Builder::new().spawn(move || sender.send(addresses_of(&host)));
        Box::pin(async move {
            let found = match looking {
                Ok(_) => receiver.await?,
                Err(_) => addresses_of(name.as_str()),
            };
            let addresses: Addrs = Box::new(found?.into_iter());
            Ok(addresses)
        })
    }
}

/// The port is filled in by whoever asks.
fn addresses_of(host: &str) -> io::Result<Vec<SocketAddr>> {
    Ok((host, 0).to_socket_addrs()?.collect())
}
