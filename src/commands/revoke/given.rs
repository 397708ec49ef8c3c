//! Tokens from standard input, one a line, as a scanner finds them. A line that is not quite one is never sent: the Hub would
//! say nothing, and a token with a comma behind it would live on.

use zeroize::Zeroizing;

use crate::secret::Secret;
use crate::ui::failure::{Failure, Result};
use crate::ui::input;

/// What the Hub's tokens begin with.
const TOKENS_START_WITH: [&str; 2] = ["hf_", "api_"];

pub(super) fn tokens() -> Result<Vec<Secret>> {
    let bytes = input::read_all()?;
    let text = Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned());
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    let (mut tokens, mut complaints) = (Vec::new(), Vec::new());
    for (line, number) in lines {
        match token(line) {
            Ok(token) => tokens.push(token),
            Err(why) => complaints.push(format!("line {number} {why}")),
        }
    }
    if !complaints.is_empty() {
        let complaints = complaints.join("; ");
        return Err(
            Failure::invalid(format!("Standard input: {complaints}. Nothing was sent."))
                .hint("give one token a line, such as hf_…, and nothing else."),
        );
    }
    match tokens.is_empty() {
        true => Err(Failure::invalid("There is no token on standard input.").hint("give one token a line.")),
        false => Ok(tokens),
    }
}

fn token(line: &str) -> Result<Secret, String> {
    let token = Secret::parse(line).map_err(|malformed| malformed.to_string())?;
    let text = token.expose();
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    match TOKENS_START_WITH.iter().any(|start| text.starts_with(start)) && text.chars().all(is_part) {
        true => Ok(token),
        false => Err("is no token of the Hub".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_a_token_and_nothing_else_is_one() {
        for line in ["hf_abcDEF123", " hf_oauth_a.b-c\r", "api_org_abc"] {
            assert!(token(line).is_ok(), "{line}");
        }
        for line in [
            "\"hf_abc\"",
            "hf_abc,",
            "file.py:3:hf_abc",
            "hf_abc hf_def",
            "hf_é",
            "ghp_abc",
            "HF_abc",
        ] {
            assert!(token(line).is_err(), "{line}");
        }
    }
}
