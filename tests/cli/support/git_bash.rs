//! A program in the terminal of Git Bash: its streams are pipes with the names that mintty gives them, which the standard
//! library takes for a terminal, and there is no console.

use std::fs::OpenOptions;
use std::os::windows::process::CommandExt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::windows::named_pipe::ServerOptions;
use tokio::runtime::Builder;
use tokio::time::timeout;

use super::sandbox::Run;

const CREATE_NO_WINDOW: u32 = 0x0800_0000;

/// How the program ends, in all that time.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs a program to its end, with all three streams being the terminal. These lines are typed; gives the exit status and all
/// that was said.
///
/// # Panics
/// After 30 seconds.
pub(crate) fn in_git_bash(run: &Run, typed: &str) -> (Option<i32>, String) {
    static NUMBERS: AtomicUsize = AtomicUsize::new(0);
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
    let name = |direction: &str| {
        let process = std::process::id();
        format!(r"\\.\pipe\msys-{process:016x}-pty{number}-{direction}-master")
    };
    runtime.block_on(async {
        let create = |direction: &str| ServerOptions::new().create(name(direction)).unwrap();
        let (mut keyboard, mut screen) = (create("from"), create("to"));
        let stdin = OpenOptions::new().read(true).open(name("from")).unwrap();
        let stdout = OpenOptions::new().write(true).open(name("to")).unwrap();
        keyboard.connect().await.unwrap();
        screen.connect().await.unwrap();
        let mut command = run.command();
        command.stdin(stdin).stdout(stdout.try_clone().unwrap()).stderr(stdout);
        let mut child = command.creation_flags(CREATE_NO_WINDOW).spawn().unwrap();
        // The streams are the program's alone now.
        drop(command);
        keyboard.write_all(typed.as_bytes()).await.unwrap();
        let mut said = Vec::new();
        // That the other side has gone is an error here.
        let read = timeout(PATIENCE, screen.read_to_end(&mut said)).await;
        let said = String::from_utf8_lossy(&said).into_owned();
        if read.is_err() {
            child.kill().unwrap();
            panic!("the program does not end; it said\n{said}");
        }
        (child.wait().unwrap().code(), said)
    })
}
