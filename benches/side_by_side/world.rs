//! The programs that are compared, the folder that they work in, and the stopwatch.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::hub::StubHub;
use crate::tls::TlsHub;

/// As the compiler left it.
pub(crate) const BUILT: &str = env!("CARGO_BIN_EXE_hf");
/// An odd number, so that the median is one of them.
pub(crate) const RUNS: usize = 21;

/// Programs, files and Hubs.
pub(crate) struct World {
    /// A copy, as an installation makes one: a file that a linker wrote is kept in memory in smaller pieces, and
    /// starts a tenth slower.
    pub(crate) ours: PathBuf,
    /// The folder of the reference's programs.
    pub(crate) reference: PathBuf,
    /// A program that does nothing, linked statically with the machine's C library.
    pub(crate) empty: PathBuf,
    /// The same with the C library that ours is linked with, and linked in the same way.
    pub(crate) empty_like_ours: PathBuf,
    /// A program that runs another and prints how much memory it took.
    pub(crate) watch: PathBuf,
    /// A program that runs another, reads what it says, and does nothing else.
    pub(crate) asks_another: PathBuf,
    folder: TempDir,
    pub(crate) hub: StubHub,
    pub(crate) tls: TlsHub,
}

impl World {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let hub = StubHub::start();
        let tls = TlsHub::before(&hub);
        let world = World {
            ours: folder.path().join("hf"),
            reference: install_reference(),
            empty: compile(folder.path(), "empty", EMPTY, STATIC),
            empty_like_ours: compile(folder.path(), "empty-like-ours", EMPTY, LIKE_OURS),
            watch: compile(folder.path(), "watch", WATCH, STATIC),
            asks_another: compile(folder.path(), "asks-another", ASKS_ANOTHER, LIKE_OURS),
            folder,
            hub,
            tls,
        };
        std::fs::copy(BUILT, &world.ours).unwrap();
        // What curl and the reference trust by themselves, and the stub's authority.
        let system = std::fs::read_to_string("/etc/ssl/certs/ca-certificates.crt").unwrap_or_default();
        std::fs::write(world.bundle(), system + world.tls.ca_pem()).unwrap();
        std::fs::create_dir(world.home()).unwrap();
        world.store(3);
        world
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Has clients trust one authority more.
    pub(crate) fn trust(&self, pem: &str) {
        let trusted = std::fs::read_to_string(self.bundle()).unwrap();
        std::fs::write(self.bundle(), trusted + pem).unwrap();
    }

    /// Our program, asking that Hub.
    pub(crate) fn asking(&self, arguments: &[&str], endpoint: &str) -> Command {
        self.with_endpoint(&self.ours, arguments, endpoint)
    }

    pub(crate) fn with_endpoint(&self, program: &Path, arguments: &[&str], endpoint: &str) -> Command {
        let mut command = self.command(program, arguments);
        command.env("HF_ENDPOINT", endpoint).env("SSL_CERT_FILE", self.bundle());
        command
    }

    /// The same request by `curl`, or several.
    pub(crate) fn curl(&self, addresses: &[&str]) -> Command {
        let bearer = format!("Authorization: Bearer {}", token(0));
        let bundle = self.bundle();
        let options = ["-sS", "-f", "--cacert", bundle.to_str().unwrap(), "-H", &bearer];
        self.command(&found("curl"), &[&options, addresses].concat())
    }

    /// `HF_HOME`.
    pub(crate) fn home(&self) -> PathBuf {
        self.path("home")
    }

    pub(crate) fn bundle(&self) -> PathBuf {
        self.path("authorities.pem")
    }

    /// Stores this many tokens, the first one active; gives the file's size.
    pub(crate) fn store(&self, count: usize) -> u64 {
        let section = |number: usize| format!("[token-{number:06}]\nhf_token = {}\n\n", token(number));
        let text: String = (0..count).map(section).collect();
        write_private(&self.home().join("stored_tokens"), &text);
        write_private(&self.home().join("token"), &token(0));
        text.len() as u64
    }

    /// A program in this world, and nothing else in its environment.
    pub(crate) fn command(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env_clear()
            .env("PATH", PROGRAMS)
            .env("HOME", self.folder.path())
            .env("HF_HOME", self.home())
            .env("HF_ENDPOINT", self.hub.url())
            .env("HF_HUB_DISABLE_UPDATE_CHECK", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }
}

/// Where programs are.
const PROGRAMS: &str = "/usr/local/bin:/usr/bin:/bin";

/// A program by its path: one that has to be searched for is started in another, slower way.
pub(crate) fn found(name: &str) -> PathBuf {
    let mut places = PROGRAMS.split(':').map(|folder| Path::new(folder).join(name));
    places.find(|path| path.is_file()).unwrap()
}

/// What git asks for a repository of the Hub's.
pub(crate) const QUESTION: &str = "protocol=https\nhost=huggingface.co\n\n";

/// As bash asks behind the Tab key, for the word of this number.
pub(crate) fn completing<'a>(command: &'a mut Command, line: &str, word: &str) -> &'a mut Command {
    command
        .env("_HF_COMPLETE", "bash_complete")
        .env("COMP_WORDS", line)
        .env("COMP_CWORD", word)
}

/// As long as the Hub's.
pub(crate) fn token(number: usize) -> String {
    format!("hf_test{number:030}")
}

fn write_private(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(path, private).unwrap();
}

fn install_reference() -> PathBuf {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/install");
    let output = Command::new(script).stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "the reference cannot be installed");
    PathBuf::from(String::from_utf8(output.stdout).unwrap().trim())
}

const EMPTY: &str = "int main(void) { return 0; }";

/// Small itself, because what a program takes is counted from its parent's copy on. In kilobytes.
const WATCH: &str = r#"#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
int main(int count, char **words) {
    (void)count;
    if (fork() == 0) { dup2(2, 1); execv(words[1], words + 1); _exit(127); }
    struct rusage usage;
    int status;
    if (wait4(-1, &status, 0, &usage) < 0) return 1;
    printf("%ld", usage.ru_maxrss);
    return status != 0;
}"#;

const ASKS_ANOTHER: &str = r#"#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
extern char **environ;
int main(int count, char **words) {
    (void)count;
    int ends[2], status;
    pid_t child;
    char bytes[4096];
    posix_spawn_file_actions_t actions;
    pipe2(ends, O_CLOEXEC);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    if (posix_spawnp(&child, words[1], &actions, 0, words + 1, environ)) return 1;
    close(ends[1]);
    while (read(ends[0], bytes, sizeof bytes) > 0) {}
    waitpid(child, &status, 0);
    return status != 0;
}"#;

/// A compiler and its options.
type Compiler = (&'static str, &'static [&'static str]);
const STATIC: Compiler = ("cc", &["-static"]);
const LIKE_OURS: Compiler = if cfg!(target_env = "musl") {
    ("musl-gcc", &["-static"])
} else {
    ("cc", &[])
};

fn compile(folder: &Path, name: &str, text: &str, (compiler, options): Compiler) -> PathBuf {
    let program = folder.join(name);
    let source = program.with_extension("c");
    std::fs::write(&source, text).unwrap();
    let mut command = Command::new(compiler);
    command.arg("-O2").args(options).arg("-o").args([&program, &source]);
    assert!(command.status().unwrap().success(), "{command:?}");
    program
}

/// Runs every command once a round, in turn; gives the median of each.
pub(crate) fn medians(rounds: usize, commands: &mut [&mut Command]) -> Vec<Duration> {
    medians_of(rounds, commands, |_| ())
}

/// The same, with each command made ready before it is run.
pub(crate) fn medians_of(rounds: usize, commands: &mut [&mut Command], ready: impl Fn(&mut Command)) -> Vec<Duration> {
    // The first round warms the caches.
    for command in commands.iter_mut() {
        ready(command);
        once(command);
    }
    let mut times = vec![Vec::new(); commands.len()];
    for _ in 0..rounds {
        for (command, times) in commands.iter_mut().zip(&mut times) {
            ready(command);
            times.push(once(command));
        }
    }
    times.into_iter().map(median).collect()
}

/// From start to exit.
pub(crate) fn once(command: &mut Command) -> Duration {
    let start = Instant::now();
    let status = command.status().unwrap();
    let time = start.elapsed();
    assert!(status.success(), "{command:?}: {status}");
    time
}

pub(crate) fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Milliseconds, to three digits or so.
pub(crate) fn shown(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1e3;
    match milliseconds {
        100.0.. => format!("{milliseconds:.0} ms"),
        10.0.. => format!("{milliseconds:.1} ms"),
        _ => format!("{milliseconds:.2} ms"),
    }
}

pub(crate) fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}
