//! Ids of tool calls.

use std::collections::HashSet;

/// Gives every tool call of one answer an id of its own: the provider's where it gave one that no earlier call has,
/// else one made of the request's id and a running number, the same on every run.
#[derive(Debug)]
pub(crate) struct CallIds {
    stem: String,
    made: u32,
    given: HashSet<String>,
}

impl CallIds {
    /// Ids that begin with `prefix` and go on with `id`, the request's: `call_<id>_<n>`.
    pub(crate) fn new(prefix: &str, id: &str) -> Self {
        Self { stem: format!("{prefix}{id}"), made: 0, given: HashSet::new() }
    }

    /// The id of the next call; `given` is what the provider said, empty where it said nothing.
    pub(crate) fn next(&mut self, given: &str) -> String {
        if !given.is_empty() && self.given.insert(given.to_owned()) {
            return given.to_owned();
        }
        loop {
            let id = format!("{}_{}", self.stem, self.made);
            self.made += 1;
            if self.given.insert(id.clone()) {
                return id;
            }
        }
    }
}
