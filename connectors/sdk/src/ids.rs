//! Ids of tool calls, for dialects that link every result to its call by id.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use crate::model::Part;
use crate::model::request::Message;

/// The ids of the calls and results of one conversation.
///
/// The client's ids are kept. A call without one (some dialects link by name and order) is given `call_<n>`, the same in
/// each turn; a result without one answers the first call of its name that has no result yet.
#[derive(Debug, Default)]
pub struct CallIds {
    links: BTreeMap<(usize, usize), Link>,
}

#[derive(Debug, Clone, Default)]
struct Link {
    id: String,
    custom: bool,
}

impl CallIds {
    /// The ids of `messages`. One of more than `longest` bytes is replaced by a digest of it.
    #[must_use]
    pub fn of(messages: &[Message], longest: usize) -> Self {
        let mut linker = Linker { given: given(messages), longest, ..Linker::default() };
        for (place, part) in parts(messages) {
            let link = match part {
                Part::ToolCall(call) => linker.call(&call.id, &call.name, call.kind.as_deref() == Some("custom")),
                Part::ToolResult(result) => {
                    let mut link = linker.result(&result.call_id, result.name.as_deref());
                    link.custom |= result.kind.as_deref() == Some("custom");
                    link
                }
                _ => continue,
            };
            linker.links.insert(place, link);
        }
        Self { links: linker.links }
    }

    /// The id of the call, or of the call that the result answers, at `messages[message].content[part]`.
    #[must_use]
    pub fn id(&self, message: usize, part: usize) -> &str {
        self.links.get(&(message, part)).map_or("", |link| &link.id)
    }

    /// Whether the call there, or the call that the result there answers, has free text for arguments.
    #[must_use]
    pub fn is_custom(&self, message: usize, part: usize) -> bool {
        self.links.get(&(message, part)).is_some_and(|link| link.custom)
    }
}

fn parts(messages: &[Message]) -> impl Iterator<Item = ((usize, usize), &Part)> {
    let numbered = |(number, message)| {
        let message: &Message = message;
        message.content.iter().enumerate().map(move |(part, content)| ((number, part), content))
    };
    messages.iter().enumerate().flat_map(numbered)
}

fn given(messages: &[Message]) -> HashSet<&str> {
    let calls = parts(messages).filter_map(|(_, part)| if let Part::ToolCall(call) = part { Some(call) } else { None });
    calls.map(|call| call.id.as_str()).collect()
}

#[derive(Default)]
struct Linker<'a> {
    links: BTreeMap<(usize, usize), Link>,
    given: HashSet<&'a str>,
    longest: usize,
    made: usize,
    calls: Vec<(Link, bool)>,
    by_id: HashMap<&'a str, usize>,
    by_name: HashMap<&'a str, VecDeque<usize>>,
    in_order: VecDeque<usize>,
}

impl<'a> Linker<'a> {
    fn call(&mut self, id: &'a str, name: &'a str, custom: bool) -> Link {
        let link = Link { id: if id.is_empty() { self.make() } else { self.fit(id) }, custom };
        let number = self.calls.len();
        self.calls.push((link.clone(), false));
        if !id.is_empty() {
            self.by_id.insert(id, number);
        }
        self.by_name.entry(name).or_default().push_back(number);
        self.in_order.push_back(number);
        link
    }

    fn result(&mut self, id: &'a str, name: Option<&str>) -> Link {
        let number = if id.is_empty() { self.unanswered(name) } else { self.by_id.get(id).copied() };
        match number.and_then(|number| self.calls.get_mut(number)) {
            Some((link, answered)) => {
                *answered = true;
                link.clone()
            }
            None if id.is_empty() => Link { id: self.make(), custom: false },
            None => Link { id: self.fit(id), custom: false },
        }
    }

    fn unanswered(&mut self, name: Option<&str>) -> Option<usize> {
        let queue = match name.filter(|name| !name.is_empty()) {
            Some(name) => self.by_name.get_mut(name)?,
            None => &mut self.in_order,
        };
        while let Some(number) = queue.pop_front() {
            if self.calls.get(number).is_some_and(|(_, answered)| !answered) {
                return Some(number);
            }
        }
        None
    }

    fn make(&mut self) -> String {
        loop {
            let id = format!("call_{}", self.made);
            self.made += 1;
            if !self.given.contains(id.as_str()) {
                return id;
            }
        }
    }

    fn fit(&self, id: &str) -> String {
        if id.len() <= self.longest { id.to_owned() } else { format!("call_{:016x}", digest(id)) }
    }
}

/// FNV-1a, 64 bits: the same id gives the same digest in each turn.
fn digest(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
