//! The smaller documents: model lists and token counts.

use crate::document::document;
use crate::native::Native;

document! {
    /// The result of the operation `models.list`.
    #[derive(Default)]
    pub struct ModelList {
        /// The models, in the provider's order.
        pub models: Vec<ModelInfo>,
        /// Where the next page begins; absent on the last page.
        pub next: Option<String>,
    }
}

document! {
    /// One model.
    #[derive(Default)]
    pub struct ModelInfo {
        /// The name by which requests ask for it.
        pub id: String,
        /// The name for people.
        pub name: Option<String>,
        /// What it is.
        pub description: Option<String>,
        /// When it was made, in seconds since 1970.
        pub created: Option<u64>,
        /// Who made it.
        pub owner: Option<String>,
        /// Most tokens of prompt and answer together.
        pub context_window: Option<u64>,
        /// Most tokens of the prompt.
        pub max_input_tokens: Option<u64>,
        /// Most tokens of the answer.
        pub max_output_tokens: Option<u64>,
        /// Members that only one dialect has.
        pub native: Native,
    }
}

document! {
    /// The result of the operation `tokens.count`.
    #[derive(Default)]
    pub struct TokenCount {
        /// Tokens of the prompt, cached ones included.
        pub input_tokens: Option<u64>,
        /// Of these: cached.
        pub cached_tokens: Option<u64>,
        /// Members that only one dialect has.
        pub native: Native,
    }
}
