//! Ids of tool calls and names of tools, kept to what Anthropic accepts.

use std::collections::{HashMap, HashSet, VecDeque};

/// Longest id and longest name of a tool that Anthropic takes.
const MAX_ID: usize = 64;
const MAX_NAME: usize = 128;

/// `text` where it holds 1 to `limit` letters, digits, `_` and `-`; otherwise something like it that does, the same
/// for the same text and different for different ones.
fn fit(text: &str, limit: usize) -> String {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if !text.is_empty() && text.len() <= limit && text.bytes().all(fits) {
        return text.to_owned();
    }
    // FNV-1a: texts that differ only in what is replaced or cut off must not meet.
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let head = text.bytes().take(limit - 17).map(|byte| if fits(byte) { char::from(byte) } else { '_' });
    format!("{}_{hash:016x}", head.collect::<String>())
}

/// The tool calls of a conversation, so that results find theirs.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    told: Vec<Called>,
    by_id: HashMap<String, VecDeque<usize>>,
    by_name: HashMap<String, VecDeque<usize>>,
    used: HashMap<String, u32>,
}

#[derive(Debug)]
struct Called {
    wire: String,
    answered: bool,
}

impl Calls {
    /// The id to send for a call. Clients may repeat ids and dialects may lack them; Anthropic wants each to be new.
    pub(crate) fn call(&mut self, id: &str, name: &str) -> String {
        let wanted = if id.is_empty() { format!("toolu_{}", self.told.len()) } else { fit(id, MAX_ID) };
        let wire = self.unused(&wanted);
        let index = self.told.len();
        self.told.push(Called { wire: wire.clone(), answered: false });
        self.by_id.entry(id.to_owned()).or_default().push_back(index);
        self.by_name.entry(name.to_owned()).or_default().push_back(index);
        wire
    }

    /// The id to send for the result of a call: by the call's id, else by name and order.
    pub(crate) fn result(&mut self, id: &str, name: Option<&str>) -> String {
        let queue = match name {
            Some(name) if id.is_empty() => self.by_name.get_mut(name),
            _ => self.by_id.get_mut(id),
        };
        let Some(queue) = queue else { return fit(id, MAX_ID) };
        let mut found = None;
        while let Some(index) = queue.front().copied() {
            let Some(called) = self.told.get_mut(index) else { break };
            found = Some(called.wire.clone());
            if !called.answered {
                called.answered = true;
                break;
            }
            // The last of them stays, for a result that is told twice.
            if queue.len() == 1 {
                break;
            }
            queue.pop_front();
        }
        found.unwrap_or_else(|| fit(id, MAX_ID))
    }

    fn unused(&mut self, wanted: &str) -> String {
        let mut wire = wanted.to_owned();
        loop {
            if !self.used.contains_key(&wire) {
                self.used.insert(wire.clone(), 1);
                return wire;
            }
            let count = self.used.entry(wanted.to_owned()).or_default();
            *count += 1;
            wire = fit(&format!("{wanted}_{count}"), MAX_ID);
        }
    }
}

/// The tools of a request by the names that Anthropic is told, so that the answer's names can be turned back.
#[derive(Debug, Default)]
pub(crate) struct Names {
    changed: HashMap<String, String>,
    custom: HashSet<String>,
}

impl Names {
    /// The name to send for the tool `name`.
    pub(crate) fn wire(&mut self, name: &str) -> String {
        let wire = fit(name, MAX_NAME);
        if wire != name {
            self.changed.insert(wire.clone(), name.to_owned());
        }
        wire
    }

    /// Notes that the tool `name` takes free text.
    pub(crate) fn custom(&mut self, name: &str) {
        self.custom.insert(name.to_owned());
    }

    /// The client's name of the tool that Anthropic calls `wire`.
    pub(crate) fn client(&self, wire: String) -> String {
        self.changed.get(&wire).cloned().unwrap_or(wire)
    }

    /// Whether the client's tool `name` takes free text.
    pub(crate) fn is_custom(&self, name: &str) -> bool {
        self.custom.contains(name)
    }
}
