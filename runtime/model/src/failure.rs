//! What went wrong, in words that every dialect can be given.

use serde_json::Map;

use crate::document::{document, words};
use crate::native::Native;

words! {
    /// The kind of a failure. It alone decides the HTTP status and each dialect's error type.
    pub enum FailureClass {
        /// The request is wrong; the client can mend it.
        InvalidRequest = "invalid-request",
        /// The credentials are missing or wrong.
        Authentication = "authentication",
        /// The credentials do not allow it.
        Permission = "permission",
        /// No such model, file or other thing.
        NotFound = "not-found",
        /// The prompt does not fit the model.
        ContextLength = "context-length",
        /// The request is too large in bytes.
        TooLarge = "too-large",
        /// Too many requests or tokens for now.
        RateLimited = "rate-limited",
        /// No more quota or money.
        QuotaExhausted = "quota-exhausted",
        /// The provider's policy forbids the content.
        ContentPolicy = "content-policy",
        /// The provider, or this gateway, has no room for now.
        Overloaded = "overloaded",
        /// The provider failed, or answered what cannot be read.
        Upstream = "upstream",
        /// The provider took too long.
        Timeout = "timeout",
        /// The connector or the target dialect cannot do this.
        Unsupported = "unsupported",
        /// The backend cannot be used as it is configured.
        Unavailable = "unavailable",
        /// The connector broke its contract, trapped or ran out of a budget.
        Connector = "connector",
        /// This gateway is at fault.
        Internal = "internal",
    }
}

document! {
    /// What went wrong.
    pub struct Failure {
        /// The kind.
        pub class: FailureClass,
        /// For people: what happened, who is at fault, what to do.
        pub message: String,
        /// The provider's own code for it.
        pub code: Option<String>,
        /// The member of the request that is wrong.
        pub param: Option<String>,
        /// The provider's HTTP status, where it had one.
        pub status: Option<u16>,
        /// How long to wait before another try, in milliseconds.
        pub retry_after_ms: Option<u32>,
        /// The provider's error as it wrote it.
        pub native: Native,
    }
}

impl Failure {
    /// A failure of `class`, explained by `message`.
    #[must_use]
    pub fn new(class: FailureClass, message: impl Into<String>) -> Self {
        Self {
            class,
            message: message.into(),
            code: None,
            param: None,
            status: None,
            retry_after_ms: None,
            native: Native::default(),
            extra: Map::new(),
        }
    }

    /// A request that the client must mend.
    #[must_use]
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(FailureClass::InvalidRequest, message)
    }

    /// The same failure with the member of the request that is wrong.
    #[must_use]
    pub fn at(mut self, param: impl Into<String>) -> Self {
        self.param = Some(param.into());
        self
    }

    /// The same failure with a code that programs can read.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}: {}", self.class.as_str(), self.message)
    }
}

impl std::error::Error for Failure {}
