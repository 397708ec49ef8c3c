//! The root of the command tree, and the way from a command line to an exit status. What a command takes and does is in
//! its own file under `commands`.

mod completion;
pub mod manual;
mod usage;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::commands::arguments::Formatting;
use crate::commands::{Context, git_credential, list, login, logout, run, setup_git, status, switch, token, whoami};
use crate::delegate::{self, Handed, Owner};
use crate::error::{Error, Result};
use crate::memory::keep_memory_private;
use crate::settings::Settings;
use crate::signals;
use crate::ui::output::{Mode, Output};
use crate::ui::report_panics;
use completion::Shell;

/// First the version of the reference that this program mirrors, so that a script that reads the first number goes on
/// working.
const VERSION: &str = concat!("2.4.0 (hf-auth ", env!("CARGO_PKG_VERSION"), ")");

const LEARN_MORE: &str = "Examples:
  $ hf auth login                 log in
  $ hf auth whoami                ask the Hub who you are

Learn more:
  Every command explains itself with `--help`.
  Access tokens: https://huggingface.co/settings/tokens";

#[derive(Parser)]
#[command(
    name = "hf",
    bin_name = "hf",
    about = "Log in to the Hugging Face Hub and manage your access tokens",
    after_help = LEARN_MORE,
    max_term_width = 100,
    version = VERSION,
    disable_version_flag = true,
    disable_help_subcommand = true,
    arg_required_else_help = true,
    args_override_self = true
)]
struct Cli {
    /// Print the version
    #[arg(short = 'v', long, action = clap::ArgAction::Version)]
    version: Option<bool>,
    /// Print the completion script of a shell: bash, zsh, fish or powershell; yours if none is named
    #[arg(long, value_name = "SHELL", value_enum, hide_possible_values = true)]
    show_completion: Option<Option<Shell>>,
    /// Make a shell complete `hf` from its next start on
    #[arg(
        long,
        value_name = "SHELL",
        value_enum,
        hide_possible_values = true,
        conflicts_with = "show_completion"
    )]
    install_completion: Option<Option<Shell>>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Log in and out, and switch between accounts
    #[command(subcommand, arg_required_else_help = true, disable_help_subcommand = true, after_help = AUTH_EXAMPLES)]
    Auth(Auth),
}

const AUTH_EXAMPLES: &str = "Examples:
  $ hf auth login                 log in
  $ hf auth switch                choose another account
  $ hf auth whoami                ask the Hub who you are
  $ export HF_TOKEN=$(hf auth token)

Tokens are kept under ~/.cache/huggingface, where the Python library finds them too.";

// Most of a start would go into describing the arguments of commands that were not meant: each is described when it is.
// The commands' own descriptions stand here and not in their files because the list in `hf auth --help` needs them before.
#[derive(Subcommand)]
#[command(defer = true)]
enum Auth {
    /// Log in to the Hub
    Login(login::Login),
    /// Forget one stored token, or all of them
    Logout(logout::Logout),
    /// Make another stored token the active one
    Switch(switch::Switch),
    /// Show the stored tokens
    #[command(alias = "ls")]
    List(list::List),
    /// Print the token in effect, or a stored one
    Token(token::Token),
    /// Ask the Hub who you are
    Whoami(whoami::Whoami),
    /// Show which token is in effect, and why
    Status(status::Status),
    /// Run a command with a stored token in `HF_TOKEN`
    Run(run::Run),
    /// Let git ask for the token, without storing a copy
    SetupGit(setup_git::SetupGit),
    /// Answer git's questions for the token; git runs this, see `hf auth setup-git`
    GitCredential(git_credential::GitCredential),
}

impl Auth {
    fn formatting(&self) -> &Formatting {
        match self {
            Auth::Login(command) => &command.formatting,
            Auth::Logout(command) => &command.formatting,
            Auth::Switch(command) => &command.formatting,
            Auth::List(command) => &command.formatting,
            Auth::Token(command) => &command.formatting,
            Auth::Whoami(command) => &command.formatting,
            Auth::Status(command) => &command.formatting,
            Auth::Run(command) => &command.formatting,
            Auth::SetupGit(command) => &command.formatting,
            Auth::GitCredential(command) => &command.formatting,
        }
    }

    /// Who the output is for. git's questions are answered in its own format, and nothing is said around the answer.
    fn mode(&self, settings: &Settings) -> Mode {
        match self {
            Auth::GitCredential(_) => Mode::Quiet,
            _ => self.formatting().mode(settings),
        }
    }

    fn run(&self, context: &Context) -> Result<()> {
        match self {
            Auth::Login(command) => command.run(context),
            Auth::Logout(command) => command.run(context),
            Auth::Switch(command) => command.run(context),
            Auth::List(command) => command.run(context),
            Auth::Token(command) => command.run(context),
            Auth::Whoami(command) => command.run(context),
            Auth::Status(command) => command.run(context),
            Auth::Run(command) => command.run(context),
            Auth::SetupGit(command) => command.run(context),
            Auth::GitCredential(command) => command.run(context),
        }
    }
}

/// The command tree with everything described, for what is made of it besides the parser: completion, man pages, and the
/// usage line of an error.
pub fn command() -> clap::Command {
    let mut tree = Cli::command();
    tree.build();
    tree
}

/// Runs a command line and gives the exit status of the process.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    report_panics();
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if let Some(status) = completion::answer(&arguments) {
        return status;
    }
    match Owner::of(&arguments) {
        Owner::Us(arguments) => start(&arguments, usage::Stop::from),
        Owner::UsAsBefore(arguments, command) => {
            screen(&Settings::from_environment()).warn(&format!(
                "`huggingface-cli {command}` is the old name of `hf auth {command}`, which you can use instead."
            ));
            start(&arguments, usage::Stop::from)
        }
        Owner::Other => hand_on(&arguments),
    }
}

fn hand_on(arguments: &[OsString]) -> ExitCode {
    let screen = || screen(&Settings::from_environment());
    match delegate::hand_on(arguments) {
        Ok(Handed::On(status)) => status,
        Ok(Handed::ToNobody { arguments, unstartable }) => {
            unstartable.iter().for_each(|sentence| screen().warn(sentence));
            // The old name leaves to others what `hf` would do itself.
            let is_ours = arguments.get(1).is_none_or(|first| delegate::is_our_word(first));
            start(
                &arguments,
                if is_ours {
                    usage::Stop::from
                } else {
                    usage::Stop::of_foreign
                },
            )
        }
        Err(error) => end(Err(error), &screen()),
    }
}

fn start(arguments: &[OsString], stop: fn(clap::Error) -> usage::Stop) -> ExitCode {
    keep_memory_private();
    signals::take_charge();
    let settings = Settings::from_environment();
    let cli = match parse(arguments, stop) {
        Ok(cli) => cli,
        Err(stop) => return stop.say(&settings),
    };
    if let Some(Command::Auth(command)) = cli.command {
        let output = Output::new(command.mode(&settings), &settings);
        let context = Context { settings, output };
        return end(command.run(&context), &context.output);
    }
    let output = screen(&settings);
    match (cli.show_completion, cli.install_completion) {
        (Some(shell), _) => end(completion::show(shell, &output), &output),
        (None, Some(shell)) => end(completion::install(shell, &output), &output),
        (None, None) => end(Err(Error::usage("Missing command.")), &output),
    }
}

/// Where a person is told something before it is known which command, and so which output, was meant.
fn screen(settings: &Settings) -> Output {
    Output::new(Mode::Human, settings)
}

fn parse(arguments: &[OsString], stop: fn(clap::Error) -> usage::Stop) -> Result<Cli, usage::Stop> {
    if let Some(conflict) = usage::conflicting_formats(arguments) {
        return Err(conflict);
    }
    let mut tree = Cli::command();
    // Only the root's own help says it, and only those who are asked for that look along PATH.
    if arguments.get(1).is_none_or(|first| first != "auth") {
        tree = with_follower(tree);
    }
    let matches = tree.try_get_matches_from_mut(arguments);
    // Its thousand small parts are given back when the process ends, which is soon.
    std::mem::forget(tree);
    matches
        .and_then(|matches| Cli::from_arg_matches(&matches))
        .map_err(stop)
}

/// Where another `hf` follows on PATH, the help says that it gets the other commands.
fn with_follower(tree: clap::Command) -> clap::Command {
    match delegate::follower() {
        Some(program) => tree.after_help(format!(
            "Every other command is handed on to {}.\n\n{LEARN_MORE}",
            program.display()
        )),
        None => tree,
    }
}

fn end(outcome: Result<()>, output: &Output) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output.error(&error);
            ExitCode::from(error.kind().exit_status())
        }
    }
}
