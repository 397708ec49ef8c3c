//! What it costs, side by side with the Python reference, with `curl` for the same request, and with a C program that
//! does nothing. Times that are divided by one another are medians of runs in turn, so that the machine's moods fall on
//! both; the ratios say more than the times.
//!
//! ```sh
//! cargo bench --bench side_by_side              # all of it; installs the reference, needs a C compiler and curl
//! cargo bench --bench side_by_side -- --budget  # only what repeats exactly, held against benches/budget
//! cargo bench --bench side_by_side -- --prompt --fleet  # only these: --commands, --prompt, --line, --fleet,
//!                                               # --stores, --figures
//! ```
//!
//! # What it measured
//!
//! With `--target x86_64-unknown-linux-musl`, the static build that a release has, on 2 cores of an AMD EPYC, a virtual
//! machine that others shared, Debian 12. The benchmark installs the reference from PyPI, compiles C programs that do
//! nothing, and asks a stub of the Hub on loopback. A time is the median of 105 runs, beside the reference and in stores of 21.
//!
//! | from start to exit | ours | ÷ an empty C program | ÷ one with our C library | ÷ `curl` | the reference | ÷ ours |
//! | --- | --- | --- | --- | --- | --- | --- |
//! | `hf auth token` | 0.36 ms | 0.94 | 1.90 | – | 511 ms | 665 |
//! | `hf auth list` | 0.39 ms | 1.01 | 2.04 | – | 564 ms | 691 |
//! | `hf --version` | 0.34 ms | 0.89 | 1.80 | – | 443 ms | 585 |
//! | `hf auth whoami`, http | 1.73 ms | 2.54 | 6.71 | 0.12 | 655 ms | 341 |
//! | `hf auth whoami`, https | 5.17 ms | 7.58 | 20.07 | 0.07 | 717 ms | 132 |
//! | `hf auth login --token …`, http | 4.33 ms | 6.36 | 16.83 | 0.31 | 789 ms | 162 |
//! | handing `hf download` on | 0.28 ms more | – | – | – | – | – |
//! | what `login` adds to `whoami` | 2.38 ms | beside 2.15 ms for two flushed files | – | – | – | – |
//!
//! The empty C program is `cc -static` with glibc, whose start alone asks the processor 43 times what it can, dear in a
//! virtual machine; the other one is `musl-gcc -static`, as near to nothing as a process gets. The last column is of a
//! second measurement, in turn with the reference, whose start leaves the processor's caches cold for ours.
//!
//! The third column depends on how the system keeps our file in memory: copies of one program took 1.89 to 1.98 times the
//! empty one. Most of what is left is the system's: 50 page faults, where the empty program has 25.
//!
//! Where people wait, medians of 201:
//!
//! | at the prompt | time | ÷ `hf auth token` |
//! | --- | --- | --- |
//! | `hf auth hook bash --apply`, in another folder | 0.31 ms | 0.96 |
//! | completion of a command, `hf auth s` | 0.32 ms | 0.99 |
//! | completion of a name, `hf auth switch t` | 0.33 ms | 1.04 |
//! | `hf auth git-credential get` | 0.36 ms | 1.11 |
//! | `hf auth status -q` | 0.37 ms | 1.11 |
//!
//! | git's answer | time | ÷ git |
//! | --- | --- | --- |
//! | the git process that `status` asks | 1.17 ms | 1.00 |
//! | `hf auth status` | 1.79 ms | 1.53 |
//! | a C program that asks git, and does nothing else | 1.38 ms | 1.18 |
//!
//! The start that any program of our size takes, 0.15 ms more than the C program's, is 1.31 with it; the rest is the thread
//! that hears Ctrl-C while git works, the text, and the end of both.
//!
//! A prompt with the hook costs 0.04 ms more when nothing has changed, and starts no process.
//!
//! | over a line of 100 ms | ours | `curl` | ÷ |
//! | --- | --- | --- | --- |
//! | `hf auth whoami`, http | 203 ms | 215 ms | 0.94 |
//! | `hf auth login --token …`, http | 205 ms | 212 ms | 0.97 |
//! | `hf auth whoami`, TLS 1.3 | 307 ms | 320 ms | 0.96 |
//! | `hf auth login --token …`, TLS 1.3 | 310 ms | 322 ms | 0.96 |
//! | `hf auth whoami`, TLS 1.2 | 409 ms | 424 ms | 0.96 |
//! | `hf auth login --token …`, TLS 1.2 | 411 ms | 424 ms | 0.97 |
//! | `hf auth check` of a hundred repositories, TLS 1.3 | 2743 ms | 2969 ms | 0.92 |
//!
//! `hf auth status --check --all` of 20 tokens, TLS 1.3: 7.2 round trips, 3 of them to connect.
//!
//! | 200 processes at once | |
//! | --- | --- |
//! | one renewal of 100 ms: the last has its token after the first by | 48 ms |
//! | logins, all of them | 440 ms |
//! | as many locked, flushed writes by one process | 136 ms |
//! | ÷ | 3.23 |
//!
//! A login flushes two files and once their folder, so that 1.6 is what it takes beside a write that flushes one and the
//! folder; the rest is starting 200 processes on two cores. In seven runs 3.2 to 3.5.
//!
//! In brackets what the tokens cost, beyond what the command takes with one token, ÷ Python's `configparser` reading the
//! same file:
//!
//! | tokens | file | `list` | `token NAME` | `switch` | `login` | Python's parser | peak memory of `list` ÷ file |
//! | --- | --- | --- | --- | --- | --- | --- | --- |
//! | 10 | 650 B | 0.71 ms | 0.53 ms | 2.09 ms | 4.03 ms | 0.69 ms | – |
//! | 1000 | 65.0 kB | 3.88 ms (0.10) | 1.52 ms (0.03) | 3.34 ms (0.04) | 9.39 ms (0.17) | 31.3 ms | – |
//! | 100000 | 6.5 MB | 350 ms (0.08) | 124 ms (0.03) | 123 ms (0.03) | 499 ms (0.12) | 4265 ms | 4.6 |
//!
//! | figure | value |
//! | --- | --- |
//! | peak memory of `hf auth token` | 1.4 MB |
//! | peak memory of `hf auth list` | 1.6 MB |
//! | peak memory of `hf auth whoami` | 3.5 MB |
//! | the program | 5.0 MB |
//! | libraries loaded at start | none |
//! | crates linked | 118 |
//! | instructions of `hf auth token` | 87420 |
//! | system calls of `hf auth token` | 38 |
//!
//! `curl` is told to load the same certificates; ours reads the system's only when a certificate has to be checked.
//! `login` adds two flushed files to `whoami`, the lock around them, and no request.
//!
//! # With the system's C library
//!
//! A plain `cargo build --release` links it, and pays for its loading: 2.4 times the time of the static build, and five times
//! its instructions. All this is of a copy of the program, as every installation makes one: the file that the linker wrote is
//! kept in memory in smaller pieces, and starts a tenth slower.
//!
//! # The budget
//!
//! What repeats exactly, CI holds: `benches/budget` has the instructions and system calls for both C libraries, and
//! `--budget` fails when one is a twentieth over. `.ci/run` holds both.
//!
//! # What paid, and what did not
//!
//! In instructions of `hf auth token` with musl, 227 000 at first and 87 000 now: no relocations (71 000), the allocator
//! `dlmalloc` (36 000; 18 system calls too), one look at the environment and no setting that is not asked for (30 000; with 60
//! exported variables 110 000). Before that, with glibc: describing the arguments of the command that was meant and of no
//! other; letting the process's end free what it has; no libgcc_s to load. Certificates, the asynchronous runtime and the
//! thread that hears signals wait until a request is made. A completion describes one command. git is waited for by its
//! streams' end, not every 5 ms, and works while we look at the files.
//!
//! In time: the functions of a start side by side (`.ci/order`), a tenth; 73 page faults became 50. Exact names only: patterns
//! of modules gathered as much code as before, and so did the old mangling, which names all instances of a function alike.
//!
//! | tried | result |
//! | --- | --- |
//! | `opt-level` 2, `s` and `z` | as fast to start; `s` is 0.8 MB smaller and reads a large store a sixth slower |
//! | glibc, linked statically | a fifth less time than with the shared one, but 4.8 MB, and names are no longer looked up as the system is set up to |
//! | relocations packed, with musl | as many pages are written, and 7 000 instructions saved of 71 000 |
//! | one segment less for the linker to keep apart (`noseparate-code`) | 2 % less time, and the constants could be executed |
//! | cold parts of functions split off by LLVM | no page less is touched |
//! | a map of the environment | hashing and copying names costs more than walking a list of them |
//! | starting without Rust's runtime, which reads `/proc/self/maps` | 0.13 ms less with glibc, but it is what keeps closed streams apart from files, and it needs `unsafe` |
//! | lazy binding, relocations packed, with glibc | the calls of Rust's own library are bound at start in any case; packed ones do not start with a glibc before 2.36 |
//! | the active token's file flushed before the lock is waited for | 200 logins as slow as before: the disk's time is not what they wait for |
//! | a queue without a thread of its own | 200 logins an eighth faster, but nobody could say how long they have waited, or give up |
//! | hearing signals only once git takes its time | one thread less for `status`, but a helper of git's outlived a Ctrl-C |
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
    let all: [(&str, Measure); 6] = [
        ("--commands", commands::measure),
        ("--prompt", prompt::measure),
        ("--line", line::measure),
        ("--fleet", fleet::measure),
        ("--stores", stores::measure),
        ("--figures", figures::measure),
    ];
    let is_all = !all.iter().any(|(name, _)| is_wanted(name));
    for (_, measure) in all.iter().filter(|(name, _)| is_all || is_wanted(name)) {
        measure(&world);
    }
}

/// Nothing is measured here.
#[cfg(not(unix))]
fn main() {}
