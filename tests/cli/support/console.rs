//! A program on a console of Windows, seen the way a person sees it: the [`Terminal`] of Windows.
//!
//! Ctrl-C is an event that every program of a console gets, and the modes of a console are known only to those who sit at it.
//! So this test program is started a second time, on the console, and [starts](sits_at_the_console) the program under test
//! there. What it is to do, and what it sees, goes through a connection.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::process::Command;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use conpty::io::PipeWriter;
use conpty::{Process, ProcessOptions};
use serde::{Deserialize, Serialize};

use super::display::Display;
use super::outcome::pipe_of;
use super::sandbox::Run;

/// Arrow keys, as a terminal sends them.
pub(crate) const UP: &str = "\x1b[A";
pub(crate) const DOWN: &str = "\x1b[B";

const PATIENCE: Duration = Duration::from_secs(30);
/// Says to this program, started again, where to ask what it is to do.
const PORT: &str = "_HF_AUTH_TEST_CONSOLE";
const INTERRUPT: &str = "interrupt";
const MODES: &str = "modes";
const ENABLE_LINE_INPUT: u32 = 0x2;
const ENABLE_ECHO_INPUT: u32 = 0x4;
/// ENABLE_VIRTUAL_TERMINAL_PROCESSING
const TAKES_ESCAPES: u32 = 0x4;
/// The last that the test harness says before the program under test is started.
const PREAMBLE: &str = "running 1 test\n";

/// What is to be started on the console.
#[derive(Serialize, Deserialize)]
struct Order {
    program: OsString,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    directory: OsString,
    stdin: Option<Vec<u8>>,
}

/// What whoever sits at the console says: the modes of its input, how the program ended, and whether the console takes
/// escape sequences then.
#[derive(Serialize, Deserialize)]
enum Word {
    Modes(u32),
    Ended(i32, u32, bool),
}

/// A running program and its console. Dropping it ends both.
pub(crate) struct Terminal {
    console: Process,
    keyboard: Mutex<PipeWriter>,
    orders: TcpStream,
    words: Mutex<BufReader<TcpStream>>,
    display: Arc<Display>,
    modes_at_close: Option<u32>,
    takes_escapes: bool,
}

impl Terminal {
    /// Starts the program on a console of this size. Standard input is the console too, unless the run brings its own.
    pub(crate) fn open(mut run: Run, rows: u16, columns: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let own = std::env::current_exe().unwrap();
        let mut command = Command::new(format!("\"{}\"", own.display()));
        command.args([
            "--exact",
            "support::console::sits_at_the_console",
            "--ignored",
            "--nocapture",
            "--test-threads=2",
        ]);
        command.envs(std::env::vars_os()).env(PORT, port.to_string());
        let size = (columns.try_into().unwrap(), rows.try_into().unwrap());
        let mut console = ProcessOptions::default()
            .set_console_size(Some(size))
            .spawn(command)
            .unwrap();
        let display = Arc::new(Display::new(rows, columns));
        thread::spawn({
            let (display, output) = (Arc::clone(&display), console.output().unwrap());
            move || display.follow(output)
        });
        let (orders, _) = listener.accept().unwrap();
        orders.set_read_timeout(Some(PATIENCE)).unwrap();
        let terminal = Self {
            keyboard: Mutex::new(console.input().unwrap()),
            console,
            words: Mutex::new(BufReader::new(orders.try_clone().unwrap())),
            orders,
            display,
            modes_at_close: None,
            takes_escapes: false,
        };
        let stdin = run.take_stdin();
        let command = run.command();
        let environment = command
            .get_envs()
            .filter_map(|(name, value)| Some((name.into(), value?.into())));
        terminal.say(&Order {
            program: command.get_program().into(),
            arguments: command.get_args().map(OsString::from).collect(),
            environment: environment.collect(),
            directory: command.get_current_dir().unwrap().into(),
            stdin,
        });
        terminal
    }

    fn say(&self, what: &impl Serialize) {
        say(&self.orders, what);
    }

    /// The next word of whoever sits at the console.
    fn word(&self) -> Word {
        let mut line = String::new();
        let mut words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        words
            .read_line(&mut line)
            .unwrap_or_else(|error| panic!("{error}; the screen is\n{}", self.screen()));
        serde_json::from_str(&line).unwrap()
    }

    /// Waits until the screen shows this text (within one line).
    ///
    /// # Panics
    /// After 30 seconds, with the screen.
    #[track_caller]
    pub(crate) fn wait_for(&self, text: &str) {
        let expectation = format!("{text:?} on the screen");
        self.display.wait_until(PATIENCE, &expectation, |contents| {
            contents.lines().iter().any(|line| line.contains(text))
        });
    }

    /// Waits until the whole screen is as it should be.
    ///
    /// # Panics
    /// After 30 seconds, with the screen.
    #[track_caller]
    pub(crate) fn wait_until(&self, expectation: &str, holds: impl Fn(&str) -> bool) {
        self.display.wait_until(PATIENCE, expectation, |contents| {
            holds(without_preamble(&contents.screen()))
        });
    }

    /// Types this: `\r` is Enter, `\x1b[A` the up key; `\x03` alone is Ctrl-C.
    pub(crate) fn send(&self, text: &str) {
        if text == "\x03" {
            return self.say(&INTERRUPT);
        }
        let mut keyboard = self.keyboard.lock().unwrap_or_else(PoisonError::into_inner);
        keyboard.write_all(text.as_bytes()).unwrap();
    }

    /// What the screen shows, without blanks at the ends of lines and without empty lines at the end.
    pub(crate) fn screen(&self) -> String {
        without_preamble(&self.display.lock().screen()).to_owned()
    }

    /// Every byte that the console has sent so far.
    pub(crate) fn raw(&self) -> Vec<u8> {
        self.display.lock().raw.clone()
    }

    /// Whether a person would see the cursor.
    pub(crate) fn cursor_is_visible(&self) -> bool {
        !self.display.lock().parser.screen().hide_cursor()
    }

    /// Whether the program has switched escape sequences on; after [`Terminal::close`].
    pub(crate) fn takes_escapes(&self) -> bool {
        self.takes_escapes
    }

    /// Line mode and echo as the console has them now; after [`Terminal::close`], as the program left them.
    pub(crate) fn line_mode_and_echo(&self) -> (bool, bool) {
        let modes = self.modes_at_close.unwrap_or_else(|| {
            self.say(&MODES);
            match self.word() {
                Word::Modes(modes) | Word::Ended(_, modes, _) => modes,
            }
        });
        (modes & ENABLE_LINE_INPUT != 0, modes & ENABLE_ECHO_INPUT != 0)
    }

    /// Waits until [`Terminal::line_mode_and_echo`] is this.
    ///
    /// # Panics
    /// After 30 seconds.
    #[track_caller]
    pub(crate) fn wait_for_modes(&self, line_mode_and_echo: (bool, bool)) {
        let started = Instant::now();
        while self.line_mode_and_echo() != line_mode_and_echo {
            assert!(
                started.elapsed() < PATIENCE,
                "the modes stay {:?}",
                self.line_mode_and_echo()
            );
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits for the program to end and for its last byte to be on the screen; gives the exit status.
    ///
    /// # Panics
    /// After 30 seconds, with the screen.
    #[track_caller]
    pub(crate) fn close(&mut self) -> i32 {
        let status = loop {
            if let Word::Ended(status, modes, takes_escapes) = self.word() {
                (self.modes_at_close, self.takes_escapes) = (Some(modes), takes_escapes);
                break status;
            }
        };
        // The console draws a little later than it is written to.
        thread::sleep(Duration::from_millis(300));
        status
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.orders.shutdown(Shutdown::Both);
        let _ = self.console.exit(1);
    }
}

fn without_preamble(screen: &str) -> &str {
    screen.split_once(PREAMBLE).map_or(screen, |(_, rest)| rest)
}

fn say(mut stream: &TcpStream, what: &impl Serialize) {
    let line = serde_json::to_string(what).unwrap() + "\n";
    stream.write_all(line.as_bytes()).unwrap();
}

#[test]
#[ignore = "needs to be started by the tests of consoles, on one"]
fn sits_at_the_console() {
    let port = std::env::var(PORT).expect("a test starts this").parse::<u16>().unwrap();
    // The event is for the program under test.
    ctrlc::set_handler(|| ()).unwrap();
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    let mut orders = BufReader::new(stream.try_clone().unwrap()).lines();
    let order: Order = serde_json::from_str(&orders.next().unwrap().unwrap()).unwrap();
    let open = |name: &str| OpenOptions::new().read(true).write(true).open(name).unwrap();
    let (keyboard, screen) = (open("CONIN$"), open("CONOUT$"));
    let modes = move || winapi_util::console::mode(&keyboard).unwrap();
    // As older consoles are before somebody asks for more.
    let takes_escapes = move |screen: &File| winapi_util::console::mode(screen).unwrap() & TAKES_ESCAPES != 0;
    let before = winapi_util::console::mode(&screen).unwrap();
    winapi_util::console::set_mode(&screen, before & !TAKES_ESCAPES).unwrap();
    let watched = screen.try_clone().unwrap();
    let mut child = Command::new(order.program)
        .args(order.arguments)
        .env_clear()
        .envs(order.environment)
        .current_dir(order.directory)
        .stdin(order.stdin.map_or_else(|| open("CONIN$").into(), pipe_of))
        .stdout(screen.try_clone().unwrap())
        .stderr(screen)
        .spawn()
        .unwrap();
    let (sender, received) = mpsc::channel();
    thread::spawn(move || orders.map_while(Result::ok).try_for_each(|order| sender.send(order)));
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status.code().unwrap();
        }
        match received.recv_timeout(Duration::from_millis(10)) {
            Ok(order) if order.contains(INTERRUPT) => raise_ctrl_c(),
            Ok(_) => say(&stream, &Word::Modes(modes())),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                child.kill().unwrap();
                return;
            }
        }
    };
    say(&stream, &Word::Ended(status, modes(), takes_escapes(&watched)));
    // Its screen is looked at until the test goes.
    while received.recv().is_ok() {}
}

/// For everybody at this console: what the reader of a hidden line does with the key.
fn raise_ctrl_c() {
    let typed = rpassword::ConfigBuilder::new()
        .input_data("\x03")
        .output_discard()
        .build();
    rpassword::read_password_with_config(typed).unwrap_err();
}
