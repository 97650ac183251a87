//! The response object.

use dragoman_model::dialect::OPENAI_RESPONSES;
use dragoman_model::response::{Finish, FinishReason};
use dragoman_model::{Failure, FailureClass, Native, Usage};
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::{Value, json};

use super::echo::Echo;
use crate::common::openai::{error, usage};

/// How a response stands.
#[derive(Debug)]
pub(super) struct Standing {
    /// `in_progress`, `completed`, `incomplete` or `failed`.
    pub(super) status: &'static str,
    /// `{"reason"}`, for `incomplete`.
    pub(super) incomplete_details: Value,
    /// `{"code", "message"}`, for `failed`.
    pub(super) error: Value,
}

impl Standing {
    /// It goes on.
    pub(super) fn in_progress() -> Self {
        Self { status: "in_progress", incomplete_details: Value::Null, error: Value::Null }
    }

    fn incomplete(reason: &str) -> Self {
        Self { status: "incomplete", incomplete_details: json!({ "reason": reason }), ..Self::in_progress() }
    }

    /// It ended with `finish`.
    pub(super) fn of(finish: Option<&Finish>) -> Self {
        let Some(finish) = finish else { return Self { status: "completed", ..Self::in_progress() } };
        match finish.reason {
            FinishReason::Length | FinishReason::ContextWindow => Self::incomplete("max_output_tokens"),
            // The dialect has no word for an answer that was spoilt; this one is no clean ending either.
            FinishReason::ContentFilter | FinishReason::Refusal | FinishReason::MalformedToolCall => {
                Self::incomplete("content_filter")
            }
            FinishReason::Error => {
                let message = finish.message.as_deref().unwrap_or("The provider stopped on an error of its own.");
                Self::failed(&Failure::new(FailureClass::Upstream, message))
            }
            FinishReason::Stop | FinishReason::ToolCalls | FinishReason::Pause | FinishReason::Other(_) => {
                Self { status: "completed", ..Self::in_progress() }
            }
        }
    }

    /// It failed.
    pub(super) fn failed(failure: &Failure) -> Self {
        let error = json!({ "code": error_code(failure), "message": failure.message });
        Self { status: "failed", error, ..Self::in_progress() }
    }
}

/// The code in a response that failed, which comes from a list of its own.
fn error_code(failure: &Failure) -> &str {
    match failure.class {
        FailureClass::RateLimited => "rate_limit_exceeded",
        FailureClass::QuotaExhausted | FailureClass::ContextLength => error::code(failure).unwrap_or("server_error"),
        FailureClass::InvalidRequest | FailureClass::ContentPolicy => "invalid_prompt",
        _ => "server_error",
    }
}

/// What is known of the response beside its output.
#[derive(Debug)]
pub(super) struct Frame {
    /// Its id.
    pub(super) id: String,
    /// When it was made, in seconds since 1970.
    pub(super) created_at: u64,
    /// The model that answers.
    pub(super) model: String,
    /// The tier that serves it.
    pub(super) service_tier: Option<String>,
    /// What it repeats of the request.
    pub(super) echo: Echo,
    /// What it cost.
    pub(super) usage: Option<Usage>,
    /// Members that only one dialect has.
    pub(super) native: Native,
}

/// A response as it is written.
pub(super) struct Object<'a> {
    pub(super) frame: &'a Frame,
    pub(super) standing: &'a Standing,
    pub(super) output: &'a [Value],
}

/// The members that [`Object`] writes itself.
const OWN: [&str; 10] =
    ["id", "object", "created_at", "status", "error", "incomplete_details", "model", "output", "service_tier", "usage"];

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { frame, standing, output } = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &frame.id)?;
        map.serialize_entry("object", "response")?;
        map.serialize_entry("created_at", &frame.created_at)?;
        map.serialize_entry("status", standing.status)?;
        map.serialize_entry("error", &standing.error)?;
        map.serialize_entry("incomplete_details", &standing.incomplete_details)?;
        map.serialize_entry("model", &frame.model)?;
        map.serialize_entry("output", output)?;
        let asked = frame.echo.service_tier.as_deref();
        map.serialize_entry("service_tier", frame.service_tier.as_deref().or(asked).map_or("default", tier))?;
        for (name, value) in &frame.echo.members {
            map.serialize_entry(name, value)?;
        }
        let ended = standing.status != "in_progress";
        let usage = frame.usage.as_ref().filter(|_| ended);
        map.serialize_entry("usage", &usage.map(|usage| usage::responses(usage, OPENAI_RESPONSES)))?;
        for (name, value) in frame.native.of(OPENAI_RESPONSES).into_iter().flatten() {
            if !OWN.contains(&name.as_str()) && !frame.echo.members.contains_key(name) {
                map.serialize_entry(name, value)?;
            }
        }
        map.end()
    }
}

/// OpenAI's word for a tier that others name differently; any other word is told as it is.
fn tier(tier: &str) -> &str {
    match tier {
        "standard" | "on_demand" => "default",
        other => other,
    }
}
