//! The `RateLimit` and `RateLimit-Policy` headers: lists of limits, each with a name and parameters
//! (draft-ietf-httpapi-ratelimit-headers, RFC 8941 §3.1). Only a limit that is used up is a reason to wait.

/// A limit of which nothing is left.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct UsedUp {
    /// Seconds until there is more.
    pub(super) reset: u64,
    /// How many requests in how many seconds, where the policy of that name says so.
    pub(super) policy: Option<(u64, u64)>,
}

/// One member of a list: `"fixed window";"api";q=500;w=300` has two names and two parameters.
struct Member<'a> {
    names: Vec<&'a str>,
    parameters: Vec<(&'a str, &'a str)>,
}

/// The limit that is used up; of several, the one that takes longest.
pub(super) fn used_up(limits: &str, policies: &str) -> Option<UsedUp> {
    let limits = members(limits).into_iter();
    let exhausted = limits.filter(|limit| limit.number("r") == Some(0));
    let resets = exhausted.filter_map(|limit| Some((limit.number("t")?, limit)));
    let (reset, limit) = resets.max_by_key(|(reset, _)| *reset)?;
    let policies = members(policies);
    let policy = match (&limit.names[..], &policies[..]) {
        ([], [only]) => Some(only),
        (names, policies) => policies
            .iter()
            .find(|policy| policy.names.iter().any(|name| names.contains(name))),
    };
    let policy = policy.and_then(|policy| Some((policy.number("q")?, policy.number("w")?)));
    Some(UsedUp { reset, policy })
}

impl Member<'_> {
    fn number(&self, key: &str) -> Option<u64> {
        let (_, value) = self.parameters.iter().find(|(known, _)| *known == key)?;
        value.parse().ok()
    }
}

fn members(list: &str) -> Vec<Member<'_>> {
    let members = split(list, ',').into_iter().filter(|member| !member.is_empty());
    members.map(member).collect()
}

fn member(text: &str) -> Member<'_> {
    let (mut names, mut parameters) = (Vec::new(), Vec::new());
    for part in split(text, ';') {
        match part.split_once('=') {
            _ if part.starts_with('"') => names.push(part.trim_matches('"')),
            Some((key, value)) => parameters.push((key.trim(), value.trim())),
            None if !part.is_empty() => names.push(part),
            None => {}
        }
    }
    Member { names, parameters }
}

/// The parts between separators; one within quotes is none.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut quoted = false;
    let parts = text.split(|c: char| {
        quoted ^= c == '"';
        c == separator && !quoted
    });
    parts.map(str::trim).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_limit_that_is_used_up_counts_with_the_policy_of_its_name() {
        let api = "\"fixed window\";\"api\";q=500;w=300";
        let both = "\"api\";q=500;w=300, \"pages\";w=60;q=10";
        let used_up_in = |reset, policy| Some(UsedUp { reset, policy });
        let cases = [
            ("\"api\";r=0;t=55", api, used_up_in(55, Some((500, 300)))),
            ("\"api\"; r=0; t=55", "", used_up_in(55, None)),
            ("api;r=0;t=55", both, used_up_in(55, Some((500, 300)))),
            ("\"api\";r=99794;t=241", api, None),
            (
                "\"api\";r=99;t=200, \"pages\";r=0;t=55",
                both,
                used_up_in(55, Some((10, 60))),
            ),
            (
                "\"api\";r=0;t=7,\"pages\";r=0;t=55",
                both,
                used_up_in(55, Some((10, 60))),
            ),
            (
                "\"a,b;r=0;t=1\";r=5;t=2, \"c\";r=0;t=3",
                "\"a,b;r=0;t=1\";q=1;w=1",
                used_up_in(3, None),
            ),
            ("\"other\";r=0;t=55", both, used_up_in(55, None)),
            ("r=0;t=55", api, used_up_in(55, Some((500, 300)))),
            ("r=0;t=55", both, used_up_in(55, None)),
            ("\"api\";r=0", api, None),
            ("\"api\";r=0;t=", api, None),
            ("\"api\";r=-0;t=1, ;;=;, \"", "\"", None),
            ("", "", None),
        ];
        for (limits, policies, expected) in cases {
            assert_eq!(used_up(limits, policies), expected, "{limits} {policies}");
        }
    }
}
