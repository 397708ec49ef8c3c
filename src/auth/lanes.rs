//! Several questions to the Hub at once, a few at a time: each lane is a thread that asks one after the other. What there is
//! to tell comes from all of them through the caller's own thread, and so do the answers.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use super::Auth;
use crate::notice::Notice;

/// The Hub is asked this many questions at a time.
const AT_ONCE: usize = 4;

/// What comes out of a lane.
enum Word<T> {
    Notice(Notice),
    Answer(usize, T),
}

/// The numbers of the questions that nobody has taken yet.
pub(super) struct Questions<'a> {
    next: &'a AtomicUsize,
    count: usize,
    is_over: &'a AtomicBool,
}

impl Questions<'_> {
    fn are_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }
}

impl<'a> Questions<'a> {
    /// Whether nobody waits for answers any more.
    pub(super) fn watch(&self) -> impl Fn() -> bool + use<'a> {
        let is_over = self.is_over;
        move || is_over.load(Ordering::Relaxed)
    }
}

impl Iterator for Questions<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        (number < self.count && !self.are_over()).then_some(number)
    }
}

impl Auth<'_> {
    /// Has `count` questions asked by `lane`, which takes numbers and gives the answer to each. `on_answer` gets them as they
    /// come, in any order, until it breaks off.
    pub(super) fn in_lanes<T: Send>(
        &self,
        count: usize,
        lane: impl Fn(&Auth, Questions, &mut dyn FnMut(usize, T)) + Sync,
        mut on_answer: impl FnMut(usize, T) -> ControlFlow<()>,
    ) {
        let (next, is_over) = (AtomicUsize::new(0), AtomicBool::new(false));
        let questions = || Questions {
            next: &next,
            count,
            is_over: &is_over,
        };
        self.on_threads(&questions, &lane, &mut on_answer);
        if next.load(Ordering::Relaxed) >= count || is_over.load(Ordering::Relaxed) {
            return;
        }
        // There could be no thread at all.
        lane(self, questions(), &mut |number, answer| {
            if !is_over.load(Ordering::Relaxed) && on_answer(number, answer).is_break() {
                is_over.store(true, Ordering::Relaxed);
            }
        });
    }

    fn on_threads<'q, T: Send>(
        &self,
        questions: &dyn Fn() -> Questions<'q>,
        lane: &(impl Fn(&Auth, Questions, &mut dyn FnMut(usize, T)) + Sync),
        on_answer: &mut dyn FnMut(usize, T) -> ControlFlow<()>,
    ) {
        let (sender, words) = mpsc::channel();
        thread::scope(|scope| {
            for _ in 0..questions().count.min(AT_ONCE) {
                let (sender, questions) = (sender.clone(), questions());
                let work = move || {
                    let notify = |notice| drop(sender.send(Word::Notice(notice)));
                    let mut give = |number, answer| drop(sender.send(Word::Answer(number, answer)));
                    lane(&Auth::new(&self.settings, &notify), questions, &mut give);
                };
                // Where there can be no thread, the others do its work.
                let _ = thread::Builder::new().spawn_scoped(scope, work);
            }
            drop(sender);
            // Ends with the last of them.
            for word in words {
                match word {
                    Word::Notice(notice) => self.tell(notice),
                    Word::Answer(number, answer) => {
                        if on_answer(number, answer).is_break() {
                            questions().is_over.store(true, Ordering::Relaxed);
                            break;
                        }
                    }
                }
            }
        });
    }
}
