//! Connections.

use std::time::Duration;

use http::Response;
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::{ClientConfig, RootCertStore};

use crate::{Call, Pieces, Target};

/// How long a connection that nobody uses is kept.
const POOL_IDLE: Duration = Duration::from_mins(1);
/// Most connections to one host that are kept while nobody uses them.
const POOL_SIZE: usize = 256;
/// Most bytes of an answer's head.
const MAX_HEAD_BYTES: usize = 64 << 10;

/// Why a call got no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendError {
    /// The provider could not be reached.
    Connect(String),
    /// The connection broke before the answer's head was complete.
    Broken(String),
    /// The call cannot be written as a request.
    Unfit(String),
}

impl std::fmt::Display for SendError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Connect(why) => write!(out, "cannot connect: {why}"),
            Self::Broken(why) => write!(out, "the connection broke: {why}"),
            Self::Unfit(why) => out.write_str(why),
        }
    }
}

impl std::error::Error for SendError {}

/// Sends calls, and keeps connections for the next ones.
#[derive(Clone)]
pub struct Client {
    inner: legacy::Client<HttpsConnector<HttpConnector>, Pieces>,
}

impl Client {
    /// A client that gives up connecting after `connect_timeout`. It trusts the system's certificate authorities
    /// (`SSL_CERT_FILE` and `SSL_CERT_DIR` are honoured), or Mozilla's where the system has none.
    ///
    /// # Errors
    /// The TLS library cannot be set up.
    pub fn new(connect_timeout: Duration) -> Result<Self, rustls::Error> {
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        let config = ClientConfig::builder_with_provider(provider.into())
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots())
            .with_no_client_auth();
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_connect_timeout(Some(connect_timeout));
        http.set_keepalive(Some(POOL_IDLE));
        let https = HttpsConnectorBuilder::new()
            .with_tls_config(config)
            .https_or_http()
            .enable_all_versions()
            .wrap_connector(http);
        let inner = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            .pool_idle_timeout(POOL_IDLE)
            .pool_max_idle_per_host(POOL_SIZE)
            .http1_max_buf_size(MAX_HEAD_BYTES.max(HTTP1_BUFFER))
            .build(https);
        Ok(Self { inner })
    }

    /// Sends `call` to `target` and returns once the answer's head is there.
    ///
    /// # Errors
    /// There is no answer; the text tells why and holds no secret.
    pub async fn send(&self, target: &Target, call: Call) -> Result<Response<Incoming>, SendError> {
        let request = target.request(call).map_err(|error| SendError::Unfit(error.to_string()))?;
        self.inner.request(request).await.map_err(|error| {
            let why = root_cause(&error);
            if error.is_connect() { SendError::Connect(why) } else { SendError::Broken(why) }
        })
    }
}

/// The read buffer of a connection: large enough that a burst of a stream is one read.
const HTTP1_BUFFER: usize = 128 << 10;

fn roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    roots
}

/// The innermost cause: the outer ones only repeat that something failed.
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
