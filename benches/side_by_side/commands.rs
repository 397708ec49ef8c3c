//! From start to exit: every command, ours, the reference's, and `curl` for the same request.

use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use crate::hub::{Answer, whoami};
use crate::world::{RUNS, World, median, medians, once, ratio, shown, token};

const WHOAMI: &str = "/api/whoami-v2";
const LOCAL: [&[&str]; 3] = [&["auth", "token"], &["auth", "list"], &["--version"]];

/// A command of ours, the reference's, and `curl` with the same request.
struct Row {
    name: String,
    ours: Command,
    reference: Command,
    curl: Option<Command>,
}

pub(crate) fn measure(world: &World) {
    let identity = Answer::json(200, whoami("alice", "token-000000", "write"));
    world.hub.always("GET", WHOAMI, identity);
    // The reference asks for it once, and keeps what it gets for a day.
    let registry = serde_json::json!({"standardEnvVars": ["AI_AGENT", "AGENT"], "harnesses": {}});
    let registry = Answer::json(200, registry);
    world.hub.always("GET", "/api/agent-harnesses", registry);

    println!(
        "\n| from start to exit | ours | ÷ an empty C program | ÷ one with our C library | ÷ `curl` | the reference | ÷ ours |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    set(world, LOCAL.map(|arguments| local(world, arguments)).into());
    let given = token(0);
    let (whoami, login) = (["auth", "whoami"], ["auth", "login", "--token", &given]);
    let requests = [
        request(world, ", http", &whoami, &world.hub.url()),
        request(world, ", https", &whoami, &world.tls.url()),
        request(world, ", http", &login, &world.hub.url()),
    ];
    set(world, requests.into());
    delegation(world);
    flushes(world, &given);
}

fn local(world: &World, arguments: &[&str]) -> Row {
    Row {
        name: format!("`hf {}`", arguments.join(" ")),
        ours: world.command(&world.ours, arguments),
        reference: world.command(&world.reference.join("hf"), arguments),
        curl: None,
    }
}

fn request(world: &World, over: &str, arguments: &[&str], endpoint: &str) -> Row {
    let shown = arguments.join(" ").replace(&token(0), "…");
    Row {
        name: format!("`hf {shown}`{over}"),
        ours: world.asking(arguments, endpoint),
        reference: world.with_endpoint(&world.reference.join("hf"), arguments, endpoint),
        curl: Some(world.curl(&[&format!("{endpoint}{WHOAMI}")])),
    }
}

/// The short programs of all rows run in turn, and then each of ours in turn with the reference, which throws everything
/// out of the processor's caches: the last column is of those runs.
fn set(world: &World, mut rows: Vec<Row>) {
    let mut empty = [&world.empty, &world.empty_like_ours].map(|program| world.command(program, &[]));
    let mut short: Vec<&mut Command> = empty.iter_mut().collect();
    let mut curls = Vec::new();
    for row in &mut rows {
        short.push(&mut row.ours);
        curls.extend(&mut row.curl);
    }
    short.extend(curls);
    let times = medians(RUNS * 5, &mut short);
    let (empty, times) = times.split_at(empty.len());
    let (ours, curls) = times.split_at(rows.len());
    let curls = curls.iter().map(Some).chain(std::iter::repeat(None));
    for ((mut row, ours), curl) in rows.into_iter().zip(ours).zip(curls) {
        let beside = medians(RUNS, &mut [&mut row.ours, &mut row.reference]);
        println!(
            "| {} | {} | {:.2} | {:.2} | {} | {} | {:.0} |",
            row.name,
            shown(*ours),
            ratio(*ours, empty[0]),
            ratio(*ours, empty[1]),
            curl.map_or("–".to_owned(), |curl| format!("{:.2}", ratio(*ours, *curl))),
            shown(beside[1]),
            ratio(beside[1], beside[0])
        );
    }
}

/// What it costs to hand a command on: the program behind us is the empty one.
fn delegation(world: &World) {
    let folder = world.path("behind");
    std::fs::create_dir(&folder).unwrap();
    std::fs::copy(&world.empty, folder.join("hf")).unwrap();
    let mut ours = world.command(&world.ours, &["download", "--help"]);
    ours.env("PATH", &folder);
    let times = medians(RUNS * 5, &mut [&mut world.command(&world.empty, &[]), &mut ours]);
    println!(
        "| handing `hf download` on | {} more | – | – | – | – | – |",
        shown(times[1].saturating_sub(times[0]))
    );
}

/// What `login` adds to `whoami`, beside the bare writing of two small files that survive a power cut.
fn flushes(world: &World, given: &str) {
    let hub = world.hub.url();
    let mut login_and_whoami = [
        world.asking(&["auth", "login", "--token", given], &hub),
        world.asking(&["auth", "whoami"], &hub),
    ];
    let mut bare = Vec::new();
    let mut added = Vec::new();
    for _ in 0..RUNS * 5 {
        let start = Instant::now();
        write_durably(&world.path("first"));
        write_durably(&world.path("second"));
        bare.push(start.elapsed());
        let times = login_and_whoami.each_mut().map(once);
        added.push(times[0].saturating_sub(times[1]));
    }
    let (added, bare) = (median(added), median(bare));
    println!(
        "| what `login` adds to `whoami` | {} | beside {} for two flushed files | – | – | – | – |",
        shown(added),
        shown(bare)
    );
}

pub(crate) fn write_durably(path: &Path) {
    let temporary = path.with_extension("new");
    let mut file = std::fs::File::create(&temporary).unwrap();
    file.write_all(token(0).as_bytes()).unwrap();
    file.sync_all().unwrap();
    std::fs::rename(&temporary, path).unwrap();
    std::fs::File::open(path.parent().unwrap()).unwrap().sync_all().unwrap();
}
