//! How fast the Hub is asked, and when to stop asking: it may want a rest, or not answer at all. All lanes keep one pace.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{AccessState, Outcome};
use crate::clock::{self, Deadline};

/// The Hub is not waited for as long as this.
const LONGEST_REST: Duration = Duration::from_secs(60);
/// It is not asked again sooner than this.
const SHORTEST_REST: Duration = Duration::from_secs(1);
/// So many questions in a row without an answer: the next would have none either.
const MOST_FAILURES: usize = 8;
const LOOK_UP: Duration = Duration::from_millis(50);

/// For a reader who has gone away.
const UNSEEN: Outcome = Outcome {
    state: AccessState::Unreachable,
    message: None,
    next: None,
    request_id: None,
};

#[derive(Default)]
pub(super) struct Pace(Mutex<State>);

#[derive(Default)]
struct State {
    rest: Option<Deadline>,
    failures: usize,
    /// Nothing is asked any more; this is the answer to the rest.
    stopped: Option<Outcome>,
}

impl Pace {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for as long as the Hub wants; an error if it is not to be asked any more.
    pub(super) fn keep(&self, is_over: &dyn Fn() -> bool) -> Result<(), Outcome> {
        loop {
            let left = {
                let state = self.state();
                if let Some(stopped) = &state.stopped {
                    return Err(stopped.clone());
                }
                state.rest.map(Deadline::left).unwrap_or_default()
            };
            if is_over() {
                return Err(UNSEEN);
            }
            if left.is_zero() {
                return Ok(());
            }
            clock::pause(left.min(LOOK_UP));
        }
    }

    /// The Hub wants a rest. `None`: one that is too long, or of unknown length. Else the seconds, or 0 where that is known
    /// already.
    pub(super) fn rest(&self, wait: Option<Duration>) -> Option<u64> {
        let wait = wait.filter(|wait| *wait < LONGEST_REST)?.max(SHORTEST_REST);
        let mut state = self.state();
        let left = state.rest.map(Deadline::left).unwrap_or_default();
        if left >= wait.saturating_sub(SHORTEST_REST) && !left.is_zero() {
            return Some(0);
        }
        state.rest = Some(Deadline::after(wait));
        Some(wait.as_secs())
    }

    pub(super) fn stop(&self, outcome: &Outcome) {
        let rest = Outcome {
            request_id: None,
            ..outcome.clone()
        };
        self.state().stopped.get_or_insert(rest);
    }

    pub(super) fn answered(&self) {
        self.state().failures = 0;
    }

    pub(super) fn failed(&self, outcome: &Outcome) {
        let mut state = self.state();
        state.failures += 1;
        if state.failures >= MOST_FAILURES {
            state.stopped.get_or_insert(Outcome {
                message: Some("The Hub was not asked: it has not answered the questions before.".to_owned()),
                ..outcome.clone()
            });
        }
    }
}
