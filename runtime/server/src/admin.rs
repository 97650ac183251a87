//! The admin listener: health and metrics.

use std::sync::Arc;

use bytes::Bytes;
use dragoman_telemetry::Metrics;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::Full;

use crate::health::Health;

/// The type of Prometheus' own text.
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What the admin listener answers from.
#[derive(Clone)]
pub struct Admin {
    health: Health,
    metrics: Arc<Metrics>,
}

impl Admin {
    /// An admin listener that tells of `health` and `metrics`.
    #[must_use]
    pub fn new(health: Health, metrics: Arc<Metrics>) -> Self {
        Self { health, metrics }
    }

    /// Answers a request; its body is not read.
    #[must_use]
    pub fn answer<B>(&self, request: &Request<B>) -> Response<Full<Bytes>> {
        if request.method() != Method::GET && request.method() != Method::HEAD {
            return text(StatusCode::METHOD_NOT_ALLOWED, "only GET is answered here\n".into());
        }
        match request.uri().path() {
            "/livez" => text(StatusCode::OK, "ok\n".into()),
            "/readyz" => self.readiness(request.uri().query() == Some("verbose")),
            "/metrics" => {
                let mut response = text(StatusCode::OK, self.metrics.text());
                response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(OPENMETRICS));
                response
            }
            _ => text(StatusCode::NOT_FOUND, "there are /livez, /readyz?verbose and /metrics\n".into()),
        }
    }

    fn readiness(&self, verbose: bool) -> Response<Full<Bytes>> {
        let ready = self.health.is_ready();
        let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        let line = |(name, holds): &(&str, bool)| format!("[{}] {name}\n", if *holds { '+' } else { '-' });
        let mut body: String =
            if verbose { self.health.conditions().iter().map(line).collect() } else { String::new() };
        body.push_str(if ready { "ok\n" } else { "not ready\n" });
        text(status, body)
    }
}

fn text(status: StatusCode, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use dragoman_telemetry::Metrics;
    use http::Request;

    use super::Admin;
    use crate::health::Health;

    fn status(admin: &Admin, path: &str) -> u16 {
        admin.answer(&Request::get(path).body(()).unwrap()).status().as_u16()
    }

    #[test]
    fn readiness_follows_loading_and_draining() {
        let health = Health::default();
        let admin = Admin::new(health.clone(), Arc::new(Metrics::new("1")));
        assert_eq!((status(&admin, "/livez"), status(&admin, "/readyz")), (200, 503));
        health.ready();
        assert_eq!(status(&admin, "/readyz?verbose"), 200);
        health.draining();
        assert_eq!((status(&admin, "/livez"), status(&admin, "/readyz")), (200, 503));
    }
}
