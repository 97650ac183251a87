//! The events by which the client follows the output.

use dragoman_model::response::TokenLogprob;
use serde_json::{Value, json};

use super::item;
use super::output::{Call, Content, Slot, Thought, annotations, logprobs};
use super::voice::{More, Voice};

/// A voice and where it is heard.
pub(super) struct Speech<'a> {
    pub(super) voice: &'a mut Voice,
    pub(super) out: &'a mut Vec<u8>,
}

impl Speech<'_> {
    fn say(&mut self, kind: &str, body: &Value) {
        self.voice.say(self.out, kind, body);
    }

    fn more(&mut self, kind: &str, more: &More<'_>) {
        self.voice.say(self.out, kind, more);
    }

    /// An item begins.
    pub(super) fn item_added(&mut self, index: usize, item: &Value) {
        self.say("response.output_item.added", &json!({ "output_index": index, "item": item }));
    }

    /// An item is complete.
    pub(super) fn item_done(&mut self, index: usize, item: &Value) {
        self.say("response.output_item.done", &json!({ "output_index": index, "item": item }));
    }

    /// A content begins.
    pub(super) fn content_added(&mut self, id: &str, item: usize, content: usize, part: &Value) {
        let body = json!({ "item_id": id, "output_index": item, "content_index": content, "part": part });
        self.say("response.content_part.added", &body);
    }

    /// More words.
    pub(super) fn text(&mut self, id: &str, item: usize, content: usize, delta: &str, tokens: &[TokenLogprob]) {
        let more = More { logprobs: Some(logprobs(tokens)), ..more(id, item, delta) };
        self.more("response.output_text.delta", &More { content_index: Some(content), ..more });
    }

    /// More words that refuse.
    pub(super) fn refusal(&mut self, id: &str, item: usize, content: usize, delta: &str) {
        let more = More { content_index: Some(content), ..more(id, item, delta) };
        self.more("response.refusal.delta", &more);
    }

    /// A content is complete; gives it as the client reads it.
    pub(super) fn content_done(&mut self, id: &str, item: usize, content: usize, said: &Content) -> Value {
        let place = json!({ "item_id": id, "output_index": item, "content_index": content });
        match said {
            Content::Text { text, logprobs: tokens, .. } => {
                for (index, annotation) in annotations(text).0.into_iter().enumerate() {
                    let more = json!({ "annotation_index": index, "annotation": annotation });
                    self.say("response.output_text.annotation.added", &joined(&place, more));
                }
                let more = json!({ "text": text.text, "logprobs": logprobs(tokens) });
                self.say("response.output_text.done", &joined(&place, more));
            }
            Content::Refusal(text) => {
                self.say("response.refusal.done", &joined(&place, json!({ "refusal": text })));
            }
            Content::Done(_) => {}
        }
        let value = said.value();
        self.say("response.content_part.done", &joined(&place, json!({ "part": value })));
        value
    }
}

fn more<'a>(item_id: &'a str, output_index: usize, delta: &'a str) -> More<'a> {
    More { item_id, output_index, content_index: None, summary_index: None, delta, logprobs: None }
}

fn joined(place: &Value, more: Value) -> Value {
    let mut body = place.clone();
    if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
        body.extend(more);
    }
    body
}

/// Most summaries of one thought; more are joined to the last.
const MAX_SUMMARIES: usize = 256;

impl Thought {
    /// More of the thought, or of a summary of it. Summaries are told one after the other: words for one that is over
    /// go to the last.
    pub(super) fn think(&mut self, item: usize, slot: Slot, words: &str, speech: &mut Speech<'_>) {
        if slot == Slot::Words && item::told_as_content(&self.part) {
            return self.think_aloud(item, words, speech);
        }
        if self.summary.len() < MAX_SUMMARIES && !self.summary.iter().any(|(known, _)| *known == slot) {
            self.end_summary(item, speech);
            self.summary.push((slot, String::new()));
            let part = json!({ "type": "summary_text", "text": "" });
            let body = json!({
                "item_id": self.id, "output_index": item, "summary_index": self.summary.len() - 1, "part": part,
            });
            speech.say("response.reasoning_summary_part.added", &body);
        }
        let index = self.summary.len().saturating_sub(1);
        let Some((_, text)) = self.summary.last_mut() else { return };
        if !words.is_empty() {
            text.push_str(words);
            let more = More { summary_index: Some(index), ..more(&self.id, item, words) };
            speech.more("response.reasoning_summary_text.delta", &more);
        }
    }

    fn think_aloud(&mut self, item: usize, words: &str, speech: &mut Speech<'_>) {
        if self.content.is_none() {
            let part = json!({ "type": "reasoning_text", "text": "" });
            speech.content_added(&self.id, item, 0, &part);
        }
        self.content.get_or_insert_default().push_str(words);
        if !words.is_empty() {
            let more = More { content_index: Some(0), ..more(&self.id, item, words) };
            speech.more("response.reasoning_text.delta", &more);
        }
    }

    fn end_summary(&self, item: usize, speech: &mut Speech<'_>) {
        let Some((_, text)) = self.summary.last() else { return };
        let index = self.summary.len() - 1;
        let place = json!({ "item_id": self.id, "output_index": item, "summary_index": index });
        speech.say("response.reasoning_summary_text.done", &joined(&place, json!({ "text": text })));
        let part = json!({ "part": { "type": "summary_text", "text": text } });
        speech.say("response.reasoning_summary_part.done", &joined(&place, part));
    }

    /// The thought is complete; gives the item.
    pub(super) fn end(&self, item: usize, speech: &mut Speech<'_>) -> Value {
        if let Some(text) = &self.content {
            let place = json!({ "item_id": self.id, "output_index": item, "content_index": 0 });
            speech.say("response.reasoning_text.done", &joined(&place, json!({ "text": text })));
            let part = json!({ "part": { "type": "reasoning_text", "text": text } });
            speech.say("response.content_part.done", &joined(&place, part));
        }
        self.end_summary(item, speech);
        let value = self.value();
        speech.item_done(item, &value);
        value
    }
}

impl Call {
    /// More of the arguments.
    pub(super) fn write(&mut self, item: usize, words: &str, speech: &mut Speech<'_>) {
        if words.is_empty() {
            return;
        }
        self.part.arguments.push_str(words);
        let kind = if self.custom {
            "response.custom_tool_call_input.delta"
        } else {
            "response.function_call_arguments.delta"
        };
        speech.more(kind, &more(&self.id, item, words));
    }

    /// The call is complete; gives the item. A function without arguments is called with an empty object.
    pub(super) fn end(&mut self, item: usize, speech: &mut Speech<'_>) -> Value {
        if self.part.arguments.is_empty() && !self.custom {
            self.write(item, "{}", speech);
        }
        let place = json!({ "item_id": self.id, "output_index": item });
        let arguments = &self.part.arguments;
        if self.custom {
            speech.say("response.custom_tool_call_input.done", &joined(&place, json!({ "input": arguments })));
        } else {
            let more = json!({ "name": self.part.name, "arguments": arguments });
            speech.say("response.function_call_arguments.done", &joined(&place, more));
        }
        let value = self.value("completed");
        speech.item_done(item, &value);
        value
    }
}
