//! Parts.

use dragoman_connector::model::Part;
use dragoman_connector::model::content::{
    InlineSource, MediaPart, PartsSource, ReasoningPart, Source, TextPart, ToolCallPart, ToolResultPart,
};
use dragoman_connector::{Loss, base64, media};
use serde_json::{Map, Value, json};

use crate::DIALECT;
use crate::ids::{Calls, Names};
use crate::members::{put, restore};

/// Writes parts and remembers what is needed across them.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    pub(crate) names: Names,
    pub(crate) losses: Vec<Loss>,
    pub(crate) calls: Calls,
}

impl Parts {
    /// Adds what `part`, which stands at `path`, becomes.
    pub(crate) fn part(&mut self, part: Part, path: &str, out: &mut Vec<Value>) {
        let tag = tag(&part);
        match part {
            Part::Text(part) => out.extend(self.text(part, path)),
            Part::Image(part) | Part::Audio(part) | Part::Video(part) | Part::Document(part) => {
                self.media(tag, part, path, out);
            }
            Part::Reasoning(part) => out.extend(self.reasoning(part, path)),
            Part::ToolCall(part) => out.push(self.call(part, path)),
            Part::ToolResult(part) => self.result(part, path, out),
            Part::Refusal(part) => out.extend(self.text(TextPart::new(part.text), path)),
            Part::Native(part) if part.dialect == DIALECT => out.push(part.value),
            Part::Native(_) | Part::Unknown(_) => {}
        }
    }

    fn lost<const N: usize>(&mut self, path: &str, members: [(&str, bool); N]) {
        for (member, is_told) in members {
            self.losses.extend(is_told.then(|| Loss::dropped(format!("{path}.{member}"))));
        }
    }

    pub(crate) fn text(&mut self, part: TextPart, path: &str) -> Option<Value> {
        self.lost(path, [("citations", !part.citations.is_empty()), ("cache", part.cache.is_some())]);
        if part.text.is_empty() && part.signature.is_none() {
            return None;
        }
        let mut written = Map::from_iter([("text".to_owned(), part.text.into())]);
        put(&mut written, "thoughtSignature", part.signature);
        restore(&mut written, &part.native);
        Some(written.into())
    }

    /// Thoughts that Gemini did not write are set aside: it could not know them for thoughts.
    fn reasoning(&mut self, part: ReasoningPart, path: &str) -> Option<Value> {
        let text = part.text.filter(|text| !text.is_empty());
        if part.origin.as_deref() != Some(DIALECT) || (text.is_none() && part.signature.is_none()) {
            self.losses.push(Loss::dropped(path));
            return None;
        }
        let mut written = Map::new();
        put(&mut written, "thought", text.is_some().then_some(true));
        written.insert("text".into(), text.unwrap_or_default().into());
        put(&mut written, "thoughtSignature", part.signature);
        restore(&mut written, &part.native);
        Some(written.into())
    }

    fn call(&mut self, part: ToolCallPart, path: &str) -> Value {
        self.lost(path, [("item_id", part.item_id.is_some()), ("cache", part.cache.is_some())]);
        let args = if part.kind.as_deref() == Some("custom") {
            json!({"input": part.arguments})
        } else {
            self.arguments(&part.arguments, path)
        };
        let mut call = Map::new();
        put(&mut call, "id", self.calls.call(&part.id, &part.name));
        call.insert("name".into(), self.names.wire(&part.name).into());
        call.insert("args".into(), args);
        let mut written = Map::from_iter([("functionCall".to_owned(), call.into())]);
        put(&mut written, "thoughtSignature", part.signature);
        restore(&mut written, &part.native);
        written.into()
    }

    /// Gemini keeps arguments as an object; what is none is put into one.
    fn arguments(&mut self, arguments: &str, path: &str) -> Value {
        if arguments.trim().is_empty() {
            return json!({});
        }
        match serde_json::from_str(arguments) {
            Ok(object @ Value::Object(_)) => object,
            Ok(Value::Null) => json!({}),
            Ok(Value::Array(list)) if list.is_empty() => json!({}),
            _ => {
                self.losses.push(Loss::approximated(format!("{path}.arguments")));
                json!({"arguments": arguments})
            }
        }
    }

    fn result(&mut self, part: ToolResultPart, path: &str, out: &mut Vec<Value>) {
        self.lost(path, [("cache", part.cache.is_some())]);
        let mut text = String::new();
        let (mut media, mut beside) = (Vec::new(), Vec::new());
        for (index, inner) in part.content.into_iter().enumerate() {
            let inner_path = format!("{path}.content[{index}]");
            let mut written = Vec::new();
            self.part(inner, &inner_path, &mut written);
            for piece in written {
                match piece {
                    Value::Object(mut piece) if piece.contains_key("text") => {
                        text.push_str(piece.remove("text").as_ref().and_then(Value::as_str).unwrap_or_default());
                    }
                    Value::Object(piece) if piece.contains_key("inlineData") => media.push(Value::Object(piece)),
                    // A result holds bytes only; what lies elsewhere stands beside it.
                    piece => {
                        self.losses.push(Loss::approximated(inner_path.as_str()));
                        beside.push(piece);
                    }
                }
            }
        }
        let (id, name) = self.calls.result(&part.call_id, part.name);
        let mut response = Map::new();
        put(&mut response, "id", id);
        response.insert("name".into(), self.names.wire(&name).into());
        let failed = part.is_error == Some(true);
        response
            .insert("response".into(), part.value.map_or_else(|| answer(&text, failed), |value| object(value, failed)));
        put(&mut response, "parts", (!media.is_empty()).then_some(media));
        restore(&mut response, &part.native);
        out.push(json!({"functionResponse": response}));
        out.append(&mut beside);
    }

    fn media(&mut self, tag: &'static str, part: MediaPart, path: &str, out: &mut Vec<Value>) {
        self.lost(
            path,
            [
                ("detail", part.detail.is_some_and(|detail| detail != "auto")),
                ("name", part.name.is_some()),
                ("context", part.context.is_some()),
                ("citations", part.citations == Some(true)),
                ("transcript", part.transcript.is_some()),
                ("cache", part.cache.is_some()),
            ],
        );
        let mut written = match part.source {
            Source::Inline(inline) => Map::from_iter([("inlineData".to_owned(), blob(tag, inline))]),
            Source::Url(url) => {
                self.losses.push(Loss::approximated(path));
                let media_type = url.media_type.or_else(|| media::of_url(&url.url).map(str::to_owned));
                file(url.url, media_type)
            }
            Source::File(stored) if stored.origin.as_deref().is_none_or(|origin| origin == DIALECT) => {
                file(stored.id, stored.media_type)
            }
            Source::Text(source) => Map::from_iter([("inlineData".to_owned(), plain(&source.text))]),
            Source::Parts(source) => {
                self.losses.push(Loss::approximated(path));
                let Some(words) = media::joined(&source) else {
                    return self.in_place(source, path, out);
                };
                Map::from_iter([("inlineData".to_owned(), plain(&words))])
            }
            Source::File(_) | Source::Unknown(_) => {
                self.losses.push(Loss::dropped(path));
                return;
            }
        };
        put(&mut written, "thoughtSignature", part.signature);
        restore(&mut written, &part.native);
        out.push(written.into());
    }

    /// Adds the parts of which a document is made.
    fn in_place(&mut self, document: PartsSource, path: &str, out: &mut Vec<Value>) {
        for (index, inner) in document.content.into_iter().enumerate() {
            match inner {
                // A document's words are no one's words: they stay a document.
                Part::Text(inner) => out.push(json!({"inlineData": plain(&inner.text)})),
                inner => self.part(inner, &format!("{path}.source[{index}]"), out),
            }
        }
    }
}

fn tag(part: &Part) -> &'static str {
    match part {
        Part::Image(_) => "image",
        Part::Audio(_) => "audio",
        Part::Video(_) => "video",
        _ => "document",
    }
}

fn blob(tag: &str, inline: InlineSource) -> Value {
    let told = inline.media_type.filter(|told| !told.is_empty() && told != "application/octet-stream");
    let media_type = told.unwrap_or_else(|| media::of_bytes(&inline.data).unwrap_or(fallback(tag)).to_owned());
    json!({"mimeType": media_type, "data": inline.data})
}

/// The MIME type to tell where nothing betrays one; `tag` is the kind of the part.
fn fallback(tag: &str) -> &'static str {
    match tag {
        "image" => "image/png",
        "audio" => "audio/wav",
        "video" => "video/mp4",
        _ => "application/pdf",
    }
}

fn plain(text: &str) -> Value {
    json!({"mimeType": "text/plain", "data": base64::encode(text.as_bytes())})
}

fn file(uri: String, media_type: Option<String>) -> Map<String, Value> {
    let mut data = Map::new();
    put(&mut data, "mimeType", media_type);
    data.insert("fileUri".into(), uri.into());
    Map::from_iter([("fileData".to_owned(), data.into())])
}

/// A tool's answer as the object that Gemini wants. It takes `result` for what the tool gave and `error` for why it
/// failed, where the object's own members do not say so.
fn answer(text: &str, failed: bool) -> Value {
    let is_object = text.trim_start().starts_with('{');
    match is_object.then(|| serde_json::from_str(text)) {
        Some(Ok(value @ Value::Object(_))) if failed => json!({"error": value}),
        Some(Ok(value @ Value::Object(_))) => value,
        _ if failed => json!({"error": text}),
        _ => json!({"result": text}),
    }
}

fn object(value: Value, failed: bool) -> Value {
    match value {
        object @ Value::Object(_) => object,
        other if failed => json!({"error": other}),
        other => json!({"result": other}),
    }
}
