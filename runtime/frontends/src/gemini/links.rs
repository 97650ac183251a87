//! Which result answers which call.
//!
//! The dialect links the two by name and order and may leave out ids; others need them. Where a call has none, one is
//! made from its place in the conversation, which stays the same from turn to turn.

use std::collections::{HashMap, HashSet, VecDeque};

/// What every made-up id begins with. Nothing that begins with it is told to a client of this dialect.
const MADE_UP: &str = "call_gemini_";

/// Whether `id` was made up here.
pub(super) fn made_up(id: &str) -> bool {
    id.starts_with(MADE_UP)
}

/// The calls of a conversation as far as it was read.
#[derive(Default)]
pub(super) struct Links {
    calls: usize,
    lost: usize,
    /// Calls that no result has answered, by name and in order: those with an id of the client's, and the others.
    named: HashMap<String, VecDeque<(usize, String)>>,
    nameless: HashMap<String, VecDeque<(usize, String)>>,
    /// Ids of the client's: `true` once a result has answered.
    answered: HashMap<String, bool>,
    seen: HashSet<String>,
}

impl Links {
    /// The id of the next call.
    pub(super) fn call(&mut self, id: String, name: &str) -> String {
        let place = self.calls;
        self.calls += 1;
        if id.is_empty() {
            let id = format!("{MADE_UP}{place}");
            self.nameless.entry(name.to_owned()).or_default().push_back((place, id.clone()));
            return id;
        }
        self.answered.insert(id.clone(), false);
        if self.seen.insert(id.clone()) {
            self.named.entry(name.to_owned()).or_default().push_back((place, id.clone()));
        }
        id
    }

    /// The id of the call that the next result answers.
    pub(super) fn result(&mut self, id: String, name: &str) -> String {
        if let Some(answered) = self.answered.get_mut(&id) {
            *answered = true;
            return id;
        }
        let nameless = self.nameless.get_mut(name);
        if !id.is_empty() {
            return nameless.and_then(VecDeque::pop_front).map_or(id, |(_, made)| made);
        }
        let named = self.named.get_mut(name).and_then(|calls| {
            while calls.front().is_some_and(|(_, id)| self.answered.get(id) == Some(&true)) {
                calls.pop_front();
            }
            Some(calls).filter(|calls| !calls.is_empty())
        });
        let first = |calls: &&mut VecDeque<(usize, String)>| calls.front().map_or(usize::MAX, |(place, _)| *place);
        let earliest = named.into_iter().chain(nameless).min_by_key(first);
        if let Some((_, id)) = earliest.and_then(VecDeque::pop_front) {
            return id;
        }
        self.lost += 1;
        format!("{MADE_UP}result_{}", self.lost - 1)
    }
}
