//! Documents that have everything, member by member: a member added to a type does not compile until it stands here.

#![allow(clippy::unnecessary_wraps, clippy::match_same_arms, reason = "members are optional, lists of arms are long")]

use dragoman_model::content::{
    CacheMarker, Citation, CitationKind, FileSource, InlineSource, MediaPart, NativePart, Part, PartsSource,
    ReasoningPart, RefusalPart, Source, TextPart, TextSource, ToolCallPart, ToolResultPart, UrlSource,
};
use dragoman_model::event::{CandidateFinish, Close, Delta, End, NativeEvent, Open, Start, UsageReport};
use dragoman_model::listing::{ModelInfo, ModelList, TokenCount};
use dragoman_model::request::{
    CacheOptions, CustomTool, FormatKind, FunctionTool, LogprobOptions, Message, NativeTool, OutputFormat,
    OutputOptions, ReasoningOptions, Role, Tool, ToolChoice, ToolChoiceMode,
};
use dragoman_model::response::{Candidate, Finish, FinishReason, TokenLogprob};
use dragoman_model::{Event, Failure, FailureClass, Json, Native, Request, Response, Usage};
use serde_json::{Map, Number, json};

fn word() -> Option<String> {
    Some("word".into())
}

fn native() -> Native {
    let mut native = Native::default();
    native.put("gemini", "member", json!(1));
    native
}

fn extra() -> Map<String, serde_json::Value> {
    Map::new()
}

fn half() -> Option<Number> {
    Number::from_f64(0.5)
}

fn schema() -> Option<Json> {
    Some(json!({"type": "object"}).into())
}

fn marker() -> Option<CacheMarker> {
    Some(CacheMarker { kind: word(), ttl: word(), extra: extra() })
}

fn citation() -> Citation {
    Citation {
        kind: CitationKind::Pages,
        url: word(),
        title: word(),
        cited_text: word(),
        file_id: word(),
        document: Some(0),
        start: Some(1),
        end: Some(2),
        source_start: Some(3),
        source_end: Some(4),
        native: native(),
        extra: extra(),
    }
}

fn text() -> TextPart {
    TextPart {
        text: "words".into(),
        citations: vec![citation()],
        cache: marker(),
        signature: word(),
        native: native(),
        extra: extra(),
    }
}

fn media(source: Source) -> MediaPart {
    MediaPart {
        source,
        detail: word(),
        name: word(),
        context: word(),
        citations: Some(true),
        transcript: word(),
        cache: marker(),
        signature: word(),
        native: native(),
        extra: extra(),
    }
}

/// One source of each kind.
pub(crate) fn sources() -> Vec<Source> {
    let sources: Vec<Source> = vec![
        InlineSource { media_type: word(), data: "QUJD".into(), extra: extra() }.into(),
        UrlSource { media_type: word(), url: "https://example.com".into(), extra: extra() }.into(),
        FileSource { media_type: word(), id: "file".into(), origin: word(), extra: extra() }.into(),
        TextSource { media_type: word(), text: "words".into(), extra: extra() }.into(),
        PartsSource { content: vec![text().into()], extra: extra() }.into(),
    ];
    for source in &sources {
        // A kind that is added here belongs into the list above.
        match source {
            Source::Inline(_) | Source::Url(_) | Source::File(_) | Source::Text(_) | Source::Parts(_) => {}
            Source::Unknown(_) => unreachable!(),
        }
    }
    sources
}

fn reasoning() -> ReasoningPart {
    ReasoningPart {
        id: word(),
        text: word(),
        summary: vec!["short".into()],
        signature: word(),
        opaque: word(),
        origin: word(),
        native: native(),
        extra: extra(),
    }
}

fn call() -> ToolCallPart {
    ToolCallPart {
        id: "call".into(),
        name: "tool".into(),
        arguments: "{}".into(),
        kind: word(),
        item_id: word(),
        signature: word(),
        cache: marker(),
        native: native(),
        extra: extra(),
    }
}

fn result() -> ToolResultPart {
    ToolResultPart {
        call_id: "call".into(),
        name: word(),
        content: vec![text().into()],
        value: Some(json!({"answer": 42})),
        is_error: Some(true),
        kind: word(),
        cache: marker(),
        native: native(),
        extra: extra(),
    }
}

/// One part of each kind, the media from every kind of source.
pub(crate) fn parts() -> Vec<Part> {
    let mut parts: Vec<Part> = vec![
        text().into(),
        reasoning().into(),
        call().into(),
        result().into(),
        RefusalPart { text: "no".into(), native: native(), extra: extra() }.into(),
        NativePart { dialect: "gemini".into(), value: json!({}), extra: extra() }.into(),
    ];
    for source in sources() {
        let media = media(source);
        parts.extend([Part::Image(media.clone()), Part::Audio(media.clone()), Part::Video(media.clone())]);
        parts.push(Part::Document(media));
    }
    for part in &parts {
        // A kind that is added here belongs into the list above.
        match part {
            Part::Text(_) | Part::Image(_) | Part::Audio(_) | Part::Video(_) | Part::Document(_) => {}
            Part::Reasoning(_) | Part::ToolCall(_) | Part::ToolResult(_) | Part::Refusal(_) | Part::Native(_) => {}
            Part::Unknown(_) => unreachable!(),
        }
    }
    parts
}

/// One tool of each kind.
pub(crate) fn tools() -> Vec<Tool> {
    let function = FunctionTool {
        name: "f".into(),
        description: word(),
        parameters: schema(),
        strict: Some(true),
        cache: marker(),
        native: native(),
        extra: extra(),
    };
    let custom = CustomTool {
        name: "c".into(),
        description: word(),
        format: Some(json!({"type": "text"})),
        native: native(),
        extra: extra(),
    };
    let own = NativeTool { dialect: "gemini".into(), value: json!({"googleSearch": {}}), extra: extra() };
    let tools: Vec<Tool> = vec![function.into(), custom.into(), own.into()];
    for tool in &tools {
        // A kind that is added here belongs into the list above.
        match tool {
            Tool::Function(_) | Tool::Custom(_) | Tool::Native(_) => {}
            Tool::Unknown(_) => unreachable!(),
        }
    }
    tools
}

fn output() -> OutputOptions {
    let format = OutputFormat {
        kind: FormatKind::JsonSchema,
        schema: schema(),
        name: word(),
        description: word(),
        strict: Some(true),
        native: native(),
        extra: extra(),
    };
    OutputOptions {
        format: Some(format),
        modalities: vec!["text".into()],
        audio: Some(json!({"voice": "alloy"})),
        verbosity: word(),
        extra: extra(),
    }
}

/// A request that has everything.
pub(crate) fn request() -> Request {
    let role = Role::User;
    let (mode, allowed) = (ToolChoiceMode::Tool, vec!["f".into()]);
    let choice = ToolChoice { mode, name: word(), allowed, native: native(), extra: extra() };
    Request {
        model: "m".into(),
        messages: vec![Message { role, content: parts(), name: word(), id: word(), native: native(), extra: extra() }],
        tools: tools(),
        tool_choice: Some(choice),
        parallel_tool_calls: Some(false),
        max_output_tokens: Some(100),
        temperature: half(),
        top_p: half(),
        top_k: half(),
        frequency_penalty: half(),
        presence_penalty: half(),
        seed: half(),
        stop: vec!["stop".into()],
        candidates: Some(2),
        logprobs: Some(LogprobOptions { top: Some(3), extra: extra() }),
        output: Some(output()),
        reasoning: Some(ReasoningOptions {
            enabled: Some(true),
            effort: word(),
            budget_tokens: Some(-1),
            summary: word(),
            native: native(),
            extra: extra(),
        }),
        stream: true,
        cache: Some(CacheOptions { key: word(), retention: word(), content: word(), extra: extra() }),
        service_tier: word(),
        end_user: word(),
        metadata: Map::from_iter([("label".to_owned(), json!("value"))]),
        store: Some(false),
        native: native(),
        extra: extra(),
    }
}

fn usage() -> Usage {
    Usage {
        input_tokens: Some(1),
        output_tokens: Some(2),
        total_tokens: Some(3),
        cached_tokens: Some(4),
        cache_write_tokens: Some(5),
        reasoning_tokens: Some(6),
        audio_input_tokens: Some(7),
        audio_output_tokens: Some(8),
        native: native(),
        extra: extra(),
    }
}

fn logprob(top: Vec<TokenLogprob>) -> TokenLogprob {
    let token = "t".into();
    TokenLogprob { token, logprob: (-1).into(), bytes: Some(vec![116]), top, native: native(), extra: extra() }
}

fn finish() -> Finish {
    let reason = FinishReason::Stop;
    Finish { reason, stop_sequence: word(), native_reason: word(), message: word(), extra: extra() }
}

/// A response that has everything.
pub(crate) fn response() -> Response {
    let candidate = Candidate {
        index: 0,
        content: parts(),
        finish: Some(finish()),
        logprobs: vec![logprob(vec![logprob(Vec::new())])],
        native: native(),
        extra: extra(),
    };
    Response {
        id: word(),
        model: word(),
        created: Some(1),
        candidates: vec![candidate],
        usage: Some(usage()),
        service_tier: word(),
        native: native(),
        extra: extra(),
    }
}

/// A failure that has everything.
pub(crate) fn failure() -> Failure {
    Failure {
        class: FailureClass::RateLimited,
        message: "slow down".into(),
        code: word(),
        param: word(),
        status: Some(429),
        retry_after_ms: Some(1000),
        native: native(),
        extra: extra(),
    }
}

fn start() -> Start {
    Start {
        id: word(),
        model: word(),
        created: Some(1),
        service_tier: word(),
        usage: Some(usage()),
        native: native(),
        extra: extra(),
    }
}

fn delta() -> Delta {
    Delta {
        candidate: 0,
        part: 1,
        text: word(),
        summary: Some(0),
        signature: word(),
        opaque: word(),
        data: word(),
        transcript: word(),
        citations: vec![citation()],
        logprobs: vec![logprob(Vec::new())],
        native: native(),
        extra: extra(),
    }
}

/// One event of each kind.
pub(crate) fn events() -> Vec<Event> {
    let events: Vec<Event> = vec![
        start().into(),
        Open { candidate: 0, part: 1, content: text().into(), extra: extra() }.into(),
        delta().into(),
        Close { candidate: 0, part: 1, extra: extra() }.into(),
        CandidateFinish { candidate: 0, finish: finish(), native: native(), extra: extra() }.into(),
        UsageReport { usage: usage(), extra: extra() }.into(),
        End { native: native(), extra: extra() }.into(),
        failure().into(),
        response().into(),
        NativeEvent { dialect: "gemini".into(), value: json!({}), extra: extra() }.into(),
    ];
    for event in &events {
        // A kind that is added here belongs into the list above.
        match event {
            Event::Start(_) | Event::Open(_) | Event::Delta(_) | Event::Close(_) | Event::Finish(_) => {}
            Event::Usage(_) | Event::End(_) | Event::Failure(_) | Event::Response(_) | Event::Native(_) => {}
            Event::Unknown(_) => unreachable!(),
        }
    }
    events
}

/// A listing that has everything.
pub(crate) fn models() -> ModelList {
    let model = ModelInfo {
        id: "m".into(),
        name: word(),
        description: word(),
        created: Some(1),
        owner: word(),
        context_window: Some(2),
        max_input_tokens: Some(3),
        max_output_tokens: Some(4),
        native: native(),
        extra: extra(),
    };
    ModelList { models: vec![model], next: word(), extra: extra() }
}

/// A token count that has everything.
pub(crate) fn token_count() -> TokenCount {
    TokenCount { input_tokens: Some(1), cached_tokens: Some(2), native: native(), extra: extra() }
}
