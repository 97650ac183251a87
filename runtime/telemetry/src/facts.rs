//! What is known of a request when it is over.

use std::time::Duration;

use dragoman_model::Usage;

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Outcome {
    /// The client got a whole answer.
    Success,
    /// The client is at fault.
    ClientError,
    /// The provider is at fault.
    UpstreamError,
    /// The connector is at fault.
    ConnectorError,
    /// The gateway is at fault, or has no room.
    #[default]
    ServerError,
    /// The client went away before the end.
    Cancelled,
}

impl Outcome {
    /// The label.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::ClientError => "client_error",
            Self::UpstreamError => "upstream_error",
            Self::ConnectorError => "connector_error",
            Self::ServerError => "server_error",
            Self::Cancelled => "cancelled",
        }
    }
}

/// What is known of a request when it is over. Texts are empty where nothing is known.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The request's id, as the client was told it.
    pub request_id: String,
    /// The client's dialect.
    pub frontend: &'static str,
    /// What was done: `chat`, `models.list`, `tokens.count`.
    pub operation: &'static str,
    /// The backend.
    pub backend: String,
    /// The connector and its version, as `name@version`.
    pub connector: String,
    /// The model as the client named it.
    pub model: String,
    /// Whether the answer was streamed.
    pub stream: bool,
    /// Whether the provider's bytes were handed on untouched.
    pub relayed: bool,
    /// The HTTP status that the client got.
    pub status: u16,
    /// How it ended.
    pub outcome: Outcome,
    /// What went wrong, in a line.
    pub error: Option<String>,
    /// Why the sandbox stopped the guest, if it did.
    pub verdict: Option<&'static str>,
    /// Bytes of the request's body.
    pub bytes_in: u64,
    /// Bytes of the answer's body.
    pub bytes_out: u64,
    /// From the request's arrival to the first byte of the answer's body.
    pub first_byte: Option<Duration>,
    /// From the request's arrival to its end.
    pub duration: Duration,
    /// Time spent in the guest.
    pub guest: Duration,
    /// Log lines of the guest over their bound.
    pub log_lines_dropped: usize,
    /// What it cost.
    pub usage: Option<Usage>,
    /// What of the request the provider was not told, as `(path, how)`.
    pub losses: Vec<(String, String)>,
}

impl Facts {
    /// Takes in what the provider says it cost; the last word on each count is kept.
    pub fn used(&mut self, usage: &Usage) {
        self.usage.get_or_insert_default().update(usage.clone());
    }

    /// The client gets a whole answer.
    pub fn succeeded(&mut self) {
        self.outcome = Outcome::Success;
    }

    /// It failed with `outcome`, because of `error`.
    pub fn failed(&mut self, outcome: Outcome, error: String) {
        self.outcome = outcome;
        self.error = Some(error);
    }
}
