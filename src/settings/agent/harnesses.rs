//! The Hub's public list of agent harnesses: the identifier of each, and the variables by which it is known, in the order in
//! which they count. Taken from @huggingface/tasks 0.21.54 (npm) by `.ci/agents`, which takes it again.

/// A harness, and its variables with what they must be: `*` for anything but empty, `x*` for what begins with x, else just this.
type Harness = (&'static str, &'static [(&'static str, &'static str)]);

#[rustfmt::skip]
pub(super) const HARNESSES: [Harness; 25] = [
    ("antigravity", &[("ANTIGRAVITY_AGENT", "*")]),
    ("augment-cli", &[("AUGMENT_AGENT", "*")]),
    ("cline", &[("CLINE_ACTIVE", "*")]),
    ("cowork", &[("CLAUDE_CODE_IS_COWORK", "*")]),
    ("claude-code", &[("CLAUDECODE", "*"), ("CLAUDE_CODE", "*")]),
    ("codex", &[("CODEX_SANDBOX", "*"), ("CODEX_CI", "*"), ("CODEX_THREAD_ID", "*")]),
    ("crush", &[("CRUSH", "*")]),
    ("gemini-cli", &[("GEMINI_CLI", "*")]),
    ("github-copilot", &[("COPILOT_MODEL", "*"), ("COPILOT_ALLOW_ALL", "*"), ("COPILOT_GITHUB_TOKEN", "*")]),
    ("goose", &[("GOOSE_TERMINAL", "*")]),
    ("hermes-agent", &[("HERMES_SESSION_ID", "*")]),
    ("hi", &[]),
    ("kilo-code", &[("KILOCODE_FEATURE", "*")]),
    ("kiro", &[("AGENT_CONTEXT_OUT", "*")]),
    ("openclaw", &[("OPENCLAW_SHELL", "*")]),
    ("sandbase-harness", &[]),
    ("opencode", &[("OPENCODE_CLIENT", "*")]),
    ("pi", &[("PI_CODING_AGENT", "*")]),
    ("replit", &[("REPL_ID", "*")]),
    ("trae", &[("TRAE_AI_SHELL_ID", "*")]),
    ("vtcode", &[("VTCODE", "1")]),
    ("zed", &[("ZED_TERM", "*")]),
    ("cursor-cli", &[("CURSOR_AGENT", "*")]),
    ("cursor", &[("CURSOR_TRACE_ID", "*")]),
    ("devin", &[]),
];
