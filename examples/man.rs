//! Writes a man page for every command into a folder, which is made if it is missing. A release packs them. Exit statuses,
//! variables and files are those of `hf_auth::cli::manual`.
//!
//!     cargo run --example man -- target/man && man -l target/man/hf-auth-login.1
//!
//! The pages carry the date in `SOURCE_DATE_EPOCH` if it is set, so that a build can be repeated, else today's.
#![allow(
    clippy::disallowed_methods,
    reason = "the program's doors are the program's; this is a tool of the release"
)]

use std::error::Error;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use clap::Command;
use clap::builder::Resettable;
use clap_mangen::Man;
use hf_auth::cli::manual::{ABOUT_VARIABLES, EXIT_STATUSES, FILES, VARIABLES};

fn main() -> Result<(), Box<dyn Error>> {
    let folder: PathBuf = std::env::args_os()
        .nth(1)
        .ok_or("usage: cargo run --example man -- DIR")?
        .into();
    std::fs::create_dir_all(&folder)?;
    let date = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(seconds) => DateTime::from_timestamp(seconds.parse()?, 0).ok_or("SOURCE_DATE_EPOCH is no date")?,
        Err(_) => Utc::now(),
    };
    let tree = hf_auth::cli::command();
    Ok(write_pages(&tree, "hf", &date.format("%Y-%m-%d").to_string(), &folder)?)
}

/// The page of a command, then those of the commands below it.
fn write_pages(command: &Command, name: &str, date: &str, folder: &Path) -> io::Result<()> {
    let mut page = std::fs::File::create(folder.join(format!("{name}.1")))?;
    let examples = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let man = Man::new(named(command, name))
        .date(date)
        .source(concat!("hf-auth ", env!("CARGO_PKG_VERSION")))
        .manual("Hugging Face");
    man.render(&mut page)?;
    write_surroundings(&mut page)?;
    write_verbatim(&mut page, &examples)?;
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        write_pages(below, &format!("{name}-{}", below.get_name()), date, folder)?;
    }
    Ok(())
}

/// Under the name of its page, and without what would be filled into paragraphs.
fn named(command: &Command, name: &str) -> Command {
    command
        .clone()
        .display_name(name)
        .version(Resettable::Reset)
        .after_help(Resettable::Reset)
}

/// What is true of every command.
fn write_surroundings(page: &mut impl Write) -> io::Result<()> {
    writeln!(page, ".SH EXIT STATUS")?;
    for status in EXIT_STATUSES {
        write_entry(page, &status.status.to_string(), status.meaning)?;
    }
    writeln!(page, ".SH ENVIRONMENT\n{}", paragraph(ABOUT_VARIABLES))?;
    for variable in VARIABLES {
        write_entry(page, &variable.names.join(", "), variable.meaning)?;
    }
    writeln!(page, ".SH FILES")?;
    for file in FILES {
        write_entry(page, file.path, file.meaning)?;
    }
    Ok(())
}

fn write_entry(page: &mut impl Write, name: &str, meaning: &str) -> io::Result<()> {
    writeln!(page, ".TP\n\\fB{}\\fR\n{}", literal(name), paragraph(meaning))
}

/// Text to be filled; what stands between backticks is bold, as a name is.
fn paragraph(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let roff = parts.map(|(number, part)| match number % 2 {
        0 => literal(part),
        _ => format!(r"\fB{}\fR", literal(part)),
    });
    // Behind `\&`, a dot or a quote at the beginning means nothing but itself.
    format!(r"\&{}", roff.collect::<String>())
}

/// Every character as itself, to be copied from the page as it is typed.
fn literal(text: &str) -> String {
    text.replace('\\', r"\e")
        .replace('-', r"\-")
        .replace('\'', r"\(aq")
        .replace('`', r"\(ga")
        .replace('~', r"\(ti")
        .replace('^', r"\(ha")
}

/// Lines that stay as they are, for the examples.
fn write_verbatim(page: &mut impl Write, text: &str) -> io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    writeln!(page, ".SH EXAMPLES\n.nf")?;
    for line in text.lines().filter(|line| *line != "Examples:") {
        // Behind `\&`, a blank or a dot at the beginning means nothing but itself.
        writeln!(page, r"\&{}", literal(line))?;
    }
    writeln!(page, ".fi")
}
