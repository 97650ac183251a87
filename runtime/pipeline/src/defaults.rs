//! Defaults of a model's parameters: what a client leaves out. What it sends wins.

use dragoman_model::{Request, dialect};
use dragoman_wire::json::{Edit, Outline};
use serde_json::{Map, Value};

/// Gives `request` the `parameters` that its client left out. One that the neutral request does not know by name is
/// for the dialect of OpenAI chat, whose vendors have the most of their own.
pub(crate) fn apply(request: &mut Request, parameters: &Map<String, Value>) {
    for (name, value) in parameters {
        let number = value.as_number().cloned();
        match name.as_str() {
            "temperature" => request.temperature = request.temperature.take().or(number),
            "top_p" => request.top_p = request.top_p.take().or(number),
            "top_k" => request.top_k = request.top_k.take().or(number),
            "frequency_penalty" => request.frequency_penalty = request.frequency_penalty.take().or(number),
            "presence_penalty" => request.presence_penalty = request.presence_penalty.take().or(number),
            "seed" => request.seed = request.seed.take().or(number),
            "max_tokens" | "max_output_tokens" | "max_completion_tokens" => {
                request.max_output_tokens = request.max_output_tokens.or(value.as_u64());
            }
            _ if request.native.get(dialect::OPENAI_CHAT, name).is_none() => {
                request.native.put(dialect::OPENAI_CHAT, name, value.clone());
            }
            _ => {}
        }
    }
}

/// The edits that give the client's own document, in `dialect`, the `parameters` that it left out.
pub(crate) fn edits(dialect: &str, outline: &Outline, parameters: &Map<String, Value>) -> Vec<Edit> {
    if dialect == dialect::GEMINI {
        return gemini(outline, parameters).into_iter().collect();
    }
    let absent = |(name, _): &(&String, &Value)| outline.raw(name).is_none();
    let edit = |(name, value): (&String, &Value)| Edit { pointer: pointer(name), value: value.to_string() };
    parameters.iter().filter(absent).map(edit).collect()
}

/// Gemini keeps its parameters in `generationConfig`, under names in camel case.
fn gemini(outline: &Outline, parameters: &Map<String, Value>) -> Option<Edit> {
    let written = outline.raw("generationConfig").or_else(|| outline.raw("generation_config"));
    let name = if outline.raw("generation_config").is_some() { "generation_config" } else { "generationConfig" };
    let mut config: Map<String, Value> = match written {
        Some(text) => serde_json::from_slice(text).ok()?,
        None => Map::new(),
    };
    for (parameter, value) in parameters {
        let camel = camel(parameter);
        if !config.contains_key(&camel) && !config.contains_key(parameter) {
            config.insert(camel, value.clone());
        }
    }
    Some(Edit { pointer: pointer(name), value: Value::Object(config).to_string() })
}

fn camel(name: &str) -> String {
    let name = if name == "max_tokens" { "max_output_tokens" } else { name };
    let mut words = name.split('_');
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        camel.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
    }
    camel
}

fn pointer(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use dragoman_model::Request;
    use dragoman_wire::json::Outline;
    use serde_json::{Map, Value, json};

    use super::{apply, edits};

    fn parameters() -> Map<String, Value> {
        json!({"temperature": 0.3, "max_tokens": 7, "min_p": 0.1}).as_object().cloned().unwrap()
    }

    fn outline(document: &Value) -> Outline {
        Outline::new(Bytes::from(document.to_string())).unwrap()
    }

    #[test]
    fn what_the_client_says_wins() {
        let mut request: Request =
            serde_json::from_value(json!({"model": "m", "messages": [], "temperature": 1})).unwrap();
        apply(&mut request, &parameters());
        assert_eq!(request.temperature, Some(1.into()));
        assert_eq!(request.max_output_tokens, Some(7));
        assert_eq!(request.native.get("openai.chat", "min_p"), Some(&json!(0.1)));
    }

    #[test]
    fn a_relayed_document_gets_what_it_lacks() {
        let made = edits("openai.chat", &outline(&json!({"temperature": 1})), &parameters());
        let names: Vec<&str> = made.iter().map(|edit| edit.pointer.as_str()).collect();
        assert_eq!(names, ["/max_tokens", "/min_p"]);
    }

    #[test]
    fn a_relayed_gemini_document_gets_it_in_its_generation_config() {
        let made = edits("gemini", &outline(&json!({"generationConfig": {"temperature": 1}})), &parameters());
        let config: Value = serde_json::from_str(&made[0].value).unwrap();
        assert_eq!(made[0].pointer, "/generationConfig");
        assert_eq!(config, json!({"temperature": 1, "maxOutputTokens": 7, "minP": 0.1}));
    }
}
