//! The names of the dialects.

/// OpenAI chat completions.
pub const OPENAI_CHAT: &str = "openai.chat";
/// OpenAI responses.
pub const OPENAI_RESPONSES: &str = "openai.responses";
/// Anthropic messages.
pub const ANTHROPIC_MESSAGES: &str = "anthropic.messages";
/// Gemini generateContent.
pub const GEMINI: &str = "gemini";
