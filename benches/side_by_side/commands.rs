//! From start to exit: every command, ours, the reference's, and `curl` for the same request.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::hub::{Answer, whoami};
use crate::world::{OURS, RUNS, World, medians, ratio, shown, token};

const WHOAMI: &str = "/api/whoami-v2";

pub(crate) fn measure(world: &World) {
    let identity = Answer::json(200, whoami("alice", "token-000000", "write"));
    world.hub.always("GET", WHOAMI, identity);
    let none = Answer::json(404, serde_json::json!({"error": "none here"}));
    world.hub.always("GET", "/api/agent-harnesses", none);

    println!("\n| from start to exit | ours | ÷ the empty C program | ÷ `curl` | the reference | times faster |");
    println!("| --- | --- | --- | --- | --- | --- |");
    for arguments in [&["auth", "token"][..], &["auth", "list"], &["--version"]] {
        row(world, &arguments.join(" "), arguments, None, |command| command);
    }
    let (http, https) = (world.hub.url(), world.tls.url());
    row(
        world,
        "auth whoami, http",
        &["auth", "whoami"],
        Some(&http),
        |command| command,
    );
    let over_tls = |mut command: Command| {
        command.env("HF_ENDPOINT", &https).env("SSL_CERT_FILE", world.bundle());
        command
    };
    row(world, "auth whoami, https", &["auth", "whoami"], Some(&https), over_tls);
    let given = token(0);
    let login = ["auth", "login", "--token", &given];
    row(world, "auth login --token, http", &login, Some(&http), |command| {
        command
    });
    delegation(world);
}

fn row(world: &World, name: &str, arguments: &[&str], address: Option<&str>, prepare: impl Fn(Command) -> Command) {
    let mut commands = vec![
        world.command(&world.empty, &[]),
        prepare(world.command(Path::new(OURS), arguments)),
        prepare(world.command(&world.reference.join("hf"), arguments)),
    ];
    commands.extend(address.map(|address| curl(world, address)));
    let times = medians(RUNS, &mut commands);
    let (empty, ours, reference) = (times[0], times[1], times[2]);
    let curl = times
        .get(3)
        .map_or("–".to_owned(), |curl| format!("{:.2}", ratio(ours, *curl)));
    println!(
        "| `hf {name}` | {} | {:.2} | {curl} | {} | {:.0} |",
        shown(ours),
        ratio(ours, empty),
        shown(reference),
        ratio(reference, ours)
    );
}

fn curl(world: &World, address: &str) -> Command {
    let bearer = format!("Authorization: Bearer {}", token(0));
    let bundle = world.bundle();
    let address = format!("{address}{WHOAMI}");
    let arguments = [
        "-sS",
        "-f",
        "--cacert",
        bundle.to_str().unwrap(),
        "-H",
        &bearer,
        &address,
    ];
    world.command(Path::new("curl"), &arguments)
}

/// What it costs to hand a command on: the program behind us is the empty one.
fn delegation(world: &World) {
    let folder = world.path("behind");
    std::fs::create_dir(&folder).unwrap();
    std::fs::copy(&world.empty, folder.join("hf")).unwrap();
    let mut ours = world.command(Path::new(OURS), &["download", "--help"]);
    ours.env("PATH", &folder);
    let times = medians(RUNS * 5, &mut [world.command(&world.empty, &[]), ours]);
    let own = times[1].saturating_sub(times[0]);
    println!(
        "| handing `hf download` on | {} of our own | {:.2} | – | – | – |",
        shown(own.max(Duration::ZERO)),
        ratio(times[1], times[0])
    );
}
