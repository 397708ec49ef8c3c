//! The way to `https://huggingface.co` that ends on this machine: a proxy which leads to a stub of the Hub, behind TLS with a
//! certificate made for that name. It leads nowhere else, so no request leaves the machine.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::thread;

use anyhow::{Context, Result};
use rcgen::{CertificateParams, KeyPair};

use crate::hub::StubHub;
use crate::tls::TlsHub;

const HOST: &str = "huggingface.co";
const LONGEST_HEAD: usize = 8 * 1024;

/// The proxy and what is behind it. Both last as long as this program.
pub(crate) struct Way {
    proxy: String,
    /// What makes `hf` trust the stub.
    pub(crate) certificate: String,
    _tls: TlsHub,
}

impl Way {
    pub(crate) fn to(hub: &StubHub) -> Result<Self> {
        let key = KeyPair::generate()?;
        let certificate = CertificateParams::new([HOST.to_owned()])?.self_signed(&key)?.pem();
        let tls = TlsHub::showing(hub, &certificate, &key.serialize_pem());
        let url = tls.url();
        let (_, port) = url.rsplit_once(':').context("the stub has no port")?;
        let port = port.parse()?;
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let proxy = format!("http://{}", socket.local_addr()?);
        thread::spawn(move || {
            for client in socket.incoming().flatten() {
                thread::spawn(move || lead(&client, port));
            }
        });
        Ok(Self {
            proxy,
            certificate,
            _tls: tls,
        })
    }

    /// What a shell sets to go this way, with the certificate in this file.
    pub(crate) fn exports(&self, certificate: &Path) -> String {
        let (proxy, certificate) = (&self.proxy, certificate.display());
        format!("unset HF_HUB_OFFLINE\nexport HTTPS_PROXY={proxy} SSL_CERT_FILE={certificate}\n")
    }
}

/// One tunnel, from its `CONNECT` to its end.
fn lead(mut client: &TcpStream, port: u16) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && head.len() < LONGEST_HEAD {
        let mut byte = [0];
        client.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    if !head.starts_with(format!("CONNECT {HOST}:443 ").as_bytes()) {
        return client.write_all(b"HTTP/1.1 403 Forbidden\r\n\r\n");
    }
    let hub = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
    thread::scope(|scope| {
        scope.spawn(|| {
            let _ = io::copy(&mut &*client, &mut &hub);
            let _ = hub.shutdown(Shutdown::Write);
        });
        let _ = io::copy(&mut &hub, &mut client);
        let _ = client.shutdown(Shutdown::Both);
    });
    Ok(())
}
