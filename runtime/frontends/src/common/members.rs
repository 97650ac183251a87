//! Taking the members of an object one by one, so that what nobody took is known.

use dragoman_model::{Failure, Native};
use serde_json::{Map, Number, Value};

use super::Place;

/// An object that is being read. A taken member leaves a null in its place, and a null counts as absent: thus taking
/// costs the same wherever the member stands and the order of the rest is kept.
#[derive(Debug)]
pub(crate) struct Members<'a> {
    map: Map<String, Value>,
    place: Place<'a>,
}

impl<'a> Members<'a> {
    /// The members of `value`, which stands at `place`.
    pub(crate) fn of(value: Value, place: Place<'a>) -> Result<Self, Failure> {
        match value {
            Value::Object(map) => Ok(Self { map, place }),
            other => Err(place.wrong("an object", &other)),
        }
    }

    /// The members `map` of the object at `place`.
    pub(crate) fn new(map: Map<String, Value>, place: Place<'a>) -> Self {
        Self { map, place }
    }

    /// Where the object stands.
    pub(crate) fn place(&self) -> Place<'a> {
        self.place
    }

    /// Whether the member is there and not null.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.peek(name).is_some()
    }

    /// The member, left where it is.
    pub(crate) fn peek(&self, name: &str) -> Option<&Value> {
        self.map.get(name).filter(|value| !value.is_null())
    }

    /// The member if it is a string, left where it is.
    pub(crate) fn peek_str(&self, name: &str) -> Option<&str> {
        self.map.get(name).and_then(Value::as_str)
    }

    /// The member, whatever it is.
    pub(crate) fn take(&mut self, name: &str) -> Option<Value> {
        self.map.get_mut(name).map(Value::take).filter(|value| !value.is_null())
    }

    /// Drops the member if it is an empty array, which says nothing.
    pub(crate) fn take_empty(&mut self, name: &str) {
        if self.peek(name).and_then(Value::as_array).is_some_and(Vec::is_empty) {
            self.take(name);
        }
    }

    /// Gives a member back, so that it is among the rest.
    pub(crate) fn put_back(&mut self, name: &str, value: Value) {
        self.map.insert(name.to_owned(), value);
    }

    /// Puts every member of `more` here that is not here already.
    pub(crate) fn absorb(&mut self, more: Map<String, Value>) {
        for (name, value) in more {
            if !self.has(&name) {
                self.map.insert(name, value);
            }
        }
    }

    /// The member if it is a string; anything else stays among the rest.
    pub(crate) fn take_str(&mut self, name: &str) -> Option<String> {
        match self.map.get_mut(name) {
            Some(Value::String(text)) => {
                let text = std::mem::take(text);
                self.take(name);
                Some(text)
            }
            _ => None,
        }
    }

    /// The member, which must be a string.
    pub(crate) fn string(&mut self, name: &str) -> Result<Option<String>, Failure> {
        self.take(name).map(|value| self.place.member(name).string(value)).transpose()
    }

    /// The member, which must be there and be a string.
    pub(crate) fn required_string(&mut self, name: &str) -> Result<String, Failure> {
        self.string(name)?.ok_or_else(|| self.place.member(name).missing())
    }

    /// The member, which must be there.
    pub(crate) fn required(&mut self, name: &str) -> Result<Value, Failure> {
        self.take(name).ok_or_else(|| self.place.member(name).missing())
    }

    /// The member, which must be `true` or `false`.
    pub(crate) fn boolean(&mut self, name: &str) -> Result<Option<bool>, Failure> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(value)),
            Some(other) => Err(self.place.member(name).wrong("a boolean", &other)),
        }
    }

    /// The member, which must be a number.
    pub(crate) fn number(&mut self, name: &str) -> Result<Option<Number>, Failure> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Number(value)) => Ok(Some(value)),
            Some(other) => Err(self.place.member(name).wrong("a number", &other)),
        }
    }

    /// The member, which must be a whole number that is not negative; `1024.0` is one.
    pub(crate) fn count(&mut self, name: &str) -> Result<Option<u64>, Failure> {
        match self.take(name) {
            None => Ok(None),
            Some(value) => match whole(&value) {
                Some(count) => Ok(Some(count)),
                None => Err(self.place.member(name).wrong("a whole number that is not negative", &value)),
            },
        }
    }

    /// The member, which must be an array.
    pub(crate) fn list(&mut self, name: &str) -> Result<Option<Vec<Value>>, Failure> {
        self.take(name).map(|value| self.place.member(name).list(value)).transpose()
    }

    /// The member, which must be an object.
    pub(crate) fn object(&mut self, name: &str) -> Result<Option<Map<String, Value>>, Failure> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Object(map)) => Ok(Some(map)),
            Some(other) => Err(self.place.member(name).wrong("an object", &other)),
        }
    }

    /// The member, which must be an array of strings or one string.
    pub(crate) fn strings(&mut self, name: &str) -> Result<Vec<String>, Failure> {
        match self.take(name) {
            None => Ok(Vec::new()),
            Some(Value::String(text)) => Ok(vec![text]),
            Some(Value::Array(items)) => {
                let place = self.place.member(name);
                items.into_iter().enumerate().map(|(index, item)| place.item(index).string(item)).collect()
            }
            Some(other) => Err(self.place.member(name).wrong("a string or an array of strings", &other)),
        }
    }

    /// What nobody took, in its order.
    pub(crate) fn rest(self) -> Map<String, Value> {
        self.map.into_iter().filter(|(_, value)| !value.is_null()).collect()
    }

    /// What nobody took, as members of `dialect`.
    pub(crate) fn native(self, dialect: &str) -> Native {
        let mut native = Native::default();
        self.rest_into(&mut native, dialect);
        native
    }

    /// Adds what nobody took to the members of `dialect` in `native`.
    pub(crate) fn rest_into(self, native: &mut Native, dialect: &str) {
        native.put_all(dialect, self.rest());
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be whole and in range")]
fn whole(value: &Value) -> Option<u64> {
    // Beyond 2^53 a float no longer names one whole number.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let float = |float: &f64| float.fract() == 0.0 && (0.0..=EXACT).contains(float);
    value.as_u64().or_else(|| value.as_f64().filter(float).map(|float| float as u64))
}
