//! What is said: data on standard output, everything else on standard error; for a person, an agent, a program that
//! reads JSON, or a script that wants one word a line. Colour only where a terminal shows it.

use std::collections::HashSet;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::sync::{Mutex, PoisonError};

use clap::builder::StyledStr;
use serde::Serialize;

use super::input::patiently;
use super::terminal::Screen;
use super::{json, table, transient};
use crate::error::{Hint, reason};
use crate::notice::Notice;
use crate::ui::failure::{Failure, Kind, Result};
use crate::ui::text::escape;

/// How much is written at a time, in bytes.
const CHUNK: usize = 64 * 1024;

/// Who the output is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Human,
    Agent,
    Json,
    Quiet,
}

/// The reference's colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Bold,
    Gray,
    Green,
    Red,
    Yellow,
}

impl Style {
    fn code(self) -> &'static str {
        match self {
            Style::Bold => "\x1b[1m",
            Style::Gray => "\x1b[90m",
            Style::Green => "\x1b[32m",
            Style::Red => "\x1b[1m\x1b[31m",
            Style::Yellow => "\x1b[33m",
        }
    }
}

/// What the person and their terminal want.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub(crate) with_colors: bool,
    /// Errors come with their causes.
    pub(crate) with_causes: bool,
    pub(crate) cursor_can_move: bool,
}

/// The two streams, in one mode.
#[derive(Debug)]
pub(crate) struct Output {
    mode: Mode,
    colored_stdout: bool,
    colored_stderr: bool,
    debug: bool,
    cursor_can_move: bool,
    /// The warnings that were shown, and the topics of the Hub's: a second time says nothing new.
    warnings: Mutex<HashSet<String>>,
    topics: Mutex<HashSet<String>>,
}

impl Output {
    pub(crate) fn new(mode: Mode, look: Look) -> Self {
        let colored = |screen: Screen| mode == Mode::Human && look.with_colors && screen.takes_escapes();
        Output {
            mode,
            colored_stdout: colored(Screen::Stdout),
            colored_stderr: colored(Screen::Stderr),
            debug: look.with_causes,
            cursor_can_move: look.cursor_can_move,
            warnings: Mutex::default(),
            topics: Mutex::default(),
        }
    }

    /// For a person, without colours and whatever the environment says.
    pub(super) fn plain() -> Self {
        Output {
            mode: Mode::Human,
            colored_stdout: false,
            colored_stderr: false,
            debug: false,
            cursor_can_move: false,
            warnings: Mutex::default(),
            topics: Mutex::default(),
        }
    }

    pub(crate) fn mode(&self) -> Mode {
        self.mode
    }

    /// Whether what is printed stays on a screen.
    pub(crate) fn is_on_a_screen(&self) -> bool {
        Screen::Stdout.is_terminal()
    }

    /// Whether the terminal is one that a menu can be drawn on.
    pub(super) fn cursor_can_move(&self) -> bool {
        self.cursor_can_move && Screen::Stdout.takes_escapes()
    }

    /// Whether a person looks at a terminal on which what is said on the way appears, and a line can come and go.
    pub(crate) fn is_watched(&self) -> bool {
        self.mode == Mode::Human && self.cursor_can_move && Screen::Stderr.is_terminal()
    }

    /// The text as standard output shows it in a style.
    pub(crate) fn styled(&self, style: Style, text: &str) -> String {
        paint(self.colored_stdout, style, text)
    }

    /// A line of data, with what could drive a terminal escaped.
    pub(crate) fn line(&self, text: &str) -> Result<()> {
        write_out(&escape(text))
    }

    /// Lines of our own making, each part already escaped.
    pub(crate) fn lines(&self, text: &str) -> Result<()> {
        write_out(text)
    }

    /// A part of a line, shown at once.
    pub(crate) fn part(&self, text: &str) -> Result<()> {
        write_bytes(text.as_bytes())
    }

    /// One JSON value on one line.
    pub(crate) fn json(&self, value: &impl Serialize) -> Result<()> {
        let mut stdout = BufWriter::with_capacity(CHUNK, Stdout);
        let written = json::dump(value, &mut stdout).map_err(io::Error::from);
        written
            .and_then(|()| stdout.write_all(b"\n"))
            .and_then(|()| stdout.flush())
            .map_err(unwritten)
    }

    /// Many lines of our own making, as `lines` takes them.
    pub(crate) fn many_lines(&self, mut lines: impl Iterator<Item = String>) -> Result<()> {
        let mut stdout = BufWriter::with_capacity(CHUNK, Stdout);
        lines
            .try_for_each(|line| writeln!(stdout, "{line}"))
            .and_then(|()| stdout.flush())
            .map_err(unwritten)
    }

    /// The reference's table.
    pub(crate) fn table(&self, headers: &[&str], rows: impl Iterator<Item = Vec<String>> + Clone) -> Result<()> {
        self.many_lines(table::lines(headers, rows))
    }

    /// How the work goes, on standard error. In every mode, as in the reference: it is not what programs parse.
    pub(crate) fn say(&self, text: &str) {
        write_error(&escape(text));
    }

    /// The same in lines of our own: nothing from elsewhere can be among them.
    pub(crate) fn say_lines(&self, text: &'static str) {
        write_error(text);
    }

    /// Something to look at although the work goes on.
    pub(crate) fn warn(&self, text: &str) {
        write_error(&paint(
            self.colored_stderr,
            Style::Yellow,
            &format!("Warning: {}", escape(text)),
        ));
    }

    /// The next step. Quiet means quiet.
    pub(crate) fn hint(&self, text: &str) {
        if self.mode != Mode::Quiet {
            write_error(&paint(
                self.colored_stderr,
                Style::Gray,
                &format!("Hint: {}", escape(text)),
            ));
        }
    }

    /// Help that was asked for.
    pub(crate) fn help(&self, help: &StyledStr) -> Result<()> {
        write_out(rendered(self.colored_stdout, help).trim_end())
    }

    /// Help in place of what was missing on the command line.
    pub(crate) fn help_instead(&self, help: &StyledStr) {
        write_error(rendered(self.colored_stderr, help).trim_end());
    }

    /// On standard output, where the reference prints it, unless that is for a program.
    fn advise(&self, text: &'static str) {
        match self.mode {
            // If nobody reads it, the command has done its work all the same.
            Mode::Human | Mode::Agent => drop(write_out(&self.styled(Style::Red, text))),
            Mode::Json | Mode::Quiet => write_error(text),
        }
    }

    /// What the library has to tell.
    pub(crate) fn notice(&self, notice: Notice) {
        match notice {
            Notice::Information(text) => self.say(&text),
            Notice::Warning(text) => {
                if is_new(&self.warnings, text.clone()) {
                    self.warn(&text);
                }
            }
            Notice::HubWarning { topic, message } => {
                if is_new(&self.topics, topic) {
                    self.say(&message);
                }
            }
            Notice::Advice(text) => self.advise(text),
            Notice::Asking(host) if self.is_watched() => transient::request_begins(&escape(&host)),
            Notice::Answered if self.is_watched() => transient::request_ends(),
            Notice::Asking(_) | Notice::Answered => {}
            Notice::Debug(text) if self.debug => write_error(&escape(&text)),
            Notice::Debug(_) => {}
        }
    }

    /// Why the program ends: the message, then the causes or the next step.
    pub(crate) fn failure(&self, failure: &Failure) {
        let message = &failure.message;
        let message = match failure.kind {
            Kind::BrokenPipe => return,
            // A line of its own, below the prompt.
            Kind::Aborted => return write_error("\nAborted!"),
            Kind::Invalid => format!("Error: Invalid value. {message}"),
            Kind::Usage | Kind::Failed | Kind::Unstartable(_) => format!("Error: {message}"),
        };
        let mut text = escape(&message).into_owned();
        text.extend(failure.second_line.iter().flat_map(|line| ["\n", line]));
        write_error(&paint(self.colored_stderr, Style::Red, &text));
        if self.debug {
            for cause in failure.causes() {
                write_error(&format!("Caused by: {}", escape(&cause)));
            }
        }
        match &failure.hint {
            Hint::Step(step) => self.hint(step),
            Hint::Debug if !self.debug && failure.cause.is_some() => {
                self.hint("set HF_DEBUG=1 as environment variable for full traceback.");
            }
            Hint::Debug | Hint::None => {}
        }
        if self.mode != Mode::Quiet {
            let lines = failure.example.iter();
            lines.for_each(|line| write_error(&format!("  {}", escape(line))));
        }
    }
}

/// Whether a set has not held this before.
fn is_new(known: &Mutex<HashSet<String>>, text: String) -> bool {
    known.lock().unwrap_or_else(PoisonError::into_inner).insert(text)
}

fn rendered(colored: bool, help: &StyledStr) -> String {
    if colored {
        help.ansi().to_string()
    } else {
        help.to_string()
    }
}

fn paint(colored: bool, style: Style, text: &str) -> String {
    if colored {
        format!("{}{text}\x1b[0m", style.code())
    } else {
        text.to_owned()
    }
}

/// A failure to write data is a failure of the command: a script must not take half an answer for a whole one.
fn write_out(text: &str) -> Result<()> {
    write_bytes(format!("{text}\n").as_bytes())
}

fn write_bytes(bytes: &[u8]) -> Result<()> {
    Stdout.write_all(bytes).map_err(unwritten)
}

fn unwritten(cause: io::Error) -> Failure {
    match cause.kind() {
        ErrorKind::BrokenPipe => Failure::broken_pipe(),
        _ => Failure::failed(format!("Cannot write to standard output: {}.", reason(&cause))).with_source(cause),
    }
}

/// Standard output, of which each write is a whole one.
struct Stdout;

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        transient::aside(|| write_whole(&mut io::stdout().lock(), bytes))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// If nobody reads standard error there is nobody to tell so.
fn write_error(text: &str) {
    let _ = transient::aside(|| write_whole(&mut io::stderr().lock(), format!("{text}\n").as_bytes()));
}

/// All of it, on its way, however slowly it is taken.
pub(super) fn write_whole(stream: &mut impl Write, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        let written = patiently(|| match stream.write(bytes) {
            Err(cause) if cause.kind() == ErrorKind::Interrupted => Ok(0),
            Ok(0) => Err(ErrorKind::WriteZero.into()),
            outcome => outcome,
        })?;
        bytes = &bytes[written..];
    }
    patiently(|| stream.flush())
}
