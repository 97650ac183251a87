//! The output: neutral parts into items, and the events that tell of them.

use dragoman_model::content::{MediaPart, NativePart, Part, ReasoningPart, Source, TextPart, ToolCallPart};
use dragoman_model::dialect::OPENAI_RESPONSES;
use dragoman_model::event::Delta;
use serde_json::{Value, json};

use super::item;
use super::output::{Call, Content, Item, Message, Slot, Thought};
use super::speech::Speech;
use crate::common::CallIds;

/// Ids of items and of calls, each given once.
#[derive(Debug)]
struct Ids {
    messages: CallIds,
    thoughts: CallIds,
    functions: CallIds,
    customs: CallIds,
    pictures: CallIds,
    calls: CallIds,
}

/// Where a neutral part is told.
#[derive(Debug, Clone, Copy)]
struct Address {
    item: usize,
    /// Which content of a message.
    content: usize,
}

/// The output as far as it has come.
#[derive(Debug)]
pub(super) struct Output {
    ids: Ids,
    items: Vec<Item>,
    /// By the number of the part; `None` for parts that are closed, or that this dialect cannot tell.
    parts: Vec<Option<Address>>,
    /// The message that further words join.
    message: Option<usize>,
}

impl Output {
    /// An output without items; made ids hold `id`, the request's.
    pub(super) fn new(id: &str) -> Self {
        let ids = |prefix| CallIds::new(prefix, id);
        Self {
            ids: Ids {
                messages: ids("msg_"),
                thoughts: ids("rs_"),
                functions: ids("fc_"),
                customs: ids("ctc_"),
                pictures: ids("ig_"),
                calls: ids("call_"),
            },
            items: Vec::new(),
            parts: Vec::new(),
            message: None,
        }
    }

    /// The items as the client reads them, those that go on with `status`.
    pub(super) fn values(&self, status: &str) -> Vec<Value> {
        let value = |item: &Item| match item {
            Item::Message(message) => message.value(status),
            Item::Thought(thought) => thought.value(),
            Item::Call(call) => call.value(status),
            Item::Picture { id, data } => picture(id, status, data),
            Item::Done(value) => value.clone(),
        };
        self.items.iter().map(value).collect()
    }

    /// A part begins.
    pub(super) fn open(&mut self, part: u32, content: Part, speech: &mut Speech<'_>) {
        if part as usize != self.parts.len() {
            return;
        }
        let address = match content {
            Part::Text(text) => Some(self.open_text(text, None, speech)),
            Part::Refusal(refusal) => {
                let address = self.speak(Content::Refusal(String::new()), speech);
                self.refuse(address, &refusal.text, speech);
                Some(address)
            }
            Part::Audio(media) => {
                let text = TextPart::new(media.transcript.unwrap_or_default());
                Some(self.open_text(text, inline(media.source), speech))
            }
            Part::Reasoning(thought) => Some(self.open_thought(thought, speech)),
            Part::ToolCall(call) => Some(self.open_call(call, speech)),
            Part::Image(media) => self.open_picture(media, speech),
            Part::Native(native) => {
                self.native(&native, speech);
                None
            }
            Part::Video(_) | Part::Document(_) | Part::ToolResult(_) | Part::Unknown(_) => None,
        };
        self.parts.push(address);
    }

    /// Puts a new item at the end. Whatever message was spoken is over, unless a piece of it goes on.
    fn add(&mut self, item: Item, value: &Value, speech: &mut Speech<'_>) -> usize {
        self.seal("completed", speech);
        let index = self.items.len();
        speech.item_added(index, value);
        self.items.push(item);
        index
    }

    /// Puts an item that is complete at the end.
    fn add_whole(&mut self, value: &Value, speech: &mut Speech<'_>) {
        let index = self.add(Item::Done(value.clone()), value, speech);
        speech.item_done(index, value);
    }

    fn native(&mut self, native: &NativePart, speech: &mut Speech<'_>) {
        if native.dialect == OPENAI_RESPONSES && native.value.is_object() {
            self.add_whole(&native.value, speech);
        }
    }

    /// No more words join the message. It is done as soon as all that was begun is said.
    pub(super) fn seal(&mut self, status: &str, speech: &mut Speech<'_>) {
        let Some(index) = self.message.take() else { return };
        self.settle(index, status, speech);
    }

    fn settle(&mut self, index: usize, status: &str, speech: &mut Speech<'_>) {
        let Some(Item::Message(message)) = self.items.get(index) else { return };
        if self.message != Some(index) && message.is_said() {
            let value = message.value(status);
            speech.item_done(index, &value);
            self.done(index, value);
        }
    }

    fn done(&mut self, index: usize, value: Value) {
        if let Some(item) = self.items.get_mut(index) {
            *item = Item::Done(value);
        }
    }

    /// Begins a content of the message, and the message where none is spoken.
    fn speak(&mut self, content: Content, speech: &mut Speech<'_>) -> Address {
        let index = self.message.unwrap_or_else(|| {
            let message = Message { id: self.ids.messages.next(""), content: Vec::new() };
            let value = message.value("in_progress");
            self.add(Item::Message(message), &value, speech)
        });
        self.message = Some(index);
        let Some(Item::Message(message)) = self.items.get_mut(index) else {
            return Address { item: index, content: 0 };
        };
        let address = Address { item: index, content: message.content.len() };
        speech.content_added(&message.id, index, address.content, &content.value());
        message.content.push(content);
        address
    }

    fn open_text(&mut self, mut text: TextPart, sound: Option<String>, speech: &mut Speech<'_>) -> Address {
        let words = std::mem::take(&mut text.text);
        // What is beside the words is told at their end.
        let shell = Content::Text { text: TextPart::default(), logprobs: Vec::new(), sound: None };
        let address = self.speak(shell, speech);
        if let Some((_, Content::Text { text: told, sound: heard, .. })) = self.content(address) {
            (*told, *heard) = (text, sound);
        }
        self.delta_text(address, Delta { text: Some(words), ..Delta::default() }, speech);
        address
    }

    fn content(&mut self, address: Address) -> Option<(&str, &mut Content)> {
        match self.items.get_mut(address.item)? {
            Item::Message(message) => Some((&message.id, message.content.get_mut(address.content)?)),
            _ => None,
        }
    }

    fn delta_text(&mut self, address: Address, delta: Delta, speech: &mut Speech<'_>) {
        let Some((id, Content::Text { text, logprobs, sound })) = self.content(address) else { return };
        let words = delta.text.or(delta.transcript).unwrap_or_default();
        if !words.is_empty() || !delta.logprobs.is_empty() {
            speech.text(id, address.item, address.content, &words, &delta.logprobs);
        }
        text.text.push_str(&words);
        text.citations.extend(delta.citations);
        append(&mut text.signature, delta.signature);
        append(sound, delta.data);
        logprobs.extend(delta.logprobs);
    }

    fn refuse(&mut self, address: Address, words: &str, speech: &mut Speech<'_>) {
        let Some((id, Content::Refusal(text))) = self.content(address) else { return };
        if !words.is_empty() {
            text.push_str(words);
            speech.refusal(id, address.item, address.content, words);
        }
    }

    fn open_thought(&mut self, mut part: ReasoningPart, speech: &mut Speech<'_>) -> Address {
        let id = self.ids.thoughts.next(part.id.as_deref().unwrap_or_default());
        let (text, summary) = (part.text.take(), std::mem::take(&mut part.summary));
        // The state of the provider is complete at the end only.
        let shell = ReasoningPart { origin: part.origin.clone(), ..ReasoningPart::default() };
        let thought = Thought { id, part: shell, summary: Vec::new(), content: None };
        let value = thought.value();
        let item = self.add(Item::Thought(thought), &value, speech);
        if let Some(Item::Thought(thought)) = self.items.get_mut(item) {
            thought.part = part;
            if let Some(text) = text {
                thought.think(item, Slot::Words, &text, speech);
            }
            for (index, text) in (0_u32..).zip(summary) {
                thought.think(item, Slot::Summary(index), &text, speech);
            }
        }
        Address { item, content: 0 }
    }

    fn open_call(&mut self, mut call: ToolCallPart, speech: &mut Speech<'_>) -> Address {
        let custom = call.kind.as_deref() == Some("custom");
        let ids = if custom { &mut self.ids.customs } else { &mut self.ids.functions };
        let id = ids.next(call.item_id.as_deref().unwrap_or_default());
        call.id = self.ids.calls.next(&call.id);
        let arguments = std::mem::take(&mut call.arguments);
        let mut call = Call { id, part: call, custom };
        let value = call.value("in_progress");
        self.seal("completed", speech);
        let item = self.items.len();
        speech.item_added(item, &value);
        call.write(item, &arguments, speech);
        self.items.push(Item::Call(call));
        Address { item, content: 0 }
    }

    /// A picture is told as what OpenAI's own tool draws; one that is elsewhere has no form.
    fn open_picture(&mut self, media: MediaPart, speech: &mut Speech<'_>) -> Option<Address> {
        let data = inline(media.source)?;
        let id = self.ids.pictures.next("");
        let value = json!({ "id": id, "type": "image_generation_call", "status": "in_progress", "result": null });
        let item = self.add(Item::Picture { id, data }, &value, speech);
        Some(Address { item, content: 0 })
    }

    fn address(&self, part: u32) -> Option<Address> {
        self.parts.get(part as usize).copied().flatten()
    }

    /// A part goes on.
    pub(super) fn delta(&mut self, delta: Delta, speech: &mut Speech<'_>) {
        let Some(address) = self.address(delta.part) else { return };
        let words = delta.text.as_deref().unwrap_or_default();
        match self.items.get_mut(address.item) {
            Some(Item::Message(message)) => match message.content.get_mut(address.content) {
                Some(Content::Text { .. }) => self.delta_text(address, delta, speech),
                Some(Content::Refusal(_)) => self.refuse(address, words, speech),
                Some(Content::Done(_)) | None => {}
            },
            Some(Item::Thought(thought)) => {
                if !words.is_empty() {
                    let slot = delta.summary.map_or(Slot::Words, Slot::Summary);
                    thought.think(address.item, slot, words, speech);
                }
                append(&mut thought.part.signature, delta.signature);
                append(&mut thought.part.opaque, delta.opaque);
            }
            Some(Item::Call(call)) => {
                call.write(address.item, words, speech);
                append(&mut call.part.signature, delta.signature);
            }
            Some(Item::Picture { data, .. }) => data.push_str(delta.data.as_deref().unwrap_or_default()),
            Some(Item::Done(_)) | None => {}
        }
    }

    /// A part is complete.
    pub(super) fn close(&mut self, part: u32, speech: &mut Speech<'_>) {
        let Some(address) = self.parts.get_mut(part as usize).and_then(Option::take) else { return };
        let index = address.item;
        match self.items.get_mut(index) {
            Some(Item::Message(_)) => self.close_content(address, speech),
            Some(Item::Thought(thought)) => {
                let value = thought.end(index, speech);
                self.done(index, value);
            }
            Some(Item::Call(call)) => {
                let value = call.end(index, speech);
                let signature = call.part.signature.take();
                let id = call.part.id.clone();
                self.done(index, value);
                self.sign(Some(&id), signature, speech);
            }
            Some(Item::Picture { id, data }) => {
                let value = picture(id, "completed", data);
                speech.item_done(index, &value);
                self.done(index, value);
            }
            Some(Item::Done(_)) | None => {}
        }
    }

    fn close_content(&mut self, address: Address, speech: &mut Speech<'_>) {
        let Some((id, content)) = self.content(address) else { return };
        let value = speech.content_done(id, address.item, address.content, content);
        let signature = match std::mem::replace(content, Content::Done(value)) {
            Content::Text { text, .. } => text.signature,
            _ => None,
        };
        if signature.is_some() {
            self.seal("completed", speech);
            self.sign(None, signature, speech);
        }
        self.settle(address.item, "completed", speech);
    }

    /// A signature of a part that has no place for it becomes an item of its own, which clients send back as they do
    /// with thoughts.
    fn sign(&mut self, call_id: Option<&str>, signature: Option<String>, speech: &mut Speech<'_>) {
        let Some(signature) = signature else { return };
        let id = self.ids.thoughts.next("");
        let encrypted = item::bound(call_id, &signature);
        let value = json!({ "id": id, "type": "reasoning", "summary": [], "encrypted_content": encrypted });
        self.add_whole(&value, speech);
    }

    /// Nothing more comes; a message that was spoken to the end has `status`.
    pub(super) fn end(&mut self, status: &str, speech: &mut Speech<'_>) {
        for part in (0_u32..).take(self.parts.len()) {
            self.close(part, speech);
        }
        self.seal(status, speech);
    }
}

fn picture(id: &str, status: &str, data: &str) -> Value {
    json!({ "id": id, "type": "image_generation_call", "status": status, "result": data })
}

fn inline(source: Source) -> Option<String> {
    match source {
        Source::Inline(inline) => Some(inline.data),
        _ => None,
    }
}

fn append(place: &mut Option<String>, more: Option<String>) {
    if let Some(more) = more {
        place.get_or_insert_default().push_str(&more);
    }
}
