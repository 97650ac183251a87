//! The places named after the dialect that their members came from.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::document::Member;

/// Members without a neutral name, by dialect: `{"anthropic.messages": {"container": "c_1"}}`.
///
/// A front end puts here what it did not translate; a connector of the same dialect may put it back, and what nobody
/// puts back is reported as lost.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Native(pub Map<String, Value>);

impl Native {
    /// The members that came from `dialect`.
    #[must_use]
    pub fn of(&self, dialect: &str) -> Option<&Map<String, Value>> {
        self.0.get(dialect).and_then(Value::as_object)
    }

    /// One member that came from `dialect`.
    #[must_use]
    pub fn get(&self, dialect: &str, member: &str) -> Option<&Value> {
        self.of(dialect)?.get(member)
    }

    /// Keeps one member of `dialect`.
    pub fn put(&mut self, dialect: &str, member: impl Into<String>, value: Value) {
        let place = self.0.entry(dialect).or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(members) = place {
            members.insert(member.into(), value);
        }
    }

    /// Keeps all of `members` of `dialect`; nothing is written where there are none.
    pub fn put_all(&mut self, dialect: &str, members: Map<String, Value>) {
        for (member, value) in members {
            self.put(dialect, member, value);
        }
    }
}

impl Member for Native {
    fn is_absent(&self) -> bool {
        self.0.is_empty()
    }
    fn missing() -> Option<Self> {
        Some(Self::default())
    }
}
