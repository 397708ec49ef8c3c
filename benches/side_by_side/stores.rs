//! Stores of ten, a thousand and a hundred thousand tokens, beside Python's own parser.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use crate::world::{OURS, World, median, medians, ratio, shown, token};

const ROUNDS: usize = 21;
/// The parser's own time, without the interpreter's start.
const PARSER: &str = "import configparser, sys, time
start = time.perf_counter()
parser = configparser.ConfigParser(interpolation=None)
parser.read(sys.argv[1], encoding='utf-8')
tokens = {name: dict(parser.items(name)) for name in parser.sections()}
print(time.perf_counter() - start)";

pub(crate) fn measure(world: &World) {
    println!(
        "\n| tokens | file | `list` | `token NAME` | `switch` | `login` | Python's parser alone | `list` ÷ parser | peak memory of `list` |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for count in [10, 1_000, 100_000] {
        let size = world.store(count);
        let last = format!("token-{:06}", count - 1);
        let given = token(0);
        let ours = |arguments: &[&str]| world.command(Path::new(OURS), arguments);
        let mut commands = [
            ours(&["auth", "list"]),
            ours(&["auth", "token", &last]),
            ours(&["auth", "switch", &last]),
            ours(&["auth", "login", "--token", &given]),
        ];
        let times = medians(ROUNDS, &mut commands);
        world.store(count);
        let parser = median(
            (0..if count > 10_000 { 5 } else { ROUNDS })
                .map(|_| parser(world))
                .collect(),
        );
        let memory = crate::figures::peak_memory(world, &["auth", "list"]);
        println!(
            "| {count} | {} | {} | {} | {} | {} | {} | {:.3} | {} |",
            bytes(size),
            shown(times[0]),
            shown(times[1]),
            shown(times[2]),
            shown(times[3]),
            shown(parser),
            ratio(times[0], parser),
            bytes(memory)
        );
    }
    world.store(3);
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
