//! From start to exit: every command, ours, the reference's, and `curl` for the same request.

use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use crate::hub::{Answer, whoami};
use crate::world::{RUNS, World, median, medians, once, ratio, shown, token};

const WHOAMI: &str = "/api/whoami-v2";

pub(crate) fn measure(world: &World) {
    let identity = Answer::json(200, whoami("alice", "token-000000", "write"));
    world.hub.always("GET", WHOAMI, identity);
    let none = Answer::json(404, serde_json::json!({"error": "none here"}));
    world.hub.always("GET", "/api/agent-harnesses", none);

    println!("\n| from start to exit | ours | ÷ the empty C program | ÷ `curl` | the reference ÷ ours |");
    println!("| --- | --- | --- | --- | --- |");
    for arguments in [&["auth", "token"][..], &["auth", "list"], &["--version"]] {
        row(world, "", arguments, None);
    }
    row(world, ", http", &["auth", "whoami"], Some(&world.hub.url()));
    row(world, ", https", &["auth", "whoami"], Some(&world.tls.url()));
    let given = token(0);
    row(
        world,
        ", http",
        &["auth", "login", "--token", &given],
        Some(&world.hub.url()),
    );
    delegation(world);
    flushes(world, &given);
}

/// The short programs run in turn, and then ours in turn with the reference, whose half a second throws everything out
/// of the processor's caches.
fn row(world: &World, over: &str, arguments: &[&str], endpoint: Option<&str>) {
    let command = |program: &Path| match endpoint {
        Some(endpoint) => asking(world, program, arguments, endpoint),
        None => world.command(program, arguments),
    };
    let mut short = vec![world.command(&world.empty, &[]), command(&world.ours)];
    short.extend(endpoint.map(|endpoint| curl(world, endpoint)));
    let times = medians(RUNS * 5, &mut short);
    let (empty, ours) = (times[0], times[1]);
    let curl = times.get(2).map(|curl| format!("{:.2}", ratio(ours, *curl)));
    let reference = world.reference.join("hf");
    let beside = medians(RUNS, &mut [command(&world.ours), command(&reference)]);
    println!(
        "| `hf {}`{over} | {} | {:.2} | {} | {:.0} |",
        arguments.join(" ").replace(&token(0), "…"),
        shown(ours),
        ratio(ours, empty),
        curl.as_deref().unwrap_or("–"),
        ratio(beside[1], beside[0])
    );
}

fn asking(world: &World, program: &Path, arguments: &[&str], endpoint: &str) -> Command {
    let mut command = world.command(program, arguments);
    command
        .env("HF_ENDPOINT", endpoint)
        .env("SSL_CERT_FILE", world.bundle());
    command
}

fn curl(world: &World, endpoint: &str) -> Command {
    let bearer = format!("Authorization: Bearer {}", token(0));
    let bundle = world.bundle();
    let address = format!("{endpoint}{WHOAMI}");
    let bundle = bundle.to_str().unwrap();
    let arguments = ["-sS", "-f", "--cacert", bundle, "-H", &bearer, &address];
    world.command(Path::new("curl"), &arguments)
}

/// What it costs to hand a command on: the program behind us is the empty one.
fn delegation(world: &World) {
    let folder = world.path("behind");
    std::fs::create_dir(&folder).unwrap();
    std::fs::copy(&world.empty, folder.join("hf")).unwrap();
    let mut ours = world.command(&world.ours, &["download", "--help"]);
    ours.env("PATH", &folder);
    let times = medians(RUNS * 5, &mut [world.command(&world.empty, &[]), ours]);
    println!(
        "| handing `hf download` on | {} more | {:.2} | – | – |",
        shown(times[1].saturating_sub(times[0])),
        ratio(times[1], times[0])
    );
}

/// What `login` adds to `whoami`, beside the bare writing of two small files that survive a power cut.
fn flushes(world: &World, given: &str) {
    let hub = world.hub.url();
    let mut login_and_whoami = [
        asking(world, &world.ours, &["auth", "login", "--token", given], &hub),
        asking(world, &world.ours, &["auth", "whoami"], &hub),
    ];
    let mut bare = Vec::new();
    let mut added = Vec::new();
    for _ in 0..RUNS * 2 {
        let start = Instant::now();
        write_durably(&world.path("first"));
        write_durably(&world.path("second"));
        bare.push(start.elapsed());
        let times = login_and_whoami.each_mut().map(once);
        added.push(times[0].saturating_sub(times[1]));
    }
    let (added, bare) = (median(added), median(bare));
    println!(
        "| what `login` adds to `whoami` | {} | beside {} for two flushed files | – | – |",
        shown(added),
        shown(bare)
    );
}

fn write_durably(path: &Path) {
    let temporary = path.with_extension("new");
    let mut file = std::fs::File::create(&temporary).unwrap();
    file.write_all(token(0).as_bytes()).unwrap();
    file.sync_all().unwrap();
    std::fs::rename(&temporary, path).unwrap();
    std::fs::File::open(path.parent().unwrap()).unwrap().sync_all().unwrap();
}
