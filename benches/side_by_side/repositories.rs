//! A hundred repositories over a line of 50 ms, beside `curl` with as many connections.

use std::time::Duration;

use crate::hub::Answer;
use crate::world::{World, medians, ratio, shown};

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
    let file = world.path("repositories");
    for (over, endpoint) in [("http", world.hub.url()), ("https", world.tls.url())] {
        let mut ours = world.asking(&["auth", "check", "-q", "--file", file.to_str().unwrap()], &endpoint);
        let address = |name: &String| format!("{endpoint}/api/models/{name}/auth-check");
        let addresses: Vec<String> = names.iter().map(address).collect();
        let mut options = vec!["--parallel", "--parallel-max", "4"];
        options.extend(addresses.iter().map(String::as_str));
        let times = medians(ROUNDS, &mut [&mut ours, &mut world.curl(&options)]);
        println!(
            "| `hf auth check --file`, {over} | {} | {} | {:.2} |",
            shown(times[0]),
            shown(times[1]),
            ratio(times[0], times[1])
        );
    }
}
