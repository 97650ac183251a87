//! OpenAI's chat completions: the dialect that OpenAI began and most vendors speak, each with quirks.
//!
//! A connector for such a vendor is a few lines: [`call`] writes the request as [`Quirks`] say, [`response`] and
//! [`Reader`] read answers whole and in pieces, [`failure`] reads errors, [`models`] reads the listing of models.
//! Wire facts are those of OpenAI's published API description; where a vendor's differ, the code says whose they are.

mod calls;
mod choice;
mod delta;
mod error;
mod lists;
mod media;
mod messages;
mod reasoning;
mod request;
mod response;
mod stream;
#[cfg(test)]
mod tests;
mod usage;

pub use choice::narrows;
pub use error::{class_of_code, error_in, failure};
pub use lists::models;
pub use media::{Address, Medium, flatten, medium, tell_flattened, words};
pub use reasoning::effort;
pub use request::{call, service_tier};
pub use response::{finish_reason, logprobs, response, url_citation};
pub use stream::Reader;

use serde_json::{Map, Value};

/// Members of a request that chat completions and responses share and the neutral request has no name for.
pub const SHARED_MEMBERS: &[&str] = &["safety_identifier", "prompt_cache_options", "moderation"];

/// The longest id of a tool call, in bytes.
pub const LONGEST_CALL_ID: usize = 64;

/// In what a vendor's requests differ from OpenAI's. The default is OpenAI itself.
#[derive(Debug, Clone)]
pub struct Quirks {
    /// The name of the member that limits the answer: `max_completion_tokens`, elsewhere mostly `max_tokens`.
    pub max_tokens_member: &'static str,
    /// Streams are asked to end with the usage (`stream_options.include_usage`).
    pub stream_usage: bool,
    /// The role `developer` is known; otherwise such messages are sent as `system`.
    pub developer_role: bool,
    /// The member in which an assistant's message takes its reasoning back (`reasoning_content`, `reasoning`), with
    /// OpenRouter's `reasoning_details` beside it where provider state must come back; `None`: it takes none.
    pub reasoning_member: Option<&'static str>,
    /// `reasoning_details` may hold the state of providers that have a dialect of their own, as OpenRouter's do.
    pub foreign_state: bool,
    /// A tool call may hold the signature of a thought in `extra_content`, as on Google's endpoint.
    pub google_signatures: bool,
    /// Answers may hold pictures: `modalities` may name `image`.
    pub image_output: bool,
    /// `top_k` is known.
    pub top_k: bool,
    /// The part `video_url` is known.
    pub video_url: bool,
    /// A document that is text is sent as a file; otherwise its words are.
    pub text_files: bool,
    /// `tool_choice` may be `allowed_tools`; otherwise the other tools are left out of the request.
    pub allowed_tools: bool,
    /// Content that is nothing but texts is sent as one string, its parts joined by an empty line.
    pub join_text: bool,
    /// Parts may hold Anthropic's `cache_control`.
    pub cache_control: bool,
    /// Service tiers by other names than OpenAI's are sent as they are.
    pub any_service_tier: bool,
    /// Members added to every request, unless the client set them.
    pub extra: Map<String, Value>,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            max_tokens_member: "max_completion_tokens",
            stream_usage: true,
            developer_role: true,
            reasoning_member: None,
            foreign_state: false,
            google_signatures: false,
            image_output: false,
            top_k: false,
            video_url: false,
            text_files: true,
            allowed_tools: true,
            join_text: false,
            cache_control: false,
            any_service_tier: false,
            extra: Map::new(),
        }
    }
}

impl Quirks {
    /// What vendors that speak the dialect mostly have in common.
    #[must_use]
    pub fn vendor() -> Self {
        Self {
            max_tokens_member: "max_tokens",
            developer_role: false,
            reasoning_member: Some("reasoning_content"),
            image_output: true,
            video_url: true,
            text_files: false,
            allowed_tools: false,
            any_service_tier: true,
            ..Self::default()
        }
    }
}
