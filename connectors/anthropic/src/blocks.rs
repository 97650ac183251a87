//! Parts into content blocks.

use dragoman_connector::model::Part;
use dragoman_connector::model::content::{
    InlineSource, MediaPart, ReasoningPart, Source, TextPart, ToolCallPart, ToolResultPart,
};
use dragoman_connector::{Loss, base64, media};
use serde_json::{Map, Value, json};

use crate::ids::{Calls, Names};
use crate::members::{put, put_cache, restore};
use crate::{DIALECT, citations};

/// Longest title of a document, in characters.
const MAX_TITLE: usize = 500;

/// Writes blocks and remembers what is needed across them.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    pub(crate) names: Names,
    pub(crate) losses: Vec<Loss>,
    /// A file of Anthropic's store is used: a beta feature.
    pub(crate) files: bool,
    pub(crate) calls: Calls,
}

impl Blocks {
    /// The block of `part`, which stands at `path`; `None` where there is nothing to send.
    pub(crate) fn part(&mut self, part: Part, path: &str) -> Option<Value> {
        match part {
            Part::Text(part) => self.text(part, path),
            Part::Image(part) => self.media("image", part, path),
            Part::Document(part) => self.media("document", part, path),
            Part::Audio(part) | Part::Video(part) => self.unheard(part, path),
            Part::Reasoning(part) => self.reasoning(part, path),
            Part::ToolCall(part) => Some(self.call(part, path)),
            Part::ToolResult(part) => Some(self.result(part, path)),
            Part::Refusal(part) => self.text(TextPart::new(part.text), path),
            Part::Native(part) => (part.dialect == DIALECT).then_some(part.value),
            Part::Unknown(_) => None,
        }
    }

    fn lost(&mut self, path: &str, member: &str) {
        self.losses.push(Loss::dropped(format!("{path}.{member}")));
    }

    pub(crate) fn text(&mut self, part: TextPart, path: &str) -> Option<Value> {
        // Anthropic refuses a text without a letter in it.
        if part.text.trim().is_empty() {
            if !part.text.is_empty() || part.cache.is_some() {
                self.losses.push(Loss::dropped(path));
            }
            return None;
        }
        if part.signature.is_some() {
            self.lost(path, "signature");
        }
        let mut block = block("text");
        block.insert("text".into(), part.text.into());
        let told = part.citations.len();
        let citations: Vec<Value> = part.citations.into_iter().filter_map(citations::write).collect();
        if citations.len() < told {
            self.lost(path, "citations");
        }
        put(&mut block, "citations", (!citations.is_empty()).then_some(citations));
        put_cache(&mut block, part.cache);
        restore(&mut block, &part.native);
        Some(block.into())
    }

    fn media(&mut self, kind: &'static str, part: MediaPart, path: &str) -> Option<Value> {
        let Some(source) = self.source(kind, part.source, path) else {
            self.losses.push(Loss::dropped(path));
            return None;
        };
        let mut block = block(kind);
        block.insert("source".into(), source);
        if kind == "document" {
            put(&mut block, "title", part.name.map(|name| name.chars().take(MAX_TITLE).collect::<String>()));
            put(&mut block, "context", part.context.filter(|context| !context.is_empty()));
            put(&mut block, "citations", part.citations.map(|enabled| json!({"enabled": enabled})));
        } else if part.name.is_some() {
            self.lost(path, "name");
        }
        for (member, is_told) in
            [("detail", part.detail.is_some_and(|detail| detail != "auto")), ("signature", part.signature.is_some())]
        {
            if is_told {
                self.lost(path, member);
            }
        }
        put_cache(&mut block, part.cache);
        restore(&mut block, &part.native);
        Some(block.into())
    }

    fn source(&mut self, kind: &str, source: Source, path: &str) -> Option<Value> {
        match source {
            Source::Inline(inline) => Some(self.inline(kind, inline, path)),
            Source::Url(url) => Some(json!({"type": "url", "url": url.url})),
            Source::File(file) if file.origin.as_deref().is_none_or(|origin| origin == DIALECT) => {
                self.files = true;
                Some(json!({"type": "file", "file_id": file.id}))
            }
            Source::Text(text) if kind == "document" => {
                Some(json!({"type": "text", "media_type": "text/plain", "data": text.text}))
            }
            Source::Parts(parts) if kind == "document" => {
                let parts = parts.content.into_iter().enumerate();
                let content: Vec<Value> =
                    parts.filter_map(|(index, part)| self.part(part, &format!("{path}.source[{index}]"))).collect();
                Some(json!({"type": "content", "content": content}))
            }
            Source::File(_) | Source::Text(_) | Source::Parts(_) | Source::Unknown(_) => None,
        }
    }

    fn inline(&mut self, kind: &str, inline: InlineSource, path: &str) -> Value {
        let told = inline.media_type.filter(|told| !told.is_empty() && told != "application/octet-stream");
        let guessed = || media::of_bytes(&inline.data).map(str::to_owned);
        let fallback = || (if kind == "image" { "image/png" } else { "application/pdf" }).to_owned();
        let media_type = match told.or_else(guessed).unwrap_or_else(fallback) {
            jpeg if jpeg == "image/jpg" => "image/jpeg".to_owned(),
            other => other,
        };
        // Of documents Anthropic takes PDF as bytes; everything else that is text, it takes as text.
        if kind == "document"
            && media_type != "application/pdf"
            && let Some(text) = base64::text(&inline.data)
        {
            if media_type != "text/plain" {
                self.losses.push(Loss::approximated(path));
            }
            return json!({"type": "text", "media_type": "text/plain", "data": text});
        }
        json!({"type": "base64", "media_type": media_type, "data": inline.data})
    }

    fn unheard(&mut self, part: MediaPart, path: &str) -> Option<Value> {
        let Some(transcript) = part.transcript else {
            self.losses.push(Loss::dropped(path));
            return None;
        };
        self.losses.push(Loss::approximated(path));
        self.text(TextPart::new(transcript), path)
    }

    /// Thoughts that Anthropic did not write are set aside: it could not know them for thoughts.
    fn reasoning(&mut self, part: ReasoningPart, path: &str) -> Option<Value> {
        let ours = part.origin.as_deref() == Some(DIALECT);
        let mut block = match (part.opaque, part.signature) {
            (Some(data), _) if ours => {
                let mut block = block("redacted_thinking");
                block.insert("data".into(), data.into());
                block
            }
            (_, Some(signature)) if ours => {
                let mut block = block("thinking");
                block.insert("thinking".into(), part.text.unwrap_or_default().into());
                block.insert("signature".into(), signature.into());
                block
            }
            _ => {
                self.losses.push(Loss::dropped(path));
                return None;
            }
        };
        restore(&mut block, &part.native);
        Some(block.into())
    }

    fn call(&mut self, part: ToolCallPart, path: &str) -> Value {
        for (member, is_told) in [("item_id", part.item_id.is_some()), ("signature", part.signature.is_some())] {
            if is_told {
                self.lost(path, member);
            }
        }
        let mut block = block("tool_use");
        block.insert("id".into(), self.calls.call(&part.id, &part.name).into());
        block.insert("name".into(), self.names.wire(&part.name).into());
        let input = if part.kind.as_deref() == Some("custom") {
            json!({"input": part.arguments})
        } else {
            self.input(&part.arguments, path)
        };
        block.insert("input".into(), input);
        put_cache(&mut block, part.cache);
        restore(&mut block, &part.native);
        block.into()
    }

    /// Anthropic keeps arguments as an object; what is none is put into one.
    fn input(&mut self, arguments: &str, path: &str) -> Value {
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

    fn result(&mut self, part: ToolResultPart, path: &str) -> Value {
        let mut content: Vec<Value> = Vec::new();
        if let Some(value) = part.value {
            content.push(json!({"type": "text", "text": value.to_string()}));
        }
        for (index, inner) in part.content.into_iter().enumerate() {
            content.extend(self.part(inner, &format!("{path}.content[{index}]")));
        }
        let failed = part.is_error == Some(true);
        if failed && content.is_empty() {
            // An error must say something.
            self.losses.push(Loss::approximated(path));
            content.push(json!({"type": "text", "text": "error"}));
        }
        let mut block = block("tool_result");
        let id = self.calls.result(&part.call_id, part.name.as_deref());
        block.insert("tool_use_id".into(), id.into());
        put(&mut block, "content", (!content.is_empty()).then_some(content));
        put(&mut block, "is_error", failed.then_some(true));
        put_cache(&mut block, part.cache);
        restore(&mut block, &part.native);
        block.into()
    }
}

fn block(kind: &str) -> Map<String, Value> {
    Map::from_iter([("type".to_owned(), kind.into())])
}
