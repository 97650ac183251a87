//! Ids of tool calls and names of tools.

use std::collections::{HashMap, HashSet, VecDeque};

/// How ids begin that are made for calls to which Gemini gave none. They are not sent back.
pub(crate) const MADE: &str = "call_gemini_";

/// Longest name of a tool that Gemini takes.
const MAX_NAME: usize = 128;

/// The tool calls of a conversation, so that results can name their tool.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    names: HashMap<String, String>,
    unnamed: VecDeque<String>,
}

impl Calls {
    /// Notes a call, and gives the id to send with it.
    pub(crate) fn call(&mut self, id: &str, name: &str) -> Option<String> {
        if id.is_empty() {
            self.unnamed.push_back(name.to_owned());
        } else {
            self.names.insert(id.to_owned(), name.to_owned());
        }
        sent(id)
    }

    /// The id to send with the result of a call, and the name of the tool that was called.
    pub(crate) fn result(&mut self, id: &str, name: Option<String>) -> (Option<String>, String) {
        let name = name.filter(|name| !name.is_empty());
        let called = if id.is_empty() { self.unnamed.pop_front() } else { self.names.get(id).cloned() };
        (sent(id), name.or(called).unwrap_or_else(|| "unknown".to_owned()))
    }
}

fn sent(id: &str) -> Option<String> {
    (!id.is_empty() && !id.starts_with(MADE)).then(|| id.to_owned())
}

/// The tools of a request by the names that Gemini is told, so that the answer's names can be turned back.
#[derive(Debug, Default)]
pub(crate) struct Names {
    changed: HashMap<String, String>,
    custom: HashSet<String>,
}

impl Names {
    /// The name to send for the tool `name`: begins with a letter or `_` and holds letters, digits and `_.:-`.
    pub(crate) fn wire(&mut self, name: &str) -> String {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_.:-".contains(&byte);
        let begins = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
        if begins && name.len() <= MAX_NAME && name.bytes().all(fits) {
            return name.to_owned();
        }
        // FNV-1a: names that differ only in what is replaced or cut off must not meet.
        let hash = name
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        let head = name.bytes().take(MAX_NAME - 18).map(|byte| if fits(byte) { char::from(byte) } else { '_' });
        let wire = format!("_{}_{hash:016x}", head.collect::<String>());
        self.changed.insert(wire.clone(), name.to_owned());
        wire
    }

    /// Notes that the tool `name` takes free text.
    pub(crate) fn custom(&mut self, name: &str) {
        self.custom.insert(name.to_owned());
    }

    /// The client's name of the tool that Gemini calls `wire`.
    pub(crate) fn client(&self, wire: String) -> String {
        self.changed.get(&wire).cloned().unwrap_or(wire)
    }

    /// Whether the client's tool `name` takes free text.
    pub(crate) fn is_custom(&self, name: &str) -> bool {
        self.custom.contains(name)
    }
}
