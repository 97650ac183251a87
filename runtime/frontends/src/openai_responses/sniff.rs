//! Reading along in answers that flow through untouched.

use dragoman_model::dialect::OPENAI_RESPONSES;
use dragoman_model::{Failure, Usage};
use serde::Deserialize;
use serde_json::Value;

use crate::Sniffer;
use crate::common::openai::{error, usage};
use crate::common::seek;

/// Reads usage, ending and errors out of the events that end a response, or out of a whole one.
#[derive(Debug)]
pub(super) struct ResponsesSniffer {
    stream: bool,
    usage: Option<Usage>,
    complete: bool,
    failure: Option<Failure>,
}

/// The events that end a response; no other is read.
const LAST: [&str; 5] = ["response.completed", "response.incomplete", "response.failed", "response.cancelled", "error"];

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "type")]
    kind: Option<String>,
    response: Option<Object>,
    error: Option<Value>,
    code: Option<Value>,
    message: Option<Value>,
    param: Option<Value>,
}

#[derive(Deserialize)]
struct Object {
    status: Option<String>,
    usage: Option<Value>,
    error: Option<Value>,
}

impl ResponsesSniffer {
    /// A reader of a stream, or of a whole response.
    pub(super) fn new(stream: bool) -> Self {
        Self { stream, usage: None, complete: false, failure: None }
    }

    fn event(&mut self, event: Event) {
        let known = event.kind.as_deref().is_some_and(|kind| LAST.contains(&kind));
        if event.kind.as_deref() == Some("error") || (!known && event.error.is_some()) {
            // Told nested by OpenAI's servers, flat by its types.
            let flat = || {
                let members = [("code", event.code), ("message", event.message), ("param", event.param)];
                members.into_iter().map(|(name, value)| (name.to_owned(), value.unwrap_or_default())).collect()
            };
            let told = event.error.unwrap_or_else(|| Value::Object(flat()));
            self.fail(&told);
        } else if known {
            self.complete = true;
            if let Some(response) = event.response {
                self.object(response);
            }
        }
    }

    fn object(&mut self, object: Object) {
        if let Some(usage) = object.usage.as_ref().and_then(usage::read_responses) {
            self.usage.get_or_insert_default().update(usage);
        }
        // A response that goes on in the background is all that this exchange will say.
        self.complete |= object.status.is_some();
        if let Some(told) = object.error.filter(|error| !error.is_null()) {
            self.fail(&told);
        }
    }

    fn fail(&mut self, told: &Value) {
        self.complete = true;
        self.failure.get_or_insert_with(|| error::read(told, OPENAI_RESPONSES));
    }
}

impl Sniffer for ResponsesSniffer {
    fn see(&mut self, name: &str, data: &[u8]) {
        let Some(text) = seek::text(data) else { return };
        if !self.stream {
            if let Ok(object) = serde_json::from_str(text) {
                self.object(object);
            }
            return;
        }
        // Some vendors give their events no name, or all of them one.
        let telling = LAST.contains(&name) || (!name.starts_with("response.") && may_be_last(text));
        if telling && let Ok(event) = serde_json::from_str(text) {
            self.event(event);
        }
    }

    fn usage(&self) -> Option<&Usage> {
        self.usage.as_ref()
    }

    fn complete(&self) -> bool {
        self.complete
    }

    fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }
}

/// Whether an event without a name may be one that ends the response; only then it is worth reading.
fn may_be_last(text: &str) -> bool {
    ["\"response.completed\"", "\"response.incomplete\"", "\"response.failed\"", "\"response.cancelled\""]
        .iter()
        .any(|kind| text.contains(kind))
        || seek::has_value(text, "\"error\"")
        || text.contains("\"type\":\"error\"")
}
