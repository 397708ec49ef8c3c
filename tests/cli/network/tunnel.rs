//! The smallest proxies there are: CONNECT and SOCKS5, for one connection each.

use std::io::{Read, Write, copy};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread::{self, JoinHandle};

/// A proxy for one connection: a handshake that names where to, then bytes both ways.
pub(super) struct Tunnel {
    pub(super) port: u16,
    thread: JoinHandle<String>,
}

pub(super) type Handshake = fn(&mut TcpStream) -> (u16, String);

impl Tunnel {
    pub(super) fn start(handshake: Handshake) -> Self {
        let socket = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = socket.local_addr().unwrap().port();
        let thread = thread::spawn(move || {
            let mut client = socket.accept().unwrap().0;
            let (target, seen) = handshake(&mut client);
            let server = TcpStream::connect(("127.0.0.1", target)).unwrap();
            thread::scope(|scope| {
                scope.spawn(|| {
                    let _ = copy(&mut &client, &mut &server);
                    let _ = server.shutdown(Shutdown::Write);
                });
                let _ = copy(&mut &server, &mut &client);
                let _ = client.shutdown(Shutdown::Both);
            });
            seen
        });
        Self { port, thread }
    }

    /// What the handshake saw.
    pub(super) fn finish(self) -> String {
        self.thread.join().unwrap()
    }
}

pub(super) fn connect_handshake(client: &mut TcpStream) -> (u16, String) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    client
        .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
        .unwrap();
    let head = String::from_utf8(head).unwrap();
    let authority = head.split(' ').nth(1).unwrap();
    (authority.rsplit(':').next().unwrap().parse().unwrap(), head)
}

/// RFC 1928 without a password.
pub(super) fn socks_handshake(client: &mut TcpStream) -> (u16, String) {
    let mut exactly = |count: usize| {
        let mut bytes = vec![0; count];
        client.read_exact(&mut bytes).unwrap();
        bytes
    };
    let methods = exactly(2);
    exactly(methods[1].into());
    client.write_all(&[5, 0]).unwrap();
    let mut exactly = |count: usize| {
        let mut bytes = vec![0; count];
        client.read_exact(&mut bytes).unwrap();
        bytes
    };
    let request = exactly(4);
    let host = match request[3] {
        1 => exactly(4),
        3 => {
            let length = exactly(1)[0];
            exactly(length.into())
        }
        kind => panic!("address kind {kind}"),
    };
    let port = exactly(2);
    client.write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 0]).unwrap();
    (u16::from_be_bytes([port[0], port[1]]), format!("{host:?}"))
}
