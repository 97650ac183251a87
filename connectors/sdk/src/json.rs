//! Writing JSON text straight from a request.
//!
//! A request is written once and never read again, so no tree of it is built: strings are copied from the neutral
//! document into the text, and a tool's schema goes over as the text it is.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Map, Value};

/// A JSON object that is being written.
#[derive(Debug)]
pub struct Object<'o> {
    out: &'o mut Vec<u8>,
    names: Vec<Cow<'static, str>>,
}

impl Object<'_> {
    /// The text of the object that `write` fills.
    pub fn text(write: impl FnOnce(&mut Object<'_>)) -> String {
        let mut out = Vec::with_capacity(1024);
        object(&mut out, write);
        // serde_json writes UTF-8 alone.
        String::from_utf8(out).unwrap_or_default()
    }

    /// Adds a member.
    pub fn put<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) {
        self.name(Cow::Borrowed(name));
        write(self.out, value);
    }

    /// Adds a member where there is a value.
    pub fn put_some<T: Serialize>(&mut self, name: &'static str, value: Option<T>) {
        if let Some(value) = value {
            self.put(name, &value);
        }
    }

    /// Adds a member that is an object.
    pub fn object(&mut self, name: &'static str, write: impl FnOnce(&mut Object<'_>)) {
        self.name(Cow::Borrowed(name));
        object(self.out, write);
    }

    /// Adds a member that is a list.
    pub fn list(&mut self, name: &'static str, write: impl FnOnce(&mut List<'_>)) {
        self.name(Cow::Borrowed(name));
        list(self.out, write);
    }

    /// Adds a member that is a list, or the text `otherwise` where nothing came into the list.
    pub fn list_or(&mut self, name: &'static str, otherwise: &str, fill: impl FnOnce(&mut List<'_>)) {
        self.name(Cow::Borrowed(name));
        let start = self.out.len();
        if list(self.out, fill) == 0 {
            self.out.truncate(start);
            write(self.out, otherwise);
        }
    }

    /// Adds the members of `members` that have not been written yet.
    pub fn rest(&mut self, members: Option<&Map<String, Value>>) {
        self.rest_but(members, &[]);
    }

    /// As [`rest`](Self::rest), leaving out the members named in `but`.
    pub fn rest_but(&mut self, members: Option<&Map<String, Value>>, but: &[&str]) {
        // The members of a map differ from each other: only what was there before can be in the way.
        let before = self.names.len();
        for (name, value) in members.into_iter().flatten() {
            if !but.contains(&name.as_str()) && !self.names.iter().take(before).any(|written| written == name) {
                self.name(Cow::Owned(name.clone()));
                write(self.out, value);
            }
        }
    }

    /// Whether the member has been written.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|written| written == name)
    }

    fn name(&mut self, name: Cow<'static, str>) {
        if !self.names.is_empty() {
            self.out.push(b',');
        }
        write(self.out, name.as_ref());
        self.out.push(b':');
        self.names.push(name);
    }
}

/// A JSON list that is being written.
#[derive(Debug)]
pub struct List<'o> {
    out: &'o mut Vec<u8>,
    count: usize,
}

impl List<'_> {
    /// Adds an item.
    pub fn put<T: Serialize + ?Sized>(&mut self, value: &T) {
        self.next();
        write(self.out, value);
    }

    /// Adds an item that is an object.
    pub fn object(&mut self, write: impl FnOnce(&mut Object<'_>)) {
        self.next();
        object(self.out, write);
    }

    fn next(&mut self) {
        if self.count > 0 {
            self.out.push(b',');
        }
        self.count += 1;
    }
}

fn object(out: &mut Vec<u8>, write: impl FnOnce(&mut Object<'_>)) {
    out.push(b'{');
    write(&mut Object { out, names: Vec::new() });
    out.push(b'}');
}

fn list(out: &mut Vec<u8>, write: impl FnOnce(&mut List<'_>)) -> usize {
    out.push(b'[');
    let mut list = List { out, count: 0 };
    write(&mut list);
    let count = list.count;
    out.push(b']');
    count
}

fn write<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    let start = out.len();
    // No document of ours has keys that are not strings; a value that cannot be written must not leave half a text.
    if serde_json::to_writer(&mut *out, value).is_err() {
        out.truncate(start);
        out.extend_from_slice(b"null");
    }
}
