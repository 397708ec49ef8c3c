//! The root of the command tree, and the way from a command line to an exit status. What a command takes and does is in
//! its own file under `commands`.

mod completion;
mod guess;
mod help;
pub mod manual;
mod usage;

use std::ffi::OsString;
use std::mem::ManuallyDrop;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::auth::Auth;
use crate::commands::{self, Context};
use crate::delegate::{self, Nobody, Owner};
use crate::memory::keep_memory_private;
use crate::settings::Settings;
use crate::signals;
use crate::ui::failure::{Failure, Result};
use crate::ui::output::{Look, Mode, Output};
use crate::ui::{report_panics, stop_at_a_prompt};
use completion::Shell;

/// First the version of the reference that this program mirrors, so that a script that reads the first number goes on
/// working.
const VERSION: &str = concat!("2.4.0 (hf-auth ", env!("CARGO_PKG_VERSION"), ")");

const LEARN_MORE: &str = "Examples:
  $ hf auth login                 log in
  $ hf auth whoami                ask the Hub who you are

Learn more:
  Every command explains itself with `--help`; `hf auth help environment` lists the variables.
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
    Auth(AuthCommand),
}

const AUTH_EXAMPLES: &str = "Examples:
  $ hf auth login                 log in
  $ hf auth switch                choose another account
  $ hf auth whoami                ask the Hub who you are
  $ export HF_TOKEN=$(hf auth token)

Tokens are kept under ~/.cache/huggingface, where the Python library finds them too.";

/// Each command in one line: what the list in `hf auth --help` says of it, and the type that takes its arguments and runs it.
macro_rules! commands {
    ($($(#[$about:meta])* $name:ident($command:ty),)*) => {
        // Most of a start would go into describing the arguments of commands that were not meant: each is described when it is.
        #[derive(Subcommand)]
        #[command(defer = true)]
        enum AuthCommand {
            $($(#[$about])* $name($command),)*
        }

        impl AuthCommand {
            /// The command of that name, if all that stands behind it makes sense.
            fn alone(word: &str, arguments: &[OsString]) -> Option<Self> {
                $(if is_called(stringify!($name), word) {
                    return parse_alone(arguments).map(AuthCommand::$name);
                })*
                None
            }

            fn command(&self) -> &dyn commands::Command {
                match self {
                    $(AuthCommand::$name(command) => command,)*
                }
            }
        }
    };
}

commands! {
    /// Log in to the Hub
    Login(commands::login::LoginArgs),
    /// Forget one stored token, or all of them
    Logout(commands::logout::LogoutArgs),
    /// Make another stored token the active one
    Switch(commands::switch::SwitchArgs),
    /// Show the stored tokens
    #[command(alias = "ls")]
    List(commands::list::ListArgs),
    /// Print the token in effect, or a stored one
    Token(commands::token::TokenArgs),
    /// Ask the Hub who you are
    Whoami(commands::whoami::WhoamiArgs),
    /// Show which token is in effect, and why
    Status(commands::status::StatusArgs),
    /// Ask whether a token can read, or write, repositories
    Check(commands::check::CheckArgs),
    /// End tokens on the Hub, for every machine
    Revoke(commands::revoke::RevokeArgs),
    /// Run a command with a stored token in `HF_TOKEN`
    Run(commands::run::RunArgs),
    /// Choose the stored token that counts in a folder, or for an owner's repositories
    Use(commands::use_account::UseAccountArgs),
    /// Print what has a shell set HF_TOKEN by folder
    Hook(commands::hook::HookArgs),
    /// Print a token in the form that another tool takes
    Export(commands::export::ExportArgs),
    /// Show what a CI job's identity token says, for keyless login
    Oidc(commands::oidc::OidcArgs),
    /// Let git ask for the token, without storing a copy
    SetupGit(commands::setup_git::SetupGitArgs),
    /// Answer git's questions for the token; git runs this, see `hf auth setup-git`
    #[command(hide = true)]
    GitCredential(commands::git_credential::GitCredentialArgs),
}

/// Whether `SetupGit` is what `setup-git` means.
fn is_called(name: &str, word: &str) -> bool {
    let mut rest = word.chars();
    let is_next = |(index, letter): (usize, char)| {
        let starts_word = letter.is_ascii_uppercase() && index > 0;
        (!starts_word || rest.next() == Some('-')) && rest.next() == Some(letter.to_ascii_lowercase())
    };
    name.chars().enumerate().all(is_next) && rest.next().is_none()
}

fn parse_alone<A: clap::Args>(arguments: &[OsString]) -> Option<A> {
    let mut command = A::augment_args(clap::Command::new("hf").args_override_self(true));
    let matches = command.try_get_matches_from_mut(arguments);
    // Its parts are given back when the process ends, which is soon.
    std::mem::forget(command);
    A::from_arg_matches(&matches.ok()?).ok()
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
        Owner::Us(arguments) => start(&arguments, usage::Stop::of),
        Owner::UsAsBefore(arguments, command) => {
            screen(&Settings::from_environment()).warn(&format!(
                "`huggingface-cli {command}` is the old name of `hf auth {command}`, which you can use instead."
            ));
            start(&arguments, usage::Stop::of)
        }
        Owner::Other => delegate_to_next(&arguments),
    }
}

fn delegate_to_next(arguments: &[OsString]) -> ExitCode {
    let screen = || screen(&Settings::from_environment());
    // The next one knows no such command, and not where it is.
    if let Some(word) = delegate::word_behind_auth(arguments).filter(|_| delegate::follower().is_some()) {
        screen().hint(&format!("did you mean `hf auth {word}`?"));
    }
    match delegate::exec_next(arguments) {
        Ok(Nobody { arguments, unstartable }) => {
            unstartable.iter().for_each(|sentence| screen().warn(sentence));
            // The old name leaves to others what `hf` would do itself.
            let is_ours = arguments.get(1).is_none_or(|first| delegate::is_our_word(first));
            start(
                &arguments,
                if is_ours {
                    usage::Stop::of
                } else {
                    usage::Stop::of_foreign
                },
            )
        }
        Err(error) => end(Err(error), &screen()),
    }
}

/// What a wrong command line gets, and one that asks for help.
type StopFor = fn(clap::Error, &[OsString]) -> usage::Stop;

fn start(arguments: &[OsString], stop: StopFor) -> ExitCode {
    keep_memory_private();
    signals::take_charge(stop_at_a_prompt);
    let settings = Settings::from_environment();
    let cli = match parse(arguments, stop) {
        Ok(cli) => cli,
        Err(stop) => return stop.say(&settings),
    };
    if let Some(Command::Auth(command)) = cli.command {
        let command = command.command();
        let output = Output::new(command.mode(&settings), look(&settings));
        let auth = Auth::from(settings).with_notices(|notice| output.notice(notice));
        // What it knows is given back when the process ends, too.
        let context = ManuallyDrop::new(Context { auth, output: &output });
        return end(command.run(&context), &output);
    }
    let output = screen(&settings);
    let done = match (cli.show_completion, cli.install_completion) {
        (Some(shell), _) => completion::show(shell, &output),
        (None, Some(shell)) => completion::install(shell, &output),
        (None, None) => Err(Failure::usage("Missing command.")),
    };
    end(done.map(|()| ExitCode::SUCCESS), &output)
}

/// Where a person is told something before it is known which command, and so which output, was meant.
fn screen(settings: &Settings) -> Output {
    Output::new(Mode::Human, look(settings))
}

fn look(settings: &Settings) -> Look {
    Look {
        with_colors: !settings.no_color,
        with_causes: settings.debug,
        cursor_can_move: !settings.dumb_terminal,
    }
}

fn parse(arguments: &[OsString], stop: StopFor) -> Result<Cli, usage::Stop> {
    if let Some(conflict) = usage::conflicting_formats(arguments) {
        return Err(conflict);
    }
    if let Some(page) = help::asked_for(arguments) {
        return Err(usage::Stop::asked_for_help(page));
    }
    if let Some(command) = parse_meant(arguments) {
        return Ok(Cli {
            version: None,
            show_completion: None,
            install_completion: None,
            command: Some(Command::Auth(command)),
        });
    }
    let mut tree = Cli::command();
    let matches = tree.try_get_matches_from_mut(arguments);
    // Its thousand small parts are given back when the process ends, which is soon.
    std::mem::forget(tree);
    matches
        .and_then(|matches| Cli::from_arg_matches(&matches))
        .map_err(|error| stop(error, arguments))
}

/// The command that is plainly meant. A good part of a start would go into describing all the others; whatever is not plain is
/// left to the whole tree, which knows what to say of it.
fn parse_meant(arguments: &[OsString]) -> Option<AuthCommand> {
    let [_, group, command, ..] = arguments else {
        return None;
    };
    let word = command.to_str().filter(|_| group == "auth")?;
    AuthCommand::alone(word, arguments.get(2..)?)
}

/// Where another `hf` follows on PATH, the help says that it gets the other commands.
fn with_follower(tree: clap::Command) -> clap::Command {
    let Some(program) = delegate::follower() else {
        return tree;
    };
    let program = program.display();
    tree.after_help(format!(
        "Every other command is handed on to {program}.\nSee them with `{program} --help`.\n\n{LEARN_MORE}"
    ))
}

fn end(outcome: Result<ExitCode>, output: &Output) -> ExitCode {
    outcome.unwrap_or_else(|failure| {
        output.failure(&failure);
        ExitCode::from(failure.exit_status())
    })
}
