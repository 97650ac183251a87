//! The answer in pieces.

use std::collections::BTreeMap;

use dragoman_connector::model::content::NativePart;
use dragoman_connector::model::dialect::OPENAI_RESPONSES;
use dragoman_connector::model::event::{CandidateFinish, Close, Delta, End, Event, NativeEvent, Open, UsageReport};
use dragoman_connector::model::{Failure, Part};
use dragoman_connector::{Events, Frame, openai_chat};
use serde_json::{Map, Value};

use super::answer;
use super::item::{self, Kind};

type Emit<'e> = dyn FnMut(Event) + 'e;

/// Which text of an item: the arguments of its call, or a numbered piece of content or summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Slot {
    Arguments,
    Content(u64),
    Summary(u64),
}

/// An output item that is being told.
#[derive(Debug)]
struct Item {
    kind: Kind,
    is_done: bool,
    /// The parts that are open: one per piece of a message's content, else one under 0.
    parts: BTreeMap<u64, u32>,
    /// How much of each text was told, in bytes, and of each list of annotations.
    told: BTreeMap<Slot, usize>,
    cited: BTreeMap<u64, usize>,
}

/// Reads the events of one response.
///
/// Each item's closing event repeats it whole: what its deltas did not tell is told then, so that vendors that leave
/// deltas out lose nothing.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    is_started: bool,
    has_calls: bool,
    next: u32,
    items: BTreeMap<u64, Item>,
    message: Map<String, Value>,
}

impl Reader {
    /// Takes in one frame of a stream.
    ///
    /// # Errors
    /// `upstream` where the frame is no event; the provider's own failure where the frame tells one.
    pub(crate) fn event(&mut self, frame: Frame<'_>, out: &mut Events) -> Result<(), Failure> {
        let text = frame.text.trim();
        if text.is_empty() || text == "[DONE]" {
            return Ok(());
        }
        let event = answer::object(text, "an event of a response")?;
        let kind = item::text(&event, "type").unwrap_or_else(|| frame.name.to_owned());
        if kind == "error" || (kind.is_empty() && event.contains_key("error")) {
            return Err(openai_chat::failure(0, &[], text));
        }
        self.take_in(&kind, event, &mut |event| out.push(event))
    }

    /// Takes in a whole response.
    ///
    /// # Errors
    /// The provider's own failure where the response tells one.
    pub(crate) fn whole(&mut self, response: &Map<String, Value>, emit: &mut Emit<'_>) -> Result<(), Failure> {
        self.terminal(response, emit)
    }

    fn take_in(&mut self, kind: &str, mut event: Map<String, Value>, emit: &mut Emit<'_>) -> Result<(), Failure> {
        match kind {
            "response.created" | "response.in_progress" | "response.queued" => {
                if let Some(response) = event.get("response").and_then(Value::as_object) {
                    self.begin(response, emit);
                }
            }
            "response.completed" | "response.incomplete" | "response.failed" | "response.cancelled" => {
                let response = event.remove("response");
                return self.terminal(response.as_ref().and_then(Value::as_object).unwrap_or(&event), emit);
            }
            "response.output_item.added" | "response.output_item.done" => {
                if let Some(Value::Object(item)) = event.remove("item") {
                    let index = number(&event, "output_index");
                    self.open(index, &item, emit);
                    if kind == "response.output_item.done" {
                        self.done(index, item, emit);
                    }
                }
            }
            "response.content_part.added" => {
                if let Some(part) = event.get("part").and_then(Value::as_object).filter(|part| is_spoken(part)) {
                    self.content(number(&event, "output_index"), number(&event, "content_index"), part, emit);
                }
            }
            _ => self.piece(kind, event, emit),
        }
        Ok(())
    }

    /// An event that adds to an item.
    fn piece(&mut self, kind: &str, event: Map<String, Value>, emit: &mut Emit<'_>) {
        let index = number(&event, "output_index");
        let content = number(&event, "content_index");
        let slot = match kind {
            "response.output_text.delta" | "response.refusal.delta" => {
                let kind = if kind == "response.refusal.delta" { "refusal" } else { "output_text" };
                self.content(index, content, &Map::from_iter([("type".to_owned(), kind.into())]), emit);
                Slot::Content(content)
            }
            "response.reasoning_text.delta" => Slot::Content(content),
            "response.reasoning_summary_text.delta" => Slot::Summary(number(&event, "summary_index")),
            "response.function_call_arguments.delta" | "response.custom_tool_call_input.delta" => Slot::Arguments,
            "response.output_text.annotation.added" => return self.annotation(index, content, event, emit),
            // What these repeat is told by the deltas before them and by the item's closing event.
            "response.output_text.done"
            | "response.refusal.done"
            | "response.content_part.done"
            | "response.reasoning_text.done"
            | "response.reasoning_summary_part.added"
            | "response.reasoning_summary_part.done"
            | "response.reasoning_summary_text.done"
            | "response.function_call_arguments.done"
            | "response.custom_tool_call_input.done"
            | "keepalive"
            | "ping" => return,
            _ => return emit(NativeEvent::new(OPENAI_RESPONSES, Value::Object(event)).into()),
        };
        let mut event = event;
        let logprobs = event.remove("logprobs").map(openai_chat::logprobs).unwrap_or_default();
        if let Some(Value::String(text)) = event.remove("delta") {
            self.more(index, slot, Delta { text: Some(text), logprobs, ..Delta::default() }, emit);
        }
    }

    fn begin(&mut self, response: &Map<String, Value>, emit: &mut Emit<'_>) {
        if !self.is_started {
            self.is_started = true;
            emit(answer::start(response).into());
        }
    }

    /// The item numbered `index` begins, unless it has.
    fn open(&mut self, index: u64, item: &Map<String, Value>, emit: &mut Emit<'_>) {
        if self.items.contains_key(&index) {
            return;
        }
        self.begin(&Map::new(), emit);
        let kind = Kind::of(item);
        let mut parts = BTreeMap::new();
        match kind {
            Kind::Reasoning => parts.extend([(0, self.part(item::reasoning(item), emit))]),
            Kind::Call => parts.extend([(0, self.part(item::call(item), emit))]),
            Kind::Message | Kind::Other => {}
        }
        self.has_calls |= kind == Kind::Call;
        let item = Item { kind, is_done: false, parts, told: BTreeMap::new(), cited: BTreeMap::new() };
        self.items.insert(index, item);
    }

    fn part(&mut self, content: impl Into<Part>, emit: &mut Emit<'_>) -> u32 {
        let part = self.next;
        self.next += 1;
        emit(Open::new(0, part, content).into());
        part
    }

    /// The piece `content` of the message `index` begins, unless it has.
    fn content(&mut self, index: u64, content: u64, part: &Map<String, Value>, emit: &mut Emit<'_>) {
        self.open(index, &Map::from_iter([("type".to_owned(), "message".into())]), emit);
        let is_new = |item: &Item| item.kind == Kind::Message && !item.is_done && !item.parts.contains_key(&content);
        if !self.items.get(&index).is_some_and(is_new) {
            return;
        }
        let number = self.part(item::content(part), emit);
        if let Some(item) = self.items.get_mut(&index) {
            item.parts.insert(content, number);
        }
    }

    /// More of a text of the item `index`; dropped where no such text is being told.
    fn more(&mut self, index: u64, slot: Slot, delta: Delta, emit: &mut Emit<'_>) {
        let Some(item) = self.items.get_mut(&index).filter(|item| !item.is_done) else { return };
        let key = match (item.kind, slot) {
            (Kind::Message, Slot::Content(content)) => content,
            _ => 0,
        };
        let Some(part) = item.parts.get(&key) else { return };
        let summary = match slot {
            Slot::Summary(summary) => Some(u32::try_from(summary).unwrap_or(u32::MAX)),
            _ => None,
        };
        *item.told.entry(slot).or_default() += delta.text.as_ref().map_or(0, String::len);
        emit(Delta { part: *part, summary, ..delta }.into());
    }

    /// What of `text` the deltas have not told.
    fn rest(&mut self, index: u64, slot: Slot, text: Option<&Value>, logprobs: Option<&Value>, emit: &mut Emit<'_>) {
        let told = self.items.get(&index).and_then(|item| item.told.get(&slot)).copied().unwrap_or(0);
        let rest = text.and_then(Value::as_str).and_then(|text| text.get(told..)).filter(|rest| !rest.is_empty());
        if let Some(rest) = rest {
            let logprobs = logprobs.filter(|_| told == 0).cloned().map(openai_chat::logprobs).unwrap_or_default();
            self.more(index, slot, Delta { text: Some(rest.to_owned()), logprobs, ..Delta::default() }, emit);
        }
    }

    fn annotation(&mut self, index: u64, content: u64, mut event: Map<String, Value>, emit: &mut Emit<'_>) {
        self.content(index, content, &Map::from_iter([("type".to_owned(), "output_text".into())]), emit);
        if let Some(Value::Object(annotation)) = event.remove("annotation") {
            self.cite(index, content, vec![annotation], emit);
        }
    }

    fn cite(&mut self, index: u64, content: u64, annotations: Vec<Map<String, Value>>, emit: &mut Emit<'_>) {
        let Some(item) = self.items.get_mut(&index).filter(|item| !item.is_done && !annotations.is_empty()) else {
            return;
        };
        let Some(part) = item.parts.get(&content) else { return };
        *item.cited.entry(content).or_default() += annotations.len();
        let citations = annotations.into_iter().map(item::citation).collect();
        emit(Delta { part: *part, citations, ..Delta::default() }.into());
    }

    /// The item `index` is complete and stands here whole.
    fn done(&mut self, index: u64, whole: Map<String, Value>, emit: &mut Emit<'_>) {
        let Some(kind) = self.items.get(&index).filter(|item| !item.is_done).map(|item| item.kind) else { return };
        match kind {
            Kind::Message => self.message_done(index, &whole, emit),
            Kind::Reasoning => self.reasoning_done(index, &whole, emit),
            Kind::Call => {
                let text = whole.get("arguments").or_else(|| whole.get("input"));
                self.rest(index, Slot::Arguments, text, None, emit);
            }
            Kind::Other => {
                let part = self.part(NativePart::new(OPENAI_RESPONSES, Value::Object(whole)), emit);
                if let Some(item) = self.items.get_mut(&index) {
                    item.parts.insert(0, part);
                }
            }
        }
        self.close(index, emit);
    }

    fn message_done(&mut self, index: u64, whole: &Map<String, Value>, emit: &mut Emit<'_>) {
        self.message.extend(item::message_members(whole).map(|(name, value)| (name.clone(), value.clone())));
        for (content, part) in (0..).zip(item::objects(whole, "content")) {
            self.content(index, content, part, emit);
            let text = part.get("text").or_else(|| part.get("refusal"));
            self.rest(index, Slot::Content(content), text, part.get("logprobs"), emit);
            let cited = self.items.get(&index).and_then(|item| item.cited.get(&content)).copied().unwrap_or(0);
            let annotations = item::objects(part, "annotations").skip(cited).cloned().collect();
            self.cite(index, content, annotations, emit);
        }
    }

    fn reasoning_done(&mut self, index: u64, whole: &Map<String, Value>, emit: &mut Emit<'_>) {
        for (summary, part) in (0..).zip(item::objects(whole, "summary")) {
            self.rest(index, Slot::Summary(summary), part.get("text"), None, emit);
        }
        for (content, part) in (0..).zip(item::objects(whole, "content")) {
            self.rest(index, Slot::Content(content), part.get("text"), None, emit);
        }
        let part = self.items.get(&index).and_then(|item| item.parts.get(&0)).copied();
        if let (Some(part), opaque @ Some(_)) = (part, item::text(whole, "encrypted_content")) {
            emit(Delta { part, opaque, ..Delta::default() }.into());
        }
    }

    fn close(&mut self, index: u64, emit: &mut Emit<'_>) {
        let Some(item) = self.items.get_mut(&index).filter(|item| !item.is_done) else { return };
        item.is_done = true;
        for part in std::mem::take(&mut item.parts).into_values() {
            emit(Close { part, ..Close::default() }.into());
        }
    }

    /// The response is over, and stands here whole.
    fn terminal(&mut self, response: &Map<String, Value>, emit: &mut Emit<'_>) -> Result<(), Failure> {
        if let Some(failure) = answer::failure(response) {
            return Err(failure);
        }
        self.begin(response, emit);
        let is_untold = self.items.is_empty();
        for (index, item) in (0..).zip(item::objects(response, "output")) {
            if is_untold {
                self.open(index, item, emit);
            }
            self.done(index, item.clone(), emit);
        }
        for index in self.items.keys().copied().collect::<Vec<_>>() {
            self.close(index, emit);
        }
        let finish = answer::finish(response, self.has_calls);
        let is_finished = finish.is_some();
        if let Some(finish) = finish {
            let mut finish = CandidateFinish::new(0, finish);
            if !self.message.is_empty() {
                finish.native.put(OPENAI_RESPONSES, "message", std::mem::take(&mut self.message).into());
            }
            emit(finish.into());
        }
        if let Some(usage) = answer::usage(response) {
            emit(UsageReport { usage, ..UsageReport::default() }.into());
        }
        emit(End { native: answer::native(response, is_finished), ..End::default() }.into());
        Ok(())
    }
}

fn is_spoken(part: &Map<String, Value>) -> bool {
    matches!(part.get("type").and_then(Value::as_str), Some("output_text" | "refusal"))
}

fn number(event: &Map<String, Value>, name: &str) -> u64 {
    event.get(name).and_then(Value::as_u64).unwrap_or(0)
}
