//! Stores of ten, a thousand and a hundred thousand tokens, beside Python's own parser.

use std::process::Stdio;
use std::time::Duration;

use crate::world::{RUNS, World, median, medians, ratio, shown, token};

/// The parser's own time, without the interpreter's start.
const PARSER: &str = "import configparser, sys, time
start = time.perf_counter()
parser = configparser.ConfigParser(interpolation=None)
parser.read(sys.argv[1], encoding='utf-8')
tokens = {name: dict(parser.items(name)) for name in parser.sections()}
print(time.perf_counter() - start)";

pub(crate) fn measure(world: &World) {
    println!(
        "\n| tokens | file | `list` | `token NAME` | `switch` | `login` | Python's parser | `list` ÷ parser | peak memory ÷ file |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for count in [10, 1_000, 100_000] {
        row(world, count);
    }
    world.store(3);
}

/// The parser's time is its own; ours is from start to exit, and in the ratio without that of listing one token.
fn row(world: &World, count: usize) {
    let last = format!("token-{:06}", count - 1);
    let given = token(0);
    let ours = |arguments: &[&str]| world.command(&world.ours, arguments);
    world.store(1);
    std::fs::create_dir_all(world.path("one")).unwrap();
    std::fs::copy(
        world.home().join("stored_tokens"),
        world.path("one").join("stored_tokens"),
    )
    .unwrap();
    let mut start = ours(&["auth", "list"]);
    start.env("HF_HOME", world.path("one"));
    let size = world.store(count);
    let mut commands = [
        start,
        ours(&["auth", "list"]),
        ours(&["auth", "token", &last]),
        ours(&["auth", "switch", &last]),
        ours(&["auth", "login", "--token", &given]),
    ];
    let times = medians(RUNS, &mut commands);
    let parser = median((0..RUNS).map(|_| parser(world)).collect());
    let memory = crate::figures::peak_memory(world, &["auth", "list"]);
    let shown_times: Vec<String> = times[1..].iter().copied().map(shown).collect();
    println!(
        "| {count} | {} | {} | {} | {:.3} | {} |",
        bytes(size),
        shown_times.join(" | "),
        shown(parser),
        ratio(times[1].saturating_sub(times[0]), parser),
        if count > 10_000 {
            format!("{:.1}", memory as f64 / size as f64)
        } else {
            "–".to_owned()
        }
    );
}

fn parser(world: &World) -> Duration {
    let python = world.reference.join("python");
    let file = world.home().join("stored_tokens");
    let mut command = world.command(&python, &["-c", PARSER, file.to_str().unwrap()]);
    let output = command.stdout(Stdio::piped()).output().unwrap();
    let seconds: f64 = String::from_utf8(output.stdout).unwrap().trim().parse().unwrap();
    Duration::from_secs_f64(seconds)
}

pub(crate) fn bytes(count: u64) -> String {
    match count {
        1_000_000.. => format!("{:.1} MB", count as f64 / 1e6),
        1_000.. => format!("{:.1} kB", count as f64 / 1e3),
        _ => format!("{count} B"),
    }
}
