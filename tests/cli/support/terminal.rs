//! A program on a real pseudo-terminal, seen the way a person sees it: a screen, a keyboard, a cursor.
//!
//! The terminal is the program's controlling one, so Ctrl-C makes a signal and `/dev/tty` opens. Our own handle to the
//! program's side stays open, because what a program leaves behind (echo off, line mode off) is there to see only as long as
//! somebody holds the terminal.

use std::io::Write;
use std::os::fd::{AsFd, OwnedFd};
use std::process::Child;
use std::sync::{Arc, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::sys::termios::{LocalFlags, tcgetattr};
use nix::unistd::Pid;
use pty_process::Size;
use pty_process::blocking::{Command, Pty};

use super::display::{Contents, Display, cells};
use super::outcome::{pipe_of, status_of};
use super::sandbox::Run;

/// Arrow keys, as a terminal sends them.
pub(crate) const UP: &str = "\x1b[A";
pub(crate) const DOWN: &str = "\x1b[B";

const PATIENCE: Duration = Duration::from_secs(20);
const QUIET: Duration = Duration::from_millis(200);

/// Tests that run in a shell's background are started with Ctrl-C ignored, and what they start would ignore it too. A handler
/// is not handed on; where nothing was ignored it stays as it is.
fn expect_signals() {
    static DONE: std::sync::Once = std::sync::Once::new();
    DONE.call_once(|| {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let ignored = mask.map_or(0, |mask| u64::from_str_radix(mask.trim(), 16).unwrap_or(0));
        for signal in [Signal::SIGHUP, Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTERM] {
            if ignored >> (signal as i32 - 1) & 1 == 1 {
                signal_hook::flag::register(signal as i32, Arc::default()).unwrap();
            }
        }
    });
}

/// A running program and its terminal. Dropping it kills the program.
pub(crate) struct Terminal {
    master: Arc<Pty>,
    slave: Option<OwnedFd>,
    modes_at_close: Option<(bool, bool)>,
    display: Arc<Display>,
    reader: JoinHandle<()>,
    child: Child,
}

impl Terminal {
    /// Starts the program on a terminal of this size. Standard input is the terminal too, unless the run brings its own.
    pub(crate) fn open(run: Run, rows: u16, columns: u16) -> Self {
        expect_signals();
        let mut run = run.env_default("TERM", "xterm-256color");
        let (master, pts) = pty_process::blocking::open().unwrap();
        master.resize(Size::new(rows, columns)).unwrap();
        let slave = pts.as_fd().try_clone_to_owned().unwrap();
        let stdin = run.take_stdin();
        let mut command = Command::from(run.command());
        if let Some(bytes) = stdin {
            command = command.stdin(pipe_of(bytes));
        }
        let child = command.spawn(pts).unwrap();
        let master = Arc::new(master);
        let display = Arc::new(Display::new(rows, columns));
        let reader = thread::spawn({
            let (master, display) = (Arc::clone(&master), Arc::clone(&display));
            move || display.follow(&*master)
        });
        Self {
            master,
            slave: Some(slave),
            modes_at_close: None,
            display,
            reader,
            child,
        }
    }

    /// Waits until the screen shows this text (within one line).
    ///
    /// # Panics
    /// After 20 seconds, with the screen.
    #[track_caller]
    pub(crate) fn wait_for(&self, text: &str) {
        // A prompt may end in a blank, so the lines are not trimmed here.
        let shown = |contents: &Contents| contents.lines().iter().any(|line| line.contains(text));
        self.wait_until_contents(&format!("{text:?} on the screen"), shown);
    }

    /// Waits until the whole screen, as [`Terminal::screen`] gives it, is as it should be.
    ///
    /// # Panics
    /// After 20 seconds, with the screen.
    #[track_caller]
    pub(crate) fn wait_until(&self, expectation: &str, holds: impl Fn(&str) -> bool) {
        self.wait_until_contents(expectation, |contents| holds(&contents.screen()));
    }

    #[track_caller]
    fn wait_until_contents(&self, expectation: &str, holds: impl Fn(&Contents) -> bool) {
        self.display.wait_until(PATIENCE, expectation, holds);
    }

    /// Waits until nothing has been written for a fifth of a second: only for a program of which nobody knows what its screen
    /// is to be, and which draws in several pieces.
    pub(crate) fn settle(&self) {
        let mut contents = self.display.lock();
        loop {
            let seen = contents.raw.len();
            let unchanged = |contents: &mut Contents| contents.raw.len() == seen;
            let waited = self.display.changed.wait_timeout_while(contents, QUIET, unchanged);
            let (now, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            if timeout.timed_out() {
                return;
            }
            contents = now;
        }
    }

    /// Types these bytes: `\r` is Enter, `\x03` Ctrl-C, `\x1b[A` the up key.
    pub(crate) fn send(&self, text: &str) {
        (&*self.master).write_all(text.as_bytes()).unwrap();
    }

    /// What the screen shows, without blanks at the ends of lines and without empty lines at the end.
    pub(crate) fn screen(&self) -> String {
        self.display.lock().screen()
    }

    /// Every byte the program has written so far, and the terminal's echo.
    pub(crate) fn raw(&self) -> Vec<u8> {
        self.display.lock().raw.clone()
    }

    /// Whether a person would see the cursor.
    pub(crate) fn cursor_is_visible(&self) -> bool {
        !self.display.lock().parser.screen().hide_cursor()
    }

    /// Row and column of the cursor, from 0.
    pub(crate) fn cursor(&self) -> (u16, u16) {
        self.display.lock().parser.screen().cursor_position()
    }

    /// Gives the window another size; the program gets `SIGWINCH`.
    pub(crate) fn resize(&self, rows: u16, columns: u16) {
        let (height, width) = cells(rows, columns);
        self.display.lock().parser.screen_mut().set_size(height, width);
        self.master.resize(Size::new(rows, columns)).unwrap();
    }

    /// Line mode (`ICANON`) and echo (`ECHO`) as the terminal has them now; after [`Terminal::close`], as the program left
    /// them.
    pub(crate) fn line_mode_and_echo(&self) -> (bool, bool) {
        self.modes_at_close.unwrap_or_else(|| {
            // Asked of the master, which speaks for the pair: macOS revokes the other side when its session ends.
            let flags = tcgetattr(&*self.master).unwrap().local_flags;
            (flags.contains(LocalFlags::ICANON), flags.contains(LocalFlags::ECHO))
        })
    }

    /// Waits until [`Terminal::line_mode_and_echo`] is this. A prompt may be on the screen before the echo is off, and what is
    /// typed in between shows.
    ///
    /// # Panics
    /// After 20 seconds.
    #[track_caller]
    pub(crate) fn wait_for_modes(&self, line_mode_and_echo: (bool, bool)) {
        let deadline = Instant::now() + PATIENCE;
        while self.line_mode_and_echo() != line_mode_and_echo {
            assert!(
                Instant::now() < deadline,
                "line mode and echo are {:?}, not {line_mode_and_echo:?}",
                self.line_mode_and_echo()
            );
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// The program's process number.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends the program a signal, as `kill` would.
    pub(crate) fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.pid().cast_signed()), signal).unwrap();
    }

    /// Waits for the program to end and for its last byte to be on the screen; gives the exit status, 128 + number after a
    /// signal. The screen can still be read afterwards.
    ///
    /// # Panics
    /// After 20 seconds, with the screen, having killed the program.
    #[track_caller]
    pub(crate) fn close(&mut self) -> i32 {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status_of(status);
            }
            if Instant::now() > deadline {
                self.end();
                panic!("the program does not end; the screen is\n---\n{}\n---", self.screen());
            }
            thread::sleep(Duration::from_millis(2));
        };
        self.modes_at_close = Some(self.line_mode_and_echo());
        // The reader comes to an end only when nobody holds the program's side any more.
        self.slave = None;
        while !self.reader.is_finished() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(2));
        }
        status
    }

    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.end();
    }
}
