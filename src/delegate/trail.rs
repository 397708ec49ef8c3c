//! What one hand-over tells the next: a small record in an environment variable. From it a call of ours knows whether a
//! program that the same command was handed to has come *back* to us, and who has had the command already.
//!
//! A program that became us again is known by our process id, one that called us by our parent's; both ids are ours to
//! compare because a hand-over keeps the process. A subshell, or an extension of the program that was meant, calls us with
//! the same arguments from elsewhere: the first time that is taken for a call of its own, the second time for a wrapper.
//! What cannot be told apart at all, a wrapper and an extension that call us directly with the same arguments, is settled
//! by trying: the others first, then all of them again, [`MOST_ROUNDS`] times.
//!
//! The record is no authority. What makes no sense counts as none, a call with other arguments forgets who was tried, and
//! nothing hides a program for longer than one command. `depth` alone always grows, so that everything ends.

use std::ffi::OsString;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Commands within commands; a person does not get beyond three.
pub(super) const DEEPEST: usize = 16;
const MOST_ROUNDS: usize = 2;
/// Those behind it share one fingerprint: a variable cannot be of any length.
const MOST_FINGERPRINTS: usize = 64;
const SEPARATOR: char = '|';
const SEPARATOR_OF_ARGUMENTS: char = '.';

/// The record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    /// The process that was handed over.
    pub(super) process: u32,
    /// How many hand-overs there have been, one within another.
    pub(super) depth: usize,
    /// How often the same arguments began with the first program again.
    pub(super) rounds: usize,
    /// A fingerprint of each argument.
    pub(super) arguments: Vec<u32>,
    /// Who has had this command in this round.
    pub(super) tried: Vec<String>,
}

/// What a call knows of itself.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) process: u32,
    /// `None` where the system does not say.
    pub(super) parent: Option<u32>,
    pub(super) arguments: Vec<u32>,
}

/// The record to go on with, and the round that may begin should nobody be left in this one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Trail {
    pub(super) record: Record,
    pub(super) next_round: Option<usize>,
}

impl Call {
    /// This process, started with these arguments.
    pub(super) fn this(arguments: &[OsString]) -> Call {
        #[cfg(unix)]
        let parent = Some(std::os::unix::process::parent_id());
        #[cfg(not(unix))]
        let parent = None;
        Call {
            process: std::process::id(),
            parent,
            arguments: fingerprints(arguments),
        }
    }

    /// Decides what this call is, seen from the hand-over before it. `counted` are the hand-overs that are known from
    /// elsewhere.
    pub(super) fn follow(self, last: Option<Record>, counted: usize) -> Trail {
        let record = Record {
            process: self.process,
            depth: counted,
            rounds: 0,
            arguments: self.arguments,
            tried: Vec::new(),
        };
        let mut trail = Trail {
            record,
            next_round: None,
        };
        let Some(last) = last else { return trail };
        trail.record.depth = counted.max(last.depth);
        let same = holds(&trail.record.arguments, &last.arguments);
        let became_us = last.process == self.process;
        let called_us = self.parent.is_none_or(|parent| parent == last.process);
        if same {
            trail.record.rounds = last.rounds;
        }
        if became_us || same && (called_us || last.rounds > 0) {
            trail.record.tried = last.tried;
            trail.next_round = match (became_us, same) {
                // A shim, and nobody behind it: another round would show the same, and pyenv takes its time.
                (true, true) => None,
                (true, false) => Some(0),
                (false, _) => Some(last.rounds + 1).filter(|round| *round <= MOST_ROUNDS),
            };
        } else if same {
            trail.record.rounds += 1;
        }
        trail
    }
}

impl Trail {
    pub(super) fn has_tried(&self, key: &String) -> bool {
        self.record.tried.contains(key)
    }

    /// The record for a hand-over to one more, named with all that are not to be tried again.
    pub(super) fn record_with(&self, keys: impl IntoIterator<Item = Option<String>>) -> Record {
        let mut record = self.record.clone();
        record.depth += 1;
        let new = keys.into_iter().flatten().filter(|key| !self.has_tried(key));
        record.tried.extend(new);
        record
    }

    /// Forgets who was tried, if there may be another round.
    pub(super) fn start_over(&mut self) -> bool {
        let Some(round) = self.next_round.take() else {
            return false;
        };
        self.record.rounds = round;
        self.record.tried.clear();
        true
    }
}

impl Record {
    /// What [`Record::text`] has written; `None` for anything else.
    pub(super) fn parse(text: &str) -> Option<Record> {
        let mut fields = text.split(SEPARATOR);
        let process = fields.next()?.parse().ok()?;
        let depth = fields.next()?.parse().ok().filter(|depth| *depth <= DEEPEST)?;
        let rounds = fields.next()?.parse().ok().filter(|rounds| *rounds <= MOST_ROUNDS)?;
        let arguments = fields.next()?.split(SEPARATOR_OF_ARGUMENTS);
        let arguments = arguments.filter(|argument| !argument.is_empty());
        let arguments = arguments.map(|argument| u32::from_str_radix(argument, 16).ok());
        Some(Record {
            process,
            depth,
            rounds,
            arguments: arguments.collect::<Option<_>>()?,
            tried: fields.map(str::to_owned).collect(),
        })
    }

    pub(super) fn text(&self) -> String {
        let arguments: Vec<String> = self.arguments.iter().map(|argument| format!("{argument:x}")).collect();
        let arguments = arguments.join(&SEPARATOR_OF_ARGUMENTS.to_string());
        let mut text = format!("{}|{}|{}|{arguments}", self.process, self.depth, self.rounds);
        for tried in &self.tried {
            text.push(SEPARATOR);
            text.push_str(tried);
        }
        text
    }
}

/// What tells one argument from another without repeating it: it may be a token.
fn fingerprints(arguments: &[OsString]) -> Vec<u32> {
    let (each, rest) = arguments.split_at(arguments.len().min(MOST_FINGERPRINTS));
    let rest = (!rest.is_empty()).then(|| fingerprint(rest));
    each.iter().map(fingerprint).chain(rest).collect()
}

/// Half of the hash is enough.
fn fingerprint(value: impl Hash) -> u32 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish() as u32
}

/// Whether all these arguments are among those, in order: a wrapper may have added its own.
fn holds(arguments: &[u32], before: &[u32]) -> bool {
    let mut arguments = arguments.iter();
    before.iter().all(|one| arguments.any(|other| other == one))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        Record {
            process: 7,
            depth: 3,
            rounds: 1,
            arguments: vec![0xa, 0xb],
            tried: vec!["hf@1:2".to_owned(), "hf@1:3".to_owned()],
        }
    }

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let without_anything = Record {
            arguments: Vec::new(),
            tried: Vec::new(),
            ..record()
        };
        for record in [record(), without_anything] {
            assert_eq!(Record::parse(&record.text()), Some(record));
        }
    }

    #[test]
    fn rubbish_and_the_form_of_an_earlier_version_are_no_record() {
        for text in [
            "",
            "|",
            "2049:1|2049:2",
            "7",
            "7|3|1",
            "7|3|1|x",
            "-7|3|1|a",
            "7|17|1|a",
            "7|3|3|a",
            "7|99999999999999999999|1|a",
        ] {
            assert_eq!(Record::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn whether_a_call_has_come_back_depends_on_who_calls_with_what() {
        // Process, parent, arguments, rounds before; whether it has come back, its round, and the one that may follow.
        let cases = [
            // It became us.
            (7, Some(1), &[0xa, 0xb][..], 0, true, 0, None),
            (7, Some(1), &[0xc], 1, true, 0, Some(0)),
            // It called us, with the same arguments, more of them, others, fewer.
            (8, Some(7), &[0xa, 0xb], 0, true, 0, Some(1)),
            (8, Some(7), &[0xa, 0xb], 1, true, 1, Some(2)),
            (8, Some(7), &[0xa, 0xb], 2, true, 2, None),
            (8, Some(7), &[0xc, 0xa, 0xc, 0xb], 0, true, 0, Some(1)),
            (8, Some(7), &[0xb, 0xa], 0, false, 0, None),
            (8, Some(7), &[0xa], 2, false, 0, None),
            // Somebody else did, for the first time and the second.
            (9, Some(8), &[0xa, 0xb], 0, false, 1, None),
            (9, Some(8), &[0xa, 0xb], 1, true, 1, Some(2)),
            (9, Some(8), &[0xc], 1, false, 0, None),
            // The system does not say who.
            (9, None, &[0xa, 0xb], 0, true, 0, Some(1)),
            (9, None, &[0xc], 0, false, 0, None),
        ];
        for (process, parent, arguments, before, is_back, rounds, next_round) in cases {
            let call = Call {
                process,
                parent,
                arguments: arguments.to_vec(),
            };
            let case = format!("{call:?} after {before} rounds");
            let last = Record {
                rounds: before,
                ..record()
            };
            let tried = if is_back { last.tried.clone() } else { Vec::new() };

            let trail = call.follow(Some(last), 0);

            assert_eq!(trail.record.tried, tried, "{case}");
            assert_eq!((trail.record.rounds, trail.next_round), (rounds, next_round), "{case}");
            assert_eq!((trail.record.process, trail.record.depth), (process, 3), "{case}");
        }
    }

    #[test]
    fn arguments_beyond_a_limit_share_a_fingerprint() {
        let arguments = |count: usize| (0..count).map(|number| number.to_string().into()).collect::<Vec<_>>();

        assert!(fingerprints(&arguments(0)).is_empty());
        assert_eq!(fingerprints(&arguments(64)).len(), 64);
        assert_eq!(fingerprints(&arguments(100_000)).len(), 65);
        assert_ne!(fingerprints(&arguments(70)), fingerprints(&arguments(71)));
    }
}
