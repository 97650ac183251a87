//! What a request says, as far as echo listens.

use dragoman_connector::model::Part;
use dragoman_connector::model::content::{MediaPart, Source, ToolResultPart};
use dragoman_connector::model::request::{Request, Role, Tool, ToolChoiceMode};

/// Bytes of text that count as one token.
const BYTES_A_TOKEN: u64 = 4;

/// What shall be said back.
#[derive(Debug, PartialEq)]
pub(crate) enum Said {
    /// The last words of a user; empty where there are none.
    Words(String),
    /// The results of tools that came last.
    Results(String),
}

/// What shall be said back to `request`.
pub(crate) fn said(request: &Request) -> Said {
    let mut results = Vec::new();
    for message in request.messages.iter().rev() {
        let told: Vec<String> = message.content.iter().filter_map(result).map(result_text).collect();
        let words = texts(&message.content);
        match &message.role {
            Role::User if !words.is_empty() => return Said::Words(words),
            _ if !told.is_empty() => results.push(told.join("\n")),
            Role::User | Role::Assistant if !results.is_empty() => break,
            Role::User => return Said::Words(String::new()),
            _ => {}
        }
    }
    results.reverse();
    if results.is_empty() { Said::Words(String::new()) } else { Said::Results(results.join("\n")) }
}

/// The function or custom tool that shall be called: the one that is forced, else the first that `words` name.
pub(crate) fn called<'a>(request: &'a Request, words: &str) -> Option<&'a Tool> {
    let choice = request.tool_choice.as_ref();
    let is_allowed = |name: &str| {
        choice.is_none_or(|choice| choice.allowed.is_empty() || choice.allowed.iter().any(|allowed| allowed == name))
    };
    let mut tools = request.tools.iter().filter(|tool| name(tool).is_some_and(is_allowed));
    match choice.map(|choice| (&choice.mode, choice.name.as_deref())) {
        Some((ToolChoiceMode::None, _)) => None,
        Some((ToolChoiceMode::Tool, forced @ Some(_))) => tools.find(|tool| name(tool) == forced),
        Some((ToolChoiceMode::Required | ToolChoiceMode::Tool, _)) => {
            let named = tools.clone().find(|tool| is_named(tool, words));
            named.or_else(|| tools.next())
        }
        _ => tools.find(|tool| is_named(tool, words)),
    }
}

/// The name of a tool that the client runs.
pub(crate) fn name(tool: &Tool) -> Option<&str> {
    match tool {
        Tool::Function(tool) => Some(&tool.name),
        Tool::Custom(tool) => Some(&tool.name),
        Tool::Native(_) | Tool::Unknown(_) => None,
    }
}

/// A rough count of the tokens of `text`.
pub(crate) fn tokens(text: &str) -> u64 {
    u64::try_from(text.len()).unwrap_or(u64::MAX).div_ceil(BYTES_A_TOKEN)
}

/// A rough count of the tokens of the prompt: its texts and its tools' schemas.
pub(crate) fn prompt_tokens(request: &Request) -> u64 {
    let said = request.messages.iter().flat_map(|message| &message.content).map(|part| tokens(&part_text(part)));
    let tools = request.tools.iter().map(|tool| match tool {
        Tool::Function(tool) => tokens(&tool.name) + tool.parameters.as_ref().map_or(0, |schema| tokens(schema.text())),
        Tool::Custom(tool) => tokens(&tool.name),
        Tool::Native(_) | Tool::Unknown(_) => 0,
    });
    said.sum::<u64>() + tools.sum::<u64>()
}

fn is_named(tool: &Tool, words: &str) -> bool {
    name(tool).is_some_and(|name| !name.is_empty() && words.contains(name))
}

fn result(part: &Part) -> Option<&ToolResultPart> {
    if let Part::ToolResult(result) = part { Some(result) } else { None }
}

fn result_text(result: &ToolResultPart) -> String {
    match &result.value {
        Some(value) if result.content.is_empty() => value.to_string(),
        _ => texts(&result.content),
    }
}

fn texts(parts: &[Part]) -> String {
    let words = parts.iter().filter(|part| !matches!(part, Part::ToolResult(_) | Part::ToolCall(_))).map(part_text);
    words.filter(|words| !words.is_empty()).collect::<Vec<_>>().join("\n")
}

fn part_text(part: &Part) -> String {
    match part {
        Part::Text(text) => text.text.clone(),
        Part::Refusal(refusal) => refusal.text.clone(),
        Part::ToolCall(call) => format!("{}{}", call.name, call.arguments),
        Part::ToolResult(result) => result_text(result),
        Part::Document(MediaPart { source: Source::Text(document), .. }) => document.text.clone(),
        _ => String::new(),
    }
}
