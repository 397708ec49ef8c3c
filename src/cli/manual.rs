//! What the manual says about variables, files and exit statuses: one table of each, from which the man pages are made.
//! Knows nothing of the rest of the crate. Its tests hold the tables against the variables that the code reads, and against
//! the README.
//!
//! In a meaning, what stands between two backticks is to be typed or read as it is.

/// Environment variables with one meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    /// Their names. Where several mean the same, the first that is set counts.
    pub names: &'static [&'static str],
    /// What they do, in a sentence or two.
    pub meaning: &'static str,
}

/// A file that the program reads or writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct File {
    /// Where it is, if no variable says otherwise.
    pub path: &'static str,
    /// What is in it, and who writes it.
    pub meaning: &'static str,
}

/// A status with which the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExitStatus {
    /// The status.
    pub status: u8,
    /// When it is given.
    pub meaning: &'static str,
}

/// What holds for all of [`VARIABLES`].
pub const ABOUT_VARIABLES: &str = "A variable that switches something on does so as `1`, `ON`, `YES` or `TRUE`, in any case. \
     `~`, `~user`, `$VAR` and `${VAR}` expand in `HF_HOME` and `HF_TOKEN_PATH`, as in Python.";

/// Every environment variable that the program honours, those that people set first.
pub const VARIABLES: &[Variable] = &[
    Variable {
        names: &["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"],
        meaning: "The token in effect, before any stored one. White space around it is taken off; an empty one counts as \
                  not set.",
    },
    Variable {
        names: &["HF_HOME"],
        meaning: "The folder of the tokens. Default: `$XDG_CACHE_HOME/huggingface`, else `~/.cache/huggingface`. Where \
                  others share it, set `HF_TOKEN_PATH` to a file of your own.",
    },
    Variable {
        names: &["HF_TOKEN_PATH"],
        meaning: "The file of the active token; the stored tokens lie beside it. Default: `token` in `HF_HOME`.",
    },
    Variable {
        names: &["HF_ACCOUNT"],
        meaning: "The name of the stored token that is in effect, where neither `HF_OIDC_RESOURCE` nor `HF_TOKEN` is set. It \
                  counts before the rules of `hf auth use`.",
    },
    Variable {
        names: &["XDG_CACHE_HOME"],
        meaning: "Where `HF_HOME` is not set: the folder above it, instead of `~/.cache`.",
    },
    Variable {
        names: &["HF_ENDPOINT"],
        meaning: "The Hub to ask. Default: `https://huggingface.co`. One with a user name or a password in it is refused.",
    },
    Variable {
        names: &["HUGGINGFACE_CO_STAGING"],
        meaning: "Switches to the staging Hub, and to a file of its own for the active token: \
                  `~/.cache/huggingface_staging/token`.",
    },
    Variable {
        names: &["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"],
        meaning: "Switches requests off: a command that needs one fails and says so.",
    },
    Variable {
        names: &["HF_HUB_DOWNLOAD_TIMEOUT"],
        meaning: "How many seconds a request may take. Default: 10.",
    },
    Variable {
        names: &["HF_AUTH_LOCK_TIMEOUT"],
        meaning: "How many seconds to wait for another program that holds the lock on the stored tokens. Default: 30.",
    },
    Variable {
        names: &["HF_AUTH_GIT_TIMEOUT"],
        meaning: "How many seconds git may take, with the credential helpers that it asks. Default: 15.",
    },
    Variable {
        names: &["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"],
        meaning: "The proxy for `https` and for `http` addresses, else for both; SOCKS too. The same name in lower case \
                  counts first. Where none is set, the settings of Windows and macOS count.",
    },
    Variable {
        names: &["NO_PROXY"],
        meaning: "The hosts and networks that are asked without a proxy, separated by commas. In lower case too.",
    },
    Variable {
        names: &["REQUEST_METHOD"],
        meaning: "Set by a web server around its programs: `HTTP_PROXY` is then not believed, since a visitor can set it.",
    },
    Variable {
        names: &["SSL_CERT_FILE", "SSL_CERT_DIR"],
        meaning: "The certificates to trust instead of the system's: a file and folders, in PEM. A server's own \
                  certificate in the file is trusted as well.",
    },
    Variable {
        names: &["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"],
        meaning: "The same where neither of those two is set; a file or a folder.",
    },
    Variable {
        names: &["HF_OIDC_RESOURCE"],
        meaning: "Keyless login from CI, before any other token: what the job is to act on, such as `acme/model`, \
                  `datasets/acme/set`, `spaces/acme/app` or the name of a user. A failure is an error; no other token \
                  is used instead.",
    },
    Variable {
        names: &["HF_OIDC_ID_TOKEN"],
        meaning: "The identity token of the job, for `HF_OIDC_RESOURCE` and `hf auth oidc`, before every other one. Not needed \
                  in GitHub Actions, GitLab, Bitbucket and Buildkite.",
    },
    Variable {
        names: &["HF_OIDC_ID_TOKEN_FILE"],
        meaning: "The same in a file that somebody keeps fresh, such as a projected service account token in Kubernetes. It \
                  is read anew each time.",
    },
    Variable {
        names: &[
            "GITHUB_ACTIONS",
            "ACTIONS_ID_TOKEN_REQUEST_URL",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
        ],
        meaning: "Set by GitHub Actions: where a job with the permission `id-token: write` gets its identity token.",
    },
    Variable {
        names: &["GITLAB_CI", "HF_ID_TOKEN"],
        meaning: "GitLab sets the first; the second holds the identity token that a job asks for under this name, in \
                  `id_tokens`.",
    },
    Variable {
        names: &["CIRCLECI", "CIRCLE_OIDC_TOKEN_V2", "CIRCLE_OIDC_TOKEN"],
        meaning: "Set by CircleCI. Its identity tokens are for the organization; `hf auth oidc --help` has the command that \
                  makes one for the Hub.",
    },
    Variable {
        names: &["BITBUCKET_BUILD_NUMBER", "BITBUCKET_STEP_OIDC_TOKEN"],
        meaning: "Set by Bitbucket Pipelines, the second in a step with `oidc`, whose `audiences` have to name the Hub.",
    },
    Variable {
        names: &["BUILDKITE"],
        meaning: "Set by Buildkite: `buildkite-agent`, found along `PATH`, is asked for the identity token.",
    },
    Variable {
        names: &["GITHUB_ENV"],
        meaning: "Set by GitHub Actions: the file to which `hf auth export --as github-env` adds `HF_TOKEN`.",
    },
    Variable {
        names: &["HF_DEVICE_CODE_OAUTH_CLIENT_ID"],
        meaning: "The OAuth application that the browser login and the renewal use.",
    },
    Variable {
        names: &["HF_DEBUG"],
        meaning: "Shows every request as a `curl` command, and the causes of an error. Secrets are blotted out.",
    },
    Variable {
        names: &["NO_COLOR"],
        meaning: "No colours, unless it is empty. Outside a terminal there are none anyway.",
    },
    Variable {
        names: &["PWD"],
        meaning: "The current folder, for the rules of `hf auth use`, where the system does not know it any more.",
    },
    Variable {
        names: &["COLUMNS"],
        meaning: "How wide help may be where the terminal does not say.",
    },
    Variable {
        names: &["TERM"],
        meaning: "`dumb` is a terminal without colours and menus: questions are answered with numbers.",
    },
    Variable {
        names: &["BROWSER"],
        meaning: "The program that the browser login opens the address with, instead of the desktop's own; `%s` in it \
                  stands for the address. `false`: none.",
    },
    Variable {
        names: &["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"],
        meaning: "Set by SSH: the browser is on another machine then, and none is opened here.",
    },
    Variable {
        names: &["DISPLAY", "WAYLAND_DISPLAY"],
        meaning: "Set on a desktop. Without either, no browser is opened; not asked for on Windows and macOS.",
    },
    Variable {
        names: &["HF_HUB_DISABLE_TELEMETRY", "DISABLE_TELEMETRY", "DO_NOT_TRACK"],
        meaning: "Leaves the name of an AI agent out of the header `User-Agent`. Nothing else is ever told.",
    },
    Variable {
        names: &["HF_HUB_USER_AGENT_ORIGIN"],
        meaning: "An addition to the header `User-Agent`.",
    },
    Variable {
        names: &["AI_AGENT", "AGENT"],
        meaning: "An AI agent runs this: `--format auto` is then the format for agents, and nothing is asked.",
    },
    Variable {
        names: &["COLAB_RELEASE_TAG", "COLAB_BACKEND_VERSION", "VERTEX_PRODUCT"],
        meaning: "Set by Google Colab. Where there is no token, the error then says how to export one from the secrets \
                  vault.",
    },
    Variable {
        names: &["PATHEXT"],
        meaning: "On Windows: the endings that a program's name is typed without.",
    },
    Variable {
        names: &["PATH"],
        meaning: "Where `git` is found, the command of `hf auth run`, and the other `hf` that gets every command that is \
                  not ours.",
    },
    Variable {
        names: &["HOME", "USERPROFILE"],
        meaning: "The home folder, `~`; `USERPROFILE` on Windows. Where it is not set, the system's records say it.",
    },
    Variable {
        names: &["SHELL", "ZDOTDIR"],
        meaning: "For completion: which shell is yours, and where zsh has its files.",
    },
    Variable {
        names: &["GIT_CONFIG_GLOBAL", "XDG_CONFIG_HOME"],
        meaning: "Where git has its configuration, which `hf auth setup-git` changes; fish has its completions in the \
                  second.",
    },
    Variable {
        names: &["GIT_CONFIG_COUNT"],
        meaning: "Settings of git that come with the environment; `hf auth run` adds its own behind them.",
    },
];

/// Every file that the program reads or writes for itself.
pub const FILES: &[File] = &[
    File {
        path: "~/.cache/huggingface/token",
        meaning: "The active token, and nothing else. `HF_TOKEN_PATH` names another place.",
    },
    File {
        path: "~/.cache/huggingface/stored_tokens",
        meaning: "All tokens by name, with what OAuth tokens are renewed with, in the INI format that Python's \
                  `configparser` reads and writes. Always beside the active token. Like that file it can be read by its \
                  owner only (0600), whatever the umask, and is replaced in one step and flushed to disk: a crash leaves \
                  the old file or the new one, whole.",
    },
    File {
        path: "~/.cache/huggingface/account_rules",
        meaning: "Which stored token counts in which folder, or for whose repositories: `hf auth use`. In the same format, \
                  under the same lock, and for its owner only too.",
    },
    File {
        path: "~/.cache/huggingface/stored_tokens.lock",
        meaning: "Empty. Every change is made under a lock on it, which the Python library takes too. It is waited for up \
                  to half a minute, and up to five minutes while other jobs in the queue get their changes done.",
    },
    File {
        path: "~/.cache/huggingface/stored_tokens.bak-TIME",
        meaning: "A `stored_tokens` that could not be understood, kept aside by `hf auth login`, which then starts a new \
                  one. Every other command that needs the file stops and names the line.",
    },
    File {
        path: "~/.cache/huggingface/.hf-auth-*.tmp",
        meaning: "A file on its way to replace one of those above. What a killed process left of it, the next change \
                  removes.",
    },
    File {
        path: "~/.cache/huggingface/.agent_harnesses.json",
        meaning: "How AI agents are recognised. The Python library downloads it; it is read where it is there.",
    },
    File {
        path: "$GITHUB_ENV",
        meaning: "`hf auth export --as github-env` adds a line to it, and prints what masks the token in the log.",
    },
    File {
        path: "~/.gitconfig",
        meaning: "`hf auth setup-git` writes one setting into it, `credential.https://huggingface.co.helper`, through git.",
    },
    File {
        path: "~/.bashrc, ~/.zshrc, ~/.config/fish/completions/hf.fish",
        meaning: "Where `hf --install-completion` puts completion.",
    },
];

/// Every status with which the program ends.
pub const EXIT_STATUSES: &[ExitStatus] = &[
    ExitStatus {
        status: 0,
        meaning: "It is done.",
    },
    ExitStatus {
        status: 1,
        meaning: "It failed, or was stopped at a prompt. From `hf auth status`: not logged in, or the Hub rejects the token. \
                  From `hf auth check`: at least one is refused. \
                  From `hf auth oidc`: there is no identity token, or none that the Hub takes.",
    },
    ExitStatus {
        status: 2,
        meaning: "The command line is wrong.",
    },
    ExitStatus {
        status: 3,
        meaning: "The Hub did not say. From `hf auth status --check`: whether the token is good. From `hf auth check`: whether \
                  it may, of some, and none is refused. From `hf auth revoke`: that it was told, or that the token has ended.",
    },
    ExitStatus {
        status: 126,
        meaning: "`hf auth run` cannot start its command. Once it has started, the status is the command's own, and so is \
                  that of everything handed on to another `hf`.",
    },
    ExitStatus {
        status: 127,
        meaning: "`hf auth run` finds no such command.",
    },
];

#[cfg(test)]
mod tests;
