//! A hundred repositories over a line of 50 ms, beside `curl` with as many connections.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::hub::Answer;
use crate::world::{World, medians, ratio, shown, token};

const REPOSITORIES: usize = 100;
/// Each run takes more than a second.
const ROUNDS: usize = 7;
const LINE: Duration = Duration::from_millis(50);

pub(crate) fn measure(world: &World) {
    let names: Vec<String> = (0..REPOSITORIES).map(|number| format!("acme/model-{number}")).collect();
    for name in &names {
        let answer = Answer::text(200, "OK").delay(LINE);
        world
            .hub
            .always("GET", &format!("/api/models/{name}/auth-check"), answer);
    }
    std::fs::write(world.path("repositories"), names.join("\n")).unwrap();

    println!("\n| a hundred repositories, 50 ms each | ours | `curl --parallel --parallel-max 4` | ÷ `curl` |");
    println!("| --- | --- | --- | --- |");
    for (over, endpoint) in [("http", world.hub.url()), ("https", world.tls.url())] {
        let times = medians(
            ROUNDS,
            &mut [&mut ours(world, &endpoint), &mut curl(world, &endpoint, &names)],
        );
        println!(
            "| `hf auth check --file`, {over} | {} | {} | {:.2} |",
            shown(times[0]),
            shown(times[1]),
            ratio(times[0], times[1])
        );
    }
}

fn ours(world: &World, endpoint: &str) -> Command {
    let file = world.path("repositories");
    let mut command = world.command(&world.ours, &["auth", "check", "-q", "--file", file.to_str().unwrap()]);
    command
        .env("HF_ENDPOINT", endpoint)
        .env("SSL_CERT_FILE", world.bundle());
    command
}

/// The addresses are in a file, as they would be for so many.
fn curl(world: &World, endpoint: &str, names: &[String]) -> Command {
    let address = |name: &String| format!("url = {endpoint}/api/models/{name}/auth-check\noutput = /dev/null\n");
    let head = format!(
        "parallel\nparallel-max = 4\nsilent\nfail\ncacert = {}\nheader = \"Authorization: Bearer {}\"\n",
        world.bundle().display(),
        token(0)
    );
    let file = world.path("addresses");
    std::fs::write(&file, head + &names.iter().map(address).collect::<String>()).unwrap();
    world.command(Path::new("curl"), &["-K", file.to_str().unwrap()])
}
