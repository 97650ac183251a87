//! Errors, and the listing of models.

use dragoman_model::listing::ModelList;
use dragoman_model::{Failure, FailureClass, dialect};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::common::{seek, wire};

/// The `error` object that tells of `failure`.
pub(crate) fn object(failure: &Failure) -> Value {
    json!({
        "message": failure.message,
        "type": kind(failure),
        "param": failure.param,
        "code": code(failure),
    })
}

/// The body of an error answer.
pub(crate) fn body(failure: &Failure) -> Vec<u8> {
    wire::body(&json!({ "error": object(failure) }))
}

/// OpenAI's word for the kind of the error; its own word where an OpenAI provider told it.
fn kind(failure: &Failure) -> &str {
    let told = |name| failure.native.get(name, "error")?.get("type")?.as_str();
    told(dialect::OPENAI_CHAT)
        .or_else(|| told(dialect::OPENAI_RESPONSES))
        .unwrap_or_else(|| kind_of_class(&failure.class))
}

fn kind_of_class(class: &FailureClass) -> &str {
    match class {
        FailureClass::InvalidRequest
        | FailureClass::ContextLength
        | FailureClass::TooLarge
        | FailureClass::ContentPolicy
        | FailureClass::Unsupported => "invalid_request_error",
        FailureClass::Authentication => "authentication_error",
        FailureClass::Permission => "permission_error",
        FailureClass::NotFound => "not_found_error",
        FailureClass::RateLimited => "rate_limit_error",
        FailureClass::QuotaExhausted => "insufficient_quota",
        FailureClass::Overloaded | FailureClass::Unavailable => "service_unavailable_error",
        FailureClass::Timeout => "timeout_error",
        FailureClass::Upstream | FailureClass::Connector | FailureClass::Internal | FailureClass::Other(_) => {
            "server_error"
        }
    }
}

/// The code that programs read: the provider's own, else one for the class where OpenAI has one.
pub(crate) fn code(failure: &Failure) -> Option<&str> {
    failure.code.as_deref().or(match failure.class {
        FailureClass::Authentication => Some("invalid_api_key"),
        FailureClass::ContextLength => Some("context_length_exceeded"),
        FailureClass::TooLarge => Some("request_too_large"),
        FailureClass::ContentPolicy => Some("content_policy_violation"),
        FailureClass::RateLimited => Some("rate_limit_exceeded"),
        FailureClass::QuotaExhausted => Some("insufficient_quota"),
        FailureClass::Unsupported => Some("unsupported"),
        FailureClass::Overloaded => Some("overloaded"),
        FailureClass::Unavailable => Some("unavailable"),
        FailureClass::Upstream => Some("upstream_error"),
        FailureClass::Timeout => Some("timeout"),
        FailureClass::Connector => Some("connector_error"),
        FailureClass::Internal => Some("internal_error"),
        _ => None,
    })
}

/// Whether `body` is an error in OpenAI's shape: `{"error": {"message", ...}}`, or with the message alone. A response
/// that has failed holds such a member too, but is no error body.
pub(crate) fn is_body(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Shape {
        error: Option<Value>,
        object: Option<String>,
    }
    let shape: Option<Shape> = serde_json::from_slice(body).ok();
    shape.is_some_and(|shape| shape.object.as_deref() != Some("response") && shape.error.is_some_and(|e| is_error(&e)))
}

fn is_error(error: &Value) -> bool {
    error.is_string() || error.get("message").is_some_and(Value::is_string)
}

/// The failure that `error` tells of inside a stream or a 200.
pub(crate) fn read(error: &Value, dialect: &str) -> Failure {
    let word = |name: &str| error.get(name).and_then(Value::as_str);
    let number = |name: &str| error.get(name).and_then(Value::as_u64).and_then(|n| u16::try_from(n).ok());
    // Several vendors write the HTTP status as the code.
    let status = number("code").or_else(|| number("status_code")).filter(|status| (400..600).contains(status));
    let class = class_of_word(word("code").unwrap_or_default())
        .or_else(|| class_of_word(word("type").unwrap_or_default()))
        .unwrap_or_else(|| status.map_or(FailureClass::Upstream, seek::class_of_status));
    let mut failure = seek::told(class, word("message").or_else(|| error.as_str()), dialect, error);
    failure.code = word("code").map(str::to_owned);
    failure.param = word("param").map(str::to_owned);
    failure.status = status;
    failure
}

fn class_of_word(word: &str) -> Option<FailureClass> {
    Some(match word {
        "context_length_exceeded" => FailureClass::ContextLength,
        "content_filter" | "content_policy_violation" => FailureClass::ContentPolicy,
        "insufficient_quota" => FailureClass::QuotaExhausted,
        "rate_limit_exceeded" | "rate_limit_error" => FailureClass::RateLimited,
        "invalid_api_key" | "authentication_error" => FailureClass::Authentication,
        "model_not_found" | "not_found_error" => FailureClass::NotFound,
        "invalid_request_error" | "invalid_prompt" | "tool_use_failed" => FailureClass::InvalidRequest,
        "server_is_overloaded" | "overloaded_error" | "service_unavailable_error" => FailureClass::Overloaded,
        "permission_error" => FailureClass::Permission,
        "timeout" | "timeout_error" => FailureClass::Timeout,
        "server_error" | "internal_server_error" => FailureClass::Upstream,
        _ => return None,
    })
}

/// The body that lists `models`, with what is known of their sizes beside OpenAI's own members.
pub(crate) fn models(models: &ModelList) -> Vec<u8> {
    let data: Vec<Value> = models
        .models
        .iter()
        .map(|model| {
            let mut one = Map::new();
            one.insert("id".into(), model.id.as_str().into());
            one.insert("object".into(), "model".into());
            one.insert("created".into(), model.created.unwrap_or_default().into());
            one.insert("owned_by".into(), model.owner.as_deref().unwrap_or("unknown").into());
            wire::put(&mut one, "name", model.name.as_deref());
            wire::put(&mut one, "description", model.description.as_deref());
            wire::put(&mut one, "context_window", model.context_window);
            wire::put(&mut one, "max_input_tokens", model.max_input_tokens);
            wire::put(&mut one, "max_output_tokens", model.max_output_tokens);
            Value::Object(one)
        })
        .collect();
    wire::body(&json!({ "object": "list", "data": data, "has_more": models.next.is_some() }))
}
