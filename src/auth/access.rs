//! What a token may do with repositories: the Hub is asked about each once, a few at a time, and each answer is made into one
//! state and one next step. What the Hub does not say is never guessed.

mod pace;
mod rules;

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};

use super::lanes::Questions;
use super::{Auth, Source};
use crate::error::{Error, ErrorKind, Result};
use crate::hub::{Access, Hub, Reply, Repo, Trust};
use crate::secret::Secret;
use crate::settings::Endpoint;

use pace::Pace;
pub use rules::AccessState;
use rules::{Asked, Judgement, judge, next_step};

/// So often is one question asked that the Hub is too busy for.
const MOST_TRIES: usize = 3;

/// What a token, or nobody, may do with one repository.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Checked {
    /// Which repository.
    pub repo: Repo,
    /// What was asked for.
    pub access: Access,
    /// What came of it.
    pub state: AccessState,
    /// The Hub's own words, or why there are none.
    pub message: Option<String>,
    /// What to do about it, in a sentence for a person. None where all is well.
    pub next: Option<String>,
    /// What the Hub's people can find the request by.
    pub request_id: Option<String>,
}

/// May this token do it there? Without a token: may anybody?
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) repo: &'a Repo,
    pub(crate) token: Option<&'a Secret>,
}

impl Auth<'_> {
    /// Asks the Hub what a token may do with repositories; without one, what anybody may. The answers come in the order of
    /// the repositories, and one that is named twice is asked about once.
    ///
    /// ```no_run
    /// # fn main() -> hf_auth::Result<()> {
    /// use hf_auth::{Access, AccessState, Auth, Repo};
    /// let auth = Auth::from_environment();
    /// let repo = Repo::parse("acme/model", None, &auth.settings().endpoint()?)?;
    /// for checked in auth.check(auth.token()?.as_ref(), &[repo], Access::Read)? {
    ///     if checked.state != AccessState::Allowed {
    ///         println!("{}: {}, {}", checked.repo, checked.state, checked.next.unwrap_or_default());
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the environment makes no sense. What the Hub does not answer is a state of its own.
    pub fn check(&self, token: Option<&Secret>, repos: &[Repo], access: Access) -> Result<Vec<Checked>> {
        let questions: Vec<Question> = repos.iter().map(|repo| Question { repo, token }).collect();
        let mut all = Vec::with_capacity(repos.len());
        self.check_each(&questions, access, |checked| {
            all.push(checked.clone());
            ControlFlow::Continue(())
        })?;
        Ok(all)
    }

    /// Asks each question once. `on_answer` gets an answer for every question, in their order, as soon as it and those
    /// before it are there.
    pub(crate) fn check_each(
        &self,
        questions: &[Question],
        access: Access,
        mut on_answer: impl FnMut(&Checked) -> ControlFlow<()>,
    ) -> Result<()> {
        let (distinct, places) = without_repetitions(questions);
        let trust = Trust::of(&self.settings)?;
        let hub = self.hub()?;
        if distinct.iter().any(|question| question.token.is_some()) {
            hub.warn_of_exposure();
        }
        let desk = Desk {
            access,
            endpoint: hub.endpoint().clone(),
            pace: Pace::default(),
            tokens: Mutex::default(),
        };
        let mut answers: Vec<Option<Checked>> = vec![None; distinct.len()];
        let mut given = 0;
        self.in_lanes(
            distinct.len(),
            |auth, numbers, give| desk.lane(auth, &trust, &distinct, numbers, give),
            |number, checked| {
                answers[number] = Some(checked);
                while let Some(checked) = places.get(given).and_then(|place| answers[*place].as_ref()) {
                    given += 1;
                    on_answer(checked)?;
                }
                ControlFlow::Continue(())
            },
        );
        Ok(())
    }
}

/// The different ones, and for every question its place among them.
fn without_repetitions<'q>(questions: &[Question<'q>]) -> (Vec<Question<'q>>, Vec<usize>) {
    let mut distinct: Vec<Question> = Vec::new();
    let mut known: HashMap<(&Repo, Option<&str>), usize> = HashMap::new();
    let place = |question: &Question<'q>| {
        let key = (question.repo, question.token.map(Secret::expose));
        *known.entry(key).or_insert_with(|| {
            distinct.push(*question);
            distinct.len() - 1
        })
    };
    let places = questions.iter().map(place).collect();
    (distinct, places)
}

/// What all lanes of one check know.
struct Desk {
    access: Access,
    endpoint: Endpoint,
    pace: Pace,
    /// What the Hub says of the tokens that it had to be asked about, each once.
    tokens: Mutex<Vec<(Secret, TokenIs)>>,
}

/// What the Hub says of a token as such.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TokenIs {
    Good,
    Bad,
}

/// What came of a question, without the question.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Outcome {
    state: AccessState,
    message: Option<String>,
    next: Option<String>,
    request_id: Option<String>,
}

impl Outcome {
    fn unreachable(error: &Error) -> Self {
        Outcome {
            state: match error.kind() {
                ErrorKind::RateLimited { .. } => AccessState::RateLimited,
                _ => AccessState::Unreachable,
            },
            message: Some(error.to_string()),
            next: Some(error.next_step().unwrap_or("ask again later.").to_owned()),
            request_id: None,
        }
    }

    fn about(self, repo: &Repo, access: Access) -> Checked {
        Checked {
            repo: repo.clone(),
            access,
            state: self.state,
            message: self.message,
            next: self.next,
            request_id: self.request_id,
        }
    }
}

impl Desk {
    /// Asks one question after the other on one connection.
    fn lane(
        &self,
        auth: &Auth,
        trust: &Trust,
        questions: &[Question],
        numbers: Questions,
        give: &mut dyn FnMut(usize, Checked),
    ) {
        let hub = auth.hub_kept_open(trust);
        let over = numbers.watch();
        for number in numbers {
            let question = questions[number];
            let asking = |hub| Asking {
                desk: self,
                auth,
                hub,
                over: &over,
                question,
            };
            let outcome = match &hub {
                Ok(hub) => asking(hub).outcome(),
                Err(error) => Outcome::unreachable(error),
            };
            give(number, outcome.about(question.repo, self.access));
        }
    }
}

/// One question on its way.
struct Asking<'a> {
    desk: &'a Desk,
    auth: &'a Auth<'a>,
    hub: &'a Hub<'a>,
    over: &'a dyn Fn() -> bool,
    question: Question<'a>,
}

impl Asking<'_> {
    fn outcome(&self) -> Outcome {
        let reply = match self.ask(self.desk.access) {
            Ok(reply) => reply,
            Err(unanswered) => return unanswered,
        };
        match judge(&reply, &self.asked(self.desk.access)) {
            Judgement::Is(state) => self.made_of(state, &reply),
            Judgement::DependsOnTheToken => self.by_the_token(&reply),
            Judgement::DependsOnReading => self.by_reading(&reply),
        }
    }

    fn asked(&self, access: Access) -> Asked {
        Asked {
            access,
            with_token: self.question.token.is_some(),
        }
    }

    /// The Hub's reply, however long it wants to be waited for within reason.
    fn ask(&self, access: Access) -> Result<Reply, Outcome> {
        let Question { repo, token } = self.question;
        let mut tries = 0;
        loop {
            tries += 1;
            self.desk.pace.keep(self.over)?;
            match self.hub.auth_check(repo, access, token) {
                Err(error) => {
                    let outcome = Outcome::unreachable(&error);
                    self.desk.pace.failed(&outcome);
                    return Err(outcome);
                }
                Ok(reply) if reply.status == 429 => {
                    let outcome = self.made_of(AccessState::RateLimited, &reply);
                    let wait = reply.wait.filter(|_| tries < MOST_TRIES);
                    let Some(seconds) = self.desk.pace.rest(wait) else {
                        self.desk.pace.stop(&outcome);
                        return Err(outcome);
                    };
                    if seconds > 0 {
                        self.auth
                            .say(format!("The Hub is too busy; going on in {seconds} seconds."));
                    }
                }
                Ok(reply) => {
                    self.desk.pace.answered();
                    return Ok(reply);
                }
            }
        }
    }

    fn made_of(&self, state: AccessState, reply: &Reply) -> Outcome {
        let Question { repo, token } = self.question;
        let is_in_environment = || token.and_then(|token| self.auth.place_of(token)) == Some(Source::Environment);
        Outcome {
            state,
            message: reply.message.clone().filter(|_| state != AccessState::Allowed),
            next: next_step(state, repo, &self.desk.endpoint, reply.wait, &is_in_environment),
            request_id: reply.request_id.clone(),
        }
    }

    /// The Hub does not say whether it is the token or the repository that it does not know: it is asked about the token.
    fn by_the_token(&self, reply: &Reply) -> Outcome {
        let Some(token) = self.question.token else {
            return self.made_of(AccessState::NotLoggedIn, reply);
        };
        match self.token_is(token) {
            Ok(TokenIs::Bad) => self.made_of(AccessState::BadToken, reply),
            Ok(TokenIs::Good) => self.made_of(rules::of_a_good_token(reply), reply),
            Err(error) => Outcome::unreachable(&error),
        }
    }

    fn token_is(&self, token: &Secret) -> Result<TokenIs> {
        // Held while the Hub is asked, so that it is asked once.
        let mut tokens = self.desk.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = tokens.iter().find(|(asked, _)| asked == token) {
            return Ok(*known);
        }
        let is = match self.hub.whoami(token) {
            Ok(_) => TokenIs::Good,
            Err(error) if error.kind() == ErrorKind::Rejected => TokenIs::Bad,
            Err(error) => return Err(error),
        };
        tokens.push((token.clone(), is));
        Ok(is)
    }

    /// Writing is refused: where reading is allowed that is all, and else it is why.
    fn by_reading(&self, refusal: &Reply) -> Outcome {
        let Ok(reading) = self.ask(Access::Read) else {
            return self.made_of(AccessState::Denied, refusal);
        };
        match judge(&reading, &self.asked(Access::Read)) {
            Judgement::Is(AccessState::Allowed) => self.made_of(AccessState::ReadOnly, refusal),
            Judgement::Is(state) => self.made_of(state, &reading),
            Judgement::DependsOnTheToken => self.by_the_token(&reading),
            Judgement::DependsOnReading => self.made_of(AccessState::Denied, refusal),
        }
    }
}
