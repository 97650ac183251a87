//! What a connector may write into a request's head. What breaks a rule is refused whole, never mended.

/// Most headers in one call.
pub const MAX_HEADERS: usize = 64;
/// Most bytes of all header names and values of one call together.
pub const MAX_HEADER_BYTES: usize = 16 * 1024;
/// Most bytes of a path with its query.
pub const MAX_PATH_BYTES: usize = 8 * 1024;

/// Headers that the host alone writes: framing, hop-by-hop, credentials, identity and tracing.
const FORBIDDEN: [&str; 26] = [
    "accept-encoding",
    "api-key",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "keep-alive",
    "origin",
    "referer",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
    "x-api-key",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-goog-api-key",
    "x-real-ip",
    "traceparent",
];

/// Why a call's head is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadError(pub String);

impl std::fmt::Display for HeadError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for HeadError {}

/// Checks the headers of a call.
///
/// # Errors
/// There are too many, one is the host's own, or a name or value has a character that HTTP forbids.
pub fn check_headers<'a>(headers: impl Iterator<Item = (&'a str, &'a str)>) -> Result<(), HeadError> {
    let (mut count, mut bytes) = (0, 0);
    for (name, value) in headers {
        count += 1;
        bytes += name.len() + value.len();
        if count > MAX_HEADERS || bytes > MAX_HEADER_BYTES {
            return Err(HeadError(format!("more than {MAX_HEADERS} headers or {MAX_HEADER_BYTES} bytes of them")));
        }
        if name.is_empty() || !name.bytes().all(is_token) {
            return Err(HeadError(format!("`{}` is no header name", name.escape_debug())));
        }
        if !value.bytes().all(|byte| byte == b'\t' || (byte >= b' ' && byte != 0x7f)) {
            return Err(HeadError(format!("the value of header `{name}` has a control character")));
        }
        let lower = name.to_ascii_lowercase();
        if FORBIDDEN.contains(&lower.as_str()) || lower.starts_with("proxy-") || lower.starts_with("sec-") {
            return Err(HeadError(format!("header `{lower}` is the host's to write")));
        }
    }
    Ok(())
}

/// Checks the path of a call, which is put below the backend's base URL.
///
/// # Errors
/// It does not begin with `/`, would leave the base URL, or has a character that a path must percent-encode.
pub fn check_path(path: &str) -> Result<(), HeadError> {
    let refuse = |why: &str| Err(HeadError(format!("path `{}` {why}", path.escape_debug())));
    if !path.starts_with('/') || path.starts_with("//") {
        return refuse("must begin with one `/`");
    }
    if path.len() > MAX_PATH_BYTES {
        return Err(HeadError(format!("the path is longer than {MAX_PATH_BYTES} bytes")));
    }
    if !path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-._~:@!$&'()*+,;=%".contains(&byte)) {
        return refuse("has a character that must be percent-encoded");
    }
    let is_dots = |segment: &str| {
        let plain = segment.to_ascii_lowercase().replace("%2e", ".");
        plain == "." || plain == ".."
    };
    if path.split('/').any(is_dots) || path.to_ascii_lowercase().contains("%2f") || path.contains("%5c") {
        return refuse("must not climb out of the backend's base URL");
    }
    Ok(())
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::{MAX_HEADERS, check_headers, check_path};

    #[test]
    fn a_plain_header_passes() {
        assert!(check_headers([("anthropic-version", "2023-06-01")].into_iter()).is_ok());
    }

    #[test]
    fn headers_of_the_host_are_refused_in_any_case() {
        for name in ["Host", "CONTENT-LENGTH", "Authorization", "Proxy-Authorization", "X-Api-Key", "traceparent"] {
            assert!(check_headers([(name, "x")].into_iter()).is_err(), "{name}");
        }
    }

    #[test]
    fn line_breaks_and_colons_are_refused() {
        assert!(check_headers([("x", "a\r\nb: c")].into_iter()).is_err());
        assert!(check_headers([("x:", "a")].into_iter()).is_err());
        assert!(check_headers([("x", "a\0")].into_iter()).is_err());
    }

    #[test]
    fn one_header_too_many_is_refused() {
        assert!(check_headers(std::iter::repeat_n(("a", "b"), MAX_HEADERS)).is_ok());
        assert!(check_headers(std::iter::repeat_n(("a", "b"), MAX_HEADERS + 1)).is_err());
    }

    #[test]
    fn a_path_stays_below_the_base_url() {
        assert!(check_path("/models/gemini-3:generateContent").is_ok());
        for path in ["", "x", "//host/x", "/a/../b", "/%2e%2E/b", "/a%2fb", "/a b", "/a?x=1", "/a#b", "/a\\b", "/é"] {
            assert!(check_path(path).is_err(), "{path}");
        }
    }
}
