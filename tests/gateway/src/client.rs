//! The clients, one for each dialect: what they ask.

use dragoman_testkit::Ask;
use dragoman_testkit::samples::Dialect;
use serde_json::{Value, json};

/// A client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client(pub Dialect);

/// One client of each dialect.
pub const CLIENTS: [Client; 4] =
    [Client(Dialect::Chat), Client(Dialect::Responses), Client(Dialect::Messages), Client(Dialect::Gemini)];

/// The tools that are offered.
fn tools() -> [(&'static str, Value); 2] {
    let one = |name: &str| json!({"type": "object", "properties": {name: {"type": "string"}}, "required": [name]});
    [("get_weather", one("city")), ("get_time", one("zone"))]
}

impl Client {
    /// Where it sends a chat request.
    #[must_use]
    pub fn target(self, model: &str, stream: bool) -> String {
        match (self.0, stream) {
            (Dialect::Chat, _) => "/v1/chat/completions".to_owned(),
            (Dialect::Responses, _) => "/v1/responses".to_owned(),
            (Dialect::Messages, _) => "/v1/messages".to_owned(),
            (Dialect::Gemini, false) => format!("/v1beta/models/{model}:generateContent"),
            (Dialect::Gemini, true) => format!("/v1beta/models/{model}:streamGenerateContent?alt=sse"),
        }
    }

    /// A request that says `words`.
    #[must_use]
    pub fn body(self, model: &str, words: &str, stream: bool) -> Value {
        let turns = json!([{"role": "user", "content": words}]);
        match self.0 {
            Dialect::Chat if stream => {
                let options = json!({"include_usage": true});
                json!({"model": model, "messages": turns, "stream": true, "stream_options": options})
            }
            Dialect::Chat => json!({"model": model, "messages": turns}),
            Dialect::Responses => json!({"model": model, "input": words, "stream": stream}),
            Dialect::Messages => json!({"model": model, "max_tokens": 100, "messages": turns, "stream": stream}),
            Dialect::Gemini => json!({"contents": [{"role": "user", "parts": [{"text": words}]}]}),
        }
    }

    /// The same with both tools on offer.
    #[must_use]
    pub fn body_with_tools(self, model: &str, words: &str, stream: bool) -> Value {
        let mut body = self.body(model, words, stream);
        body["tools"] = tools().into_iter().map(|(name, schema)| self.tool(name, &schema)).collect();
        if self.0 == Dialect::Gemini {
            body["tools"] = json!([{"functionDeclarations": body["tools"]}]);
        }
        body
    }

    fn tool(self, name: &str, schema: &Value) -> Value {
        match self.0 {
            Dialect::Chat => json!({"type": "function", "function": {"name": name, "parameters": schema}}),
            Dialect::Responses => json!({"type": "function", "name": name, "parameters": schema, "strict": false}),
            Dialect::Messages => json!({"name": name, "input_schema": schema}),
            Dialect::Gemini => json!({"name": name, "description": name, "parameters": schema}),
        }
    }

    /// A request that says `words`, to be sent.
    #[must_use]
    pub fn ask(self, model: &str, words: &str, stream: bool) -> Ask {
        Ask::post(&self.target(model, stream), &self.body(model, words, stream))
    }

    /// The same with both tools on offer.
    #[must_use]
    pub fn ask_with_tools(self, model: &str, words: &str, stream: bool) -> Ask {
        Ask::post(&self.target(model, stream), &self.body_with_tools(model, words, stream))
    }
}
