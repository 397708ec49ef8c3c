//! Stores of ten, a thousand and a hundred thousand tokens, beside Python's own parser.

use std::path::Path;
use std::process::{Command, Stdio};
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
        "\n| tokens | file | `list` | `token NAME` | `switch` | `login` | Python's parser | peak memory of `list` ÷ file |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    for count in [10, 1_000, 100_000] {
        row(world, count);
    }
    world.store(3);
}

/// From start to exit and, in brackets, what the tokens cost: the time beyond that with one token, ÷ the parser's. What a
/// few tokens cost is less than the noise.
fn row(world: &World, count: usize) {
    world.store(1);
    let one = world.path("one");
    std::fs::create_dir_all(&one).unwrap();
    std::fs::copy(world.home().join("stored_tokens"), one.join("stored_tokens")).unwrap();
    let size = world.store(count);
    let mut all = commands(world, &world.home(), count);
    all.extend(commands(world, &one, 1));
    let times = medians(RUNS, &mut all.iter_mut().collect::<Vec<_>>());
    let (many, few) = times.split_at(times.len() / 2);
    let parser = median((0..RUNS).map(|_| parser(world)).collect());
    let cell = |(many, few): (&Duration, &Duration)| {
        if count < 100 {
            return shown(*many);
        }
        let cost = ratio(many.saturating_sub(*few), parser);
        format!("{} ({cost:.2})", shown(*many))
    };
    let cells: Vec<String> = many.iter().zip(few).map(cell).collect();
    let memory = crate::figures::peak_memory(world, &["auth", "list"]);
    // Beside a small file it would be the size of any program.
    let memory = if size > 1_000_000 {
        format!("{:.1}", memory as f64 / size as f64)
    } else {
        "–".to_owned()
    };
    println!(
        "| {count} | {} | {} | {} | {memory} |",
        bytes(size),
        cells.join(" | "),
        shown(parser)
    );
}

fn commands(world: &World, home: &Path, count: usize) -> Vec<Command> {
    let last = format!("token-{:06}", count - 1);
    let given = token(0);
    let all: [&[&str]; 4] = [
        &["auth", "list"],
        &["auth", "token", &last],
        &["auth", "switch", &last],
        &["auth", "login", "--token", &given],
    ];
    let ours = |arguments: &&[&str]| {
        let mut command = world.command(&world.ours, arguments);
        command.env("HF_HOME", home);
        command
    };
    all.iter().map(ours).collect()
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
