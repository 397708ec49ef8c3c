//! A slow line: what a command takes when every round trip costs a tenth of a second, beside `curl` with the same requests.
//! The line is a relay of our own, and opening a connection through it costs a round trip too.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::hub::{Answer, WHOAMI, whoami};
use crate::tls::TlsHub;
use crate::world::{World, medians, once, ratio, shown, token};

const ONE_WAY: Duration = Duration::from_millis(50);
const ROUNDS: usize = 7;
const REPOSITORIES: usize = 100;
const TOKENS: usize = 20;
const OLD: &[&rustls::SupportedProtocolVersion] = &[&rustls::version::TLS12];

pub(crate) fn measure(world: &World) {
    let identity = Answer::json(200, whoami("alice", "token-000000", "write"));
    world.hub.always("GET", WHOAMI, identity);
    world.store(TOKENS);
    let old = TlsHub::speaking(&world.hub, OLD);
    world.trust(old.ca_pem());
    let http = format!("http://127.0.0.1:{}", relay(world.hub.port()));
    let [new, old] = [world.tls.port(), old.port()].map(|port| format!("https://localhost:{}", relay(port)));

    println!("\n| over a line of 100 ms | ours | `curl` | ÷ |\n| --- | --- | --- | --- |");
    let given = token(0);
    for (over, endpoint) in [("http", &http), ("TLS 1.3", &new), ("TLS 1.2", &old)] {
        for arguments in [&["auth", "whoami"][..], &["auth", "login", "--token", &given]] {
            let name = arguments.join(" ").replace(&given, "…");
            let curl = world.curl(&[&format!("{endpoint}{WHOAMI}")]);
            row(&format!("`hf {name}`, {over}"), world.asking(arguments, endpoint), curl);
        }
    }
    checks(world, "http", &http);
    checks(world, "TLS 1.3", &new);
    statuses(world, &new);
    world.store(3);
}

fn row(name: &str, mut ours: Command, mut curl: Command) {
    let times = medians(ROUNDS, &mut [&mut ours, &mut curl]);
    let over = ratio(times[0], times[1]);
    println!("| {name} | {} | {} | {over:.2} |", shown(times[0]), shown(times[1]));
}

/// A hundred repositories, four at a time.
fn checks(world: &World, over: &str, endpoint: &str) {
    let names: Vec<String> = (0..REPOSITORIES).map(|number| format!("acme/far-{number}")).collect();
    let path = |name: &String| format!("/api/models/{name}/auth-check");
    for name in &names {
        world.hub.always("GET", &path(name), Answer::text(200, "OK"));
    }
    let file = world.path("far");
    std::fs::write(&file, names.join("\n")).unwrap();
    let ours = world.asking(&["auth", "check", "-q", "--file", file.to_str().unwrap()], endpoint);
    let addresses: Vec<String> = names.iter().map(|name| format!("{endpoint}{}", path(name))).collect();
    let mut options = vec!["--parallel", "--parallel-max", "4"];
    options.extend(addresses.iter().map(String::as_str));
    row(
        &format!("`hf auth check` of a hundred repositories, {over}"),
        ours,
        world.curl(&options),
    );
}

/// Every stored token, four at a time: how long, in round trips.
fn statuses(world: &World, endpoint: &str) {
    let mut status = world.asking(&["auth", "status", "-q", "--check", "--all"], endpoint);
    once(&mut status);
    let trips = once(&mut status).as_secs_f64() / (2 * ONE_WAY).as_secs_f64();
    println!(
        "\n`hf auth status --check --all` of {TOKENS} tokens, TLS 1.3: {trips:.1} round trips, 3 of them to connect."
    );
}

/// Listens, and passes on what comes as late as a long line would; gives its port.
fn relay(to: u16) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for near in listener.incoming().flatten() {
            let far = TcpStream::connect((Ipv4Addr::LOCALHOST, to)).unwrap();
            // What is sent at once would have had to wait for the connection.
            pass(near.try_clone().unwrap(), far.try_clone().unwrap(), 2 * ONE_WAY);
            pass(far, near, Duration::ZERO);
        }
    });
    port
}

/// One direction; `opening` later than the line alone for what comes within the opening.
fn pass(mut from: TcpStream, mut to: TcpStream, opening: Duration) {
    from.set_nodelay(true).unwrap();
    let opened = Instant::now() + opening;
    let (sender, receiver) = mpsc::channel::<(Instant, Vec<u8>)>();
    thread::spawn(move || {
        for (due, bytes) in receiver {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if bytes.is_empty() || to.write_all(&bytes).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
    thread::spawn(move || {
        let mut buffer = [0; 16 * 1024];
        loop {
            let count = from.read(&mut buffer).unwrap_or(0);
            let due = Instant::now().max(opened) + ONE_WAY;
            if sender.send((due, buffer[..count].to_vec())).is_err() || count == 0 {
                break;
            }
        }
    });
}
