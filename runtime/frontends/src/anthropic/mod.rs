//! Anthropic messages.

mod arguments;
mod blocks;
mod citation;
mod content;
mod error;
mod request;
mod response;
mod sniff;
mod stream;
mod tools;

#[cfg(test)]
mod tests;

use dragoman_model::dialect::ANTHROPIC_MESSAGES;
use dragoman_model::listing::{ModelInfo, ModelList, TokenCount};
use dragoman_model::{Failure, Request};
use serde_json::{Map, Value, json};

use crate::common::wire;
use crate::{Asked, Frontend, Scene, Sniffer};

/// The codec of `POST /v1/messages`, `POST /v1/messages/count_tokens` and `GET /v1/models` in Anthropic's words.
#[derive(Debug, Clone, Copy, Default)]
pub struct AnthropicMessages;

impl Frontend for AnthropicMessages {
    fn dialect(&self) -> &'static str {
        ANTHROPIC_MESSAGES
    }

    fn decode(&self, body: &[u8], scene: &Scene) -> Result<Asked, Failure> {
        let request = request::read(body, scene)?;
        let answer = Box::new(stream::Writer::new(&request.model, scene));
        Ok(Asked { request, answer })
    }

    fn decode_count(&self, body: &[u8], scene: &Scene) -> Result<Request, Failure> {
        request::read(body, scene)
    }

    fn encode_count(&self, count: &TokenCount) -> Vec<u8> {
        let mut map = Map::new();
        map.insert("input_tokens".into(), count.input_tokens.unwrap_or_default().into());
        wire::put_native(&mut map, count.native.clone(), ANTHROPIC_MESSAGES);
        wire::body(&map)
    }

    fn encode_models(&self, models: &ModelList, _scene: &Scene) -> Vec<u8> {
        let id = |model: Option<&ModelInfo>| model.map(|model| model.id.clone());
        wire::body(&json!({
            "data": models.models.iter().map(model).collect::<Vec<_>>(),
            "has_more": models.next.is_some(),
            "first_id": id(models.models.first()),
            "last_id": id(models.models.last()),
        }))
    }

    fn encode_failure(&self, failure: &Failure, scene: &Scene) -> Vec<u8> {
        wire::body(&error::document(failure, &scene.id))
    }

    fn sniffer(&self, _stream: bool) -> Box<dyn Sniffer> {
        Box::new(sniff::Reader::default())
    }

    fn fail_relayed(&self, failure: &Failure, scene: &Scene, out: &mut Vec<u8>) {
        wire::event(out, "error", &error::document(failure, &scene.id));
    }

    fn is_error_body(&self, body: &[u8]) -> bool {
        let Ok(body) = serde_json::from_slice::<Value>(body) else { return false };
        body.get("type").is_some_and(|word| word == "error")
            && body.get("error").and_then(|error| error.get("type")).is_some_and(Value::is_string)
    }
}

fn model(info: &ModelInfo) -> Value {
    let mut map = Map::new();
    map.insert("type".into(), "model".into());
    map.insert("id".into(), info.id.as_str().into());
    map.insert("display_name".into(), info.name.as_deref().unwrap_or(&info.id).into());
    // The dialect writes the beginning of the epoch where the time is not known.
    map.insert("created_at".into(), timestamp(info.created.unwrap_or_default()).into());
    wire::put(&mut map, "max_input_tokens", info.max_input_tokens.or(info.context_window));
    wire::put(&mut map, "max_tokens", info.max_output_tokens);
    wire::put_native(&mut map, info.native.clone(), ANTHROPIC_MESSAGES);
    Value::Object(map)
}

/// A time in the words of RFC 3339; `seconds` are counted from 1970.
fn timestamp(seconds: u64) -> String {
    // After the algorithm `civil_from_days` of Howard Hinnant; a year here begins in March.
    let days = seconds / 86_400 + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}
