//! What it costs, side by side with the Python reference, with `curl` for the same request, and with a C program that
//! does nothing. Times that are divided by one another are medians of runs in turn, so that the machine's moods fall on
//! both; the ratios say more than the times.
//!
//! ```sh
//! cargo bench --bench side_by_side              # all of it; installs the reference, needs a C compiler and curl
//! cargo bench --bench side_by_side -- --budget  # only what repeats exactly, held against benches/budget
//! cargo bench --bench side_by_side -- --repositories  # only `hf auth check`
//! ```
//!
//! # What it measured
//!
//! With `--target x86_64-unknown-linux-musl`, the static build that a release has, on 2 cores of an AMD EPYC, a virtual
//! machine, Debian 12. The benchmark installs the reference from PyPI, compiles C programs that do nothing, and asks a stub of the Hub
//! on loopback. A time is the median of 105 runs, beside the reference and in stores of 21.
//!
//! | from start to exit | ours | ÷ an empty C program | ÷ one with our C library | ÷ `curl` | the reference | ÷ ours |
//! | --- | --- | --- | --- | --- | --- | --- |
//! | `hf auth token` | 0.41 ms | 0.98 | 3.22 | – | 272 ms | 383 |
//! | `hf auth list` | 0.41 ms | 0.98 | 3.22 | – | 326 ms | 376 |
//! | `hf --version` | 0.35 ms | 0.84 | 2.75 | – | 255 ms | 297 |
//! | `hf auth whoami`, http | 1.41 ms | 2.23 | 8.51 | 0.17 | 301 ms | 209 |
//! | `hf auth whoami`, https | 3.91 ms | 6.19 | 23.61 | 0.11 | 312 ms | 78 |
//! | `hf auth login --token …`, http | 3.04 ms | 4.81 | 18.33 | 0.37 | 336 ms | 99 |
//! | handing `hf download` on | 0.25 ms more | – | – | – | – | – |
//! | what `login` adds to `whoami` | 1.56 ms | beside 1.10 ms for two flushed files | – | – | – | – |
//!
//! The empty C program is `cc -static` with glibc, whose start alone asks the processor 43 times what it can, dear in a
//! virtual machine; the other one is `musl-gcc -static`, as near to nothing as a process gets. The last column is of a
//! second measurement, in turn with the reference, whose start leaves the processor's caches cold for ours.
//!
//! In brackets what the tokens cost, beyond what the command takes with one token, ÷ Python's `configparser` reading the
//! same file:
//!
//! | tokens | file | `list` | `token NAME` | `switch` | `login` | Python's parser | peak memory of `list` ÷ file |
//! | --- | --- | --- | --- | --- | --- | --- | --- |
//! | 10 | 650 B | 0.51 ms | 0.47 ms | 1.21 ms | 2.61 ms | 0.31 ms | – |
//! | 1000 | 65.0 kB | 2.11 ms (0.14) | 1.05 ms (0.05) | 1.77 ms (0.04) | 4.04 ms (0.14) | 11.6 ms | – |
//! | 100000 | 6.5 MB | 140 ms (0.05) | 53.4 ms (0.02) | 53.1 ms (0.02) | 135 ms (0.05) | 2770 ms | 5.4 |
//!
//! | figure | value |
//! | --- | --- |
//! | peak memory of `hf auth token` | 2.2 MB |
//! | peak memory of `hf auth list` | 2.2 MB |
//! | peak memory of `hf auth whoami` | 3.2 MB |
//! | the program | 3.9 MB |
//! | libraries loaded at start | none |
//! | crates linked | 111 |
//! | built from nothing, sources already there | 88 s |
//! | instructions of `hf auth token` | 227632 |
//! | system calls of `hf auth token` | 61 |
//!
//! With the system's C library, on a busy machine, `hf auth check` asks about a hundred repositories through a stub that
//! takes 50 ms for each answer; four at a time, that is 1250 ms at the least. `curl` gets the addresses in a file.
//!
//! | a hundred repositories, 50 ms each | ours | `curl --parallel --parallel-max 4` | ÷ `curl` |
//! | --- | --- | --- | --- |
//! | `hf auth check --file`, http | 1278 ms | 1360 ms | 0.94 |
//! | `hf auth check --file`, https | 1300 ms | 1750 ms | 0.74 |
//!
//! `curl` is told to load the same certificates; ours reads the system's only when a certificate has to be checked.
//! `login` adds two flushed files to `whoami`, the lock around them, and no request.
//!
//! # With the system's C library
//!
//! A plain `cargo build --release` links it, and pays for its loading. The same command without `--target` had, a few
//! minutes later, 1.08 ms for `hf auth token`: 1.71 times the empty C program, 1.44 times one that loads the same library, a
//! 239th of the reference; 470 000 instructions, 75 system calls, 0.79 ms for handing on. All this is of a copy of the
//! program, as every installation makes one: the file that the linker wrote is kept in memory in smaller pieces, and starts
//! a tenth slower.
//!
//! # The budget
//!
//! What repeats exactly, CI holds: `benches/budget` has the instructions and system calls of `hf auth token` for both C
//! libraries, and `--budget` fails when one is a twentieth over. The workflow runs it with the static build, `.ci/run` with
//! the machine's own C library.
//!
//! # What paid, and what did not
//!
//! In instructions of `hf auth token` with glibc (630 000 at first, 470 000 now): describing the arguments of the command
//! that was meant and of no other; letting the process's end free the command tree; no libgcc_s to load. Certificates, the
//! asynchronous runtime and the thread that hears signals wait until a request is made.
//!
//! | tried | result |
//! | --- | --- |
//! | `opt-level` 2, `s` and `z` | as fast to start; `s` is 0.8 MB smaller and reads a large store a sixth slower |
//! | glibc, linked statically | a fifth less time than with the shared one, but 4.8 MB, and names are no longer looked up as the system is set up to |
//! | a program at a fixed address, without 4 200 relocations | 0.04 ms less, for an easier target |
//! | starting without Rust's runtime, which reads `/proc/self/maps` | 0.13 ms less with glibc, but it is what keeps closed streams apart from files, and it needs `unsafe` |
//! | lazy binding, relocations packed | the calls of Rust's own library are bound at start in any case; packed ones do not start with a glibc before 2.36 |
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a measurement arranges its world by hand, prints, and fails by panicking"
)]

#[cfg(unix)]
mod budget;
#[cfg(unix)]
mod commands;
#[cfg(unix)]
mod figures;
#[cfg(unix)]
mod fleet;
#[cfg(unix)]
#[path = "../../tests/cli/support/hub.rs"]
mod hub;
#[cfg(unix)]
mod line;
#[cfg(unix)]
mod prompt;
#[cfg(unix)]
mod repositories;
#[cfg(unix)]
mod stores;
#[cfg(unix)]
#[path = "../../tests/cli/support/tls.rs"]
mod tls;
#[cfg(unix)]
mod world;

#[cfg(unix)]
use world::World;

#[cfg(unix)]
type Measure = fn(&World);

#[cfg(unix)]
fn main() {
    let is_wanted = |name: &str| std::env::args().any(|argument| argument == name);
    if is_wanted("--budget") {
        return budget::hold();
    }
    // `cargo test` runs benchmarks too, to see that they start.
    if !is_wanted("--bench") {
        return;
    }
    let world = World::new();
    let all: [(&str, Measure); 7] = [
        ("--commands", commands::measure),
        ("--prompt", prompt::measure),
        ("--line", line::measure),
        ("--fleet", fleet::measure),
        ("--repositories", repositories::measure),
        ("--stores", stores::measure),
        ("--figures", figures::measure),
    ];
    let is_chosen = |(name, _): &&(&str, Measure)| is_wanted(name);
    let chosen: Vec<_> = all.iter().filter(is_chosen).collect();
    let chosen = if chosen.is_empty() {
        all.iter().collect()
    } else {
        chosen
    };
    chosen.iter().for_each(|(_, measure)| measure(&world));
}

/// Nothing is measured here.
#[cfg(not(unix))]
fn main() {}
