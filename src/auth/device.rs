//! The timing of a login with the browser (RFC 8628 §3.5): when to ask the Hub whether the person has agreed, and when to
//! stop asking. Pure: the clock and the question are handed in.

use std::time::Duration;

use crate::clock::{self, Stopwatch};
use crate::hub::{Grant, Poll, Refusal};

/// No server is asked more often than this, whatever it says.
const FASTEST: Duration = Duration::from_secs(1);
/// How much longer to wait when the Hub asks us to slow down.
const SLOWER: Duration = Duration::from_secs(5);

/// A clock that starts with the login; tests turn it by hand.
pub(super) trait Clock {
    /// The time since the start.
    fn elapsed(&self) -> Duration;
    /// Lets time pass.
    fn sleep(&mut self, duration: Duration);
}

impl Clock for Stopwatch {
    fn elapsed(&self) -> Duration {
        Stopwatch::elapsed(*self)
    }

    fn sleep(&mut self, duration: Duration) {
        clock::pause(duration);
    }
}

/// Why a login with the browser ended without a token, in the reference's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum DeviceError {
    /// The Hub says that the code is too old.
    #[error("Device code expired. Please try again.")]
    Expired,
    /// Nobody agreed in time.
    #[error("Device code expired (timeout). Please try again.")]
    TimedOut,
    /// The person declined.
    #[error("Authorization was denied. Please try again.")]
    Denied,
    /// Another OAuth error.
    #[error("OAuth error: {} - {}", .0.error, .0.description)]
    Refused(Refusal),
}

/// Asks every `interval` until there is an answer that ends it, or the code has expired. `pending` is told each time that
/// the person has not decided yet.
pub(super) fn wait_for_grant(
    interval: Duration,
    expires_in: Duration,
    clock: &mut dyn Clock,
    mut ask: impl FnMut() -> Poll,
    mut pending: impl FnMut(),
) -> Result<Grant, DeviceError> {
    let mut interval = interval.max(FASTEST);
    while clock.elapsed() < expires_in {
        match ask() {
            Poll::Granted(grant) => return Ok(grant),
            // A bad network, a gateway's error page: the next answer may be better.
            Poll::Inconclusive => {}
            Poll::Refused(refusal) => match refusal.error.as_str() {
                "authorization_pending" => pending(),
                "slow_down" => interval += SLOWER,
                "expired_token" => return Err(DeviceError::Expired),
                "access_denied" => return Err(DeviceError::Denied),
                _ => return Err(DeviceError::Refused(refusal)),
            },
        }
        let left = expires_in.saturating_sub(clock.elapsed());
        clock.sleep(interval.min(left));
    }
    Err(DeviceError::TimedOut)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    /// Time passes only when somebody sleeps.
    #[derive(Default)]
    struct TurnedClock {
        elapsed: Duration,
        slept: Vec<u64>,
    }

    impl Clock for TurnedClock {
        fn elapsed(&self) -> Duration {
            self.elapsed
        }

        fn sleep(&mut self, duration: Duration) {
            self.elapsed += duration;
            self.slept.push(duration.as_secs());
        }
    }

    fn refused(error: &str) -> Poll {
        Poll::Refused(Refusal {
            error: error.to_owned(),
            description: "why".to_owned(),
        })
    }

    fn granted() -> Poll {
        Poll::Granted(Grant {
            access_token: Secret::new("hf_test"),
            refresh_token: None,
            expires_in: None,
        })
    }

    /// Gives what came of it, the pauses in seconds, and how often it was pending.
    fn wait(answers: Vec<Poll>, expires_in: u64) -> (Result<String, DeviceError>, Vec<u64>, usize) {
        wait_at(5, answers, expires_in)
    }

    fn wait_at(interval: u64, answers: Vec<Poll>, expires_in: u64) -> (Result<String, DeviceError>, Vec<u64>, usize) {
        let (mut clock, mut pending) = (TurnedClock::default(), 0);
        let mut answers = answers.into_iter();
        let ask = || answers.next().unwrap_or(Poll::Inconclusive);
        let (interval, expires_in) = (Duration::from_secs(interval), Duration::from_secs(expires_in));
        let grant = wait_for_grant(interval, expires_in, &mut clock, ask, || pending += 1);
        (
            grant.map(|grant| grant.access_token.expose().to_owned()),
            clock.slept,
            pending,
        )
    }

    #[test]
    fn it_asks_at_once_and_then_every_interval() {
        let pending = || refused("authorization_pending");
        let (grant, slept, times) = wait(vec![pending(), pending(), granted()], 900);
        assert_eq!((grant.as_deref(), slept, times), (Ok("hf_test"), vec![5, 5], 2));
    }

    #[test]
    fn it_never_asks_more_often_than_once_a_second() {
        let (_, slept, _) = wait_at(0, vec![], 3);
        assert_eq!(slept, [1, 1, 1]);
    }

    #[test]
    fn slowing_down_lasts() {
        let answers = vec![
            refused("slow_down"),
            refused("slow_down"),
            refused("authorization_pending"),
            granted(),
        ];
        assert_eq!(wait(answers, 900).1, [10, 15, 15]);
    }

    #[test]
    fn what_means_nothing_is_waited_out() {
        let (grant, slept, pending) = wait(vec![Poll::Inconclusive, Poll::Inconclusive, granted()], 900);
        assert_eq!((grant.is_ok(), slept, pending), (true, vec![5, 5], 0));
    }

    #[test]
    fn each_ending_has_its_words() {
        let ending = |error| wait(vec![refused(error)], 900).0.map_err(|error| error.to_string());
        assert_eq!(
            ending("access_denied"),
            Err("Authorization was denied. Please try again.".to_owned())
        );
        assert_eq!(
            ending("expired_token"),
            Err("Device code expired. Please try again.".to_owned())
        );
        assert_eq!(
            ending("invalid_client"),
            Err("OAuth error: invalid_client - why".to_owned())
        );
    }

    #[test]
    fn nobody_is_asked_after_the_code_has_expired() {
        let (grant, slept, _) = wait(Vec::new(), 12);
        assert_eq!((grant, slept), (Err(DeviceError::TimedOut), vec![5, 5, 2]));
    }
}
