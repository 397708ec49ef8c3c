//! A fleet: hundreds of processes that start at once, with one folder of tokens.

use std::fs::File;
use std::process::{Child, Command};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use nix::sys::wait::{WaitStatus, wait};
use serde_json::json;

use crate::commands::write_durably;
use crate::hub::{Answer, WHOAMI, whoami};
use crate::world::{World, median, ratio, shown, token};

const PROCESSES: usize = 200;
const ROUNDS: usize = 5;

pub(crate) fn measure(world: &World) {
    println!("\n| {PROCESSES} processes at once | |\n| --- | --- |");
    renewals(world);
    logins(world);
    world.store(3);
}

/// Each wants a token that has to be renewed first.
fn renewals(world: &World) {
    let mut all = Vec::new();
    for _ in 0..ROUNDS {
        let end = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() + 60;
        let renewable = format!(
            "[a]\nhf_token = {}\nrefresh_token = hf_test_refresh\nexpires_at = {end}\n\n",
            token(0)
        );
        world.store(1);
        std::fs::write(world.home().join("stored_tokens"), renewable).unwrap();
        let grant = json!({"access_token": token(1), "token_type": "bearer", "expires_in": 864_000});
        world.hub.always(
            "POST",
            "/oauth/token",
            Answer::json(200, grant).delay(Duration::from_millis(100)),
        );
        world.hub.take_requests();
        let ends = ends(|_| world.command(&world.ours, &["auth", "token"]));
        assert_eq!(world.hub.take_requests().len(), 1, "one renewal for all of them");
        all.push(ends[PROCESSES - 1] - ends[0]);
    }
    println!(
        "| one renewal of 100 ms: the last has its token after the first by | {} |",
        shown(median(all))
    );
}

/// Each logs in with a token of its own, beside one process that locks and writes a flushed file as often.
fn logins(world: &World) {
    let mut all = Vec::new();
    let mut bare = Vec::new();
    for _ in 0..ROUNDS {
        world.store(0);
        let identity = |number: usize| whoami("alice", &format!("token-{number:06}"), "write");
        world.hub.always("GET", WHOAMI, Answer::json(200, identity(0)));
        let start = Instant::now();
        for _ in 0..PROCESSES {
            let lock = File::create(world.path("bare.lock")).unwrap();
            lock.lock().unwrap();
            write_durably(&world.path("bare"));
        }
        bare.push(start.elapsed());
        let given: Vec<String> = (0..PROCESSES).map(token).collect();
        let ends = ends(|number| world.command(&world.ours, &["auth", "login", "--token", &given[number]]));
        all.push(ends[PROCESSES - 1]);
    }
    let (all, bare) = (median(all), median(bare));
    println!("| logins, all of them | {} |", shown(all));
    println!("| as many locked, flushed writes by one process | {} |", shown(bare));
    println!("| ÷ | {:.2} |", ratio(all, bare));
}

/// Starts them all; gives when each had ended, the first one first. Asking each whether it has ended would take a processor.
fn ends(command: impl Fn(usize) -> Command) -> Vec<Duration> {
    let start = Instant::now();
    let running: Vec<Child> = (0..PROCESSES).map(|number| command(number).spawn().unwrap()).collect();
    let end_of_any = |_: &Child| {
        let ended = wait().unwrap();
        assert!(matches!(ended, WaitStatus::Exited(_, 0)), "{ended:?}");
        start.elapsed()
    };
    running.iter().map(end_of_any).collect()
}
