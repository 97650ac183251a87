//! From method and path to what is asked.

use dragoman_frontends::Frontend;
use dragoman_frontends::anthropic::AnthropicMessages;
use dragoman_frontends::gemini::Gemini;
use dragoman_frontends::openai_chat::OpenAiChat;
use dragoman_frontends::openai_responses::OpenAiResponses;
use dragoman_model::{Failure, FailureClass};
use http::{HeaderMap, Method, Uri};
use percent_encoding::percent_decode_str;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Chat,
    Count,
    Models,
}

impl Operation {
    /// The name that connectors, logs and metrics use.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Count => "tokens.count",
            Self::Models => "models.list",
        }
    }
}

/// What is asked, and in which dialect.
pub(crate) struct Route {
    pub(crate) frontend: &'static dyn Frontend,
    pub(crate) operation: Operation,
    /// The model and whether to stream, where the path says them (Gemini).
    pub(crate) path: Option<PathCall>,
}

/// What a path of the Gemini dialect says.
pub(crate) struct PathCall {
    pub(crate) model: String,
    pub(crate) stream: bool,
    pub(crate) sse: bool,
}

const ALLOWED: &str = "see `GET /v1/models`, `POST /v1/chat/completions`, `POST /v1/responses`, `POST /v1/messages`, \
     `POST /v1beta/models/{model}:generateContent`";

/// The dialect in which a client at `path` expects errors, and lists of models: what its path says, or else the headers
/// that only the SDKs of one dialect send.
pub(crate) fn frontend_of(path: &str, headers: &HeaderMap) -> &'static dyn Frontend {
    let anthropic = path.starts_with("/anthropic") || path.starts_with("/v1/messages");
    if path.starts_with("/v1beta") {
        &Gemini
    } else if anthropic {
        &AnthropicMessages
    } else if path.starts_with("/v1/responses") {
        &OpenAiResponses
    } else if path.starts_with("/v1/chat") {
        &OpenAiChat
    } else if headers.keys().any(|name| name.as_str().starts_with("x-goog-")) {
        &Gemini
    } else if headers.contains_key("anthropic-version") {
        &AnthropicMessages
    } else {
        &OpenAiChat
    }
}

/// What is asked at `uri`.
///
/// # Errors
/// There is nothing of the kind.
pub(crate) fn route(method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<Route, Failure> {
    let path = uri.path();
    let own = path.strip_prefix("/anthropic").unwrap_or(path);
    let plain = |operation| Ok(Route { frontend: frontend_of(path, headers), operation, path: None });
    match (method.as_str(), own) {
        ("POST", "/v1/chat/completions" | "/v1/responses" | "/v1/messages") => plain(Operation::Chat),
        ("POST", "/v1/messages/count_tokens" | "/v1/responses/input_tokens") => plain(Operation::Count),
        ("GET", "/v1/models" | "/v1beta/models" | "/models") => plain(Operation::Models),
        ("POST", _) => gemini(own, uri.query()).ok_or_else(|| unknown(method, path)),
        _ => Err(unknown(method, path)),
    }
}

fn unknown(method: &Method, path: &str) -> Failure {
    let message = format!("there is nothing at `{method} {}`; {ALLOWED}", path.escape_debug());
    Failure::new(FailureClass::NotFound, message).with_code("unknown_path")
}

fn gemini(path: &str, query: Option<&str>) -> Option<Route> {
    let call = path.strip_prefix("/v1beta/models/").or_else(|| path.strip_prefix("/v1/models/"))?;
    let (model, verb) = call.rsplit_once(':')?;
    let (operation, stream) = match verb {
        "generateContent" => (Operation::Chat, false),
        "streamGenerateContent" => (Operation::Chat, true),
        "countTokens" => (Operation::Count, false),
        _ => return None,
    };
    let model = percent_decode_str(model).decode_utf8().ok()?.into_owned();
    let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let sse = pairs.any(|(name, value)| name == "alt" && value == "sse");
    // `generateContent?alt=sse` streams as well.
    let path = Some(PathCall { model, stream: stream || sse, sse });
    Some(Route { frontend: &Gemini, operation, path })
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, Method};

    use super::{Operation, route};

    fn at(method: &Method, uri: &str, headers: &HeaderMap) -> Option<(&'static str, Operation)> {
        let route = route(method, &uri.parse().unwrap(), headers).ok()?;
        Some((route.frontend.dialect(), route.operation))
    }

    #[test]
    fn every_path_of_the_four_dialects_is_known() {
        let none = HeaderMap::new();
        let post = |uri| at(&Method::POST, uri, &none);
        assert_eq!(post("/v1/chat/completions"), Some(("openai.chat", Operation::Chat)));
        assert_eq!(post("/v1/responses"), Some(("openai.responses", Operation::Chat)));
        assert_eq!(post("/v1/messages"), Some(("anthropic.messages", Operation::Chat)));
        assert_eq!(post("/anthropic/v1/messages"), Some(("anthropic.messages", Operation::Chat)));
        assert_eq!(post("/v1/messages/count_tokens"), Some(("anthropic.messages", Operation::Count)));
        assert_eq!(post("/v1beta/models/x:generateContent"), Some(("gemini", Operation::Chat)));
        assert_eq!(post("/v1beta/models/x:countTokens"), Some(("gemini", Operation::Count)));
        assert_eq!(post("/v1/nothing"), None);
        assert_eq!(at(&Method::GET, "/v1beta/models", &none), Some(("gemini", Operation::Models)));
        assert_eq!(at(&Method::GET, "/v1/chat/completions", &none), None);
    }

    #[test]
    fn the_models_list_is_in_the_dialect_of_its_reader() {
        let mut headers = HeaderMap::new();
        assert_eq!(at(&Method::GET, "/v1/models", &headers), Some(("openai.chat", Operation::Models)));
        headers.insert("anthropic-version", "2023-06-01".parse().unwrap());
        assert_eq!(at(&Method::GET, "/v1/models", &headers), Some(("anthropic.messages", Operation::Models)));
        headers.insert("x-goog-api-key", "k".parse().unwrap());
        assert_eq!(at(&Method::GET, "/v1/models", &headers), Some(("gemini", Operation::Models)));
    }

    #[test]
    fn a_gemini_path_names_model_and_form() {
        let call = |uri: &str| {
            let route = route(&Method::POST, &uri.parse().unwrap(), &HeaderMap::new()).unwrap();
            route.path.map(|path| (path.model, path.stream, path.sse)).unwrap()
        };
        let model = "messages:claude/x".to_owned();
        assert_eq!(call("/v1beta/models/messages:claude%2Fx:streamGenerateContent?alt=sse"), (model, true, true));
        assert_eq!(call("/v1beta/models/g:streamGenerateContent"), ("g".into(), true, false));
        assert_eq!(call("/v1beta/models/g:generateContent"), ("g".into(), false, false));
    }
}
