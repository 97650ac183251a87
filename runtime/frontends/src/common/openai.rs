//! What OpenAI's two dialects have in common.

pub(crate) mod citation;
pub(crate) mod error;
pub(crate) mod media;
pub(crate) mod options;
pub(crate) mod usage;
