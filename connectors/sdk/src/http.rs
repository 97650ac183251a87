//! Small things about HTTP that connectors share.

use crate::model::FailureClass;

/// The first header called `name` (in lower case).
#[must_use]
pub fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// What `retry-after-ms` or `retry-after` (in seconds) ask for, in milliseconds.
#[must_use]
pub fn retry_after_ms(headers: &[(String, String)]) -> Option<u32> {
    let exact = header(headers, "retry-after-ms").and_then(|text| text.trim().parse::<f64>().ok());
    let seconds = || header(headers, "retry-after").and_then(|text| text.trim().parse::<f64>().ok());
    exact.or_else(|| seconds().map(|seconds| seconds * 1000.0)).and_then(whole_ms)
}

/// `milliseconds` as a whole number; `None` where it is negative, not a number or more than 49 days.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be in range")]
pub fn whole_ms(milliseconds: f64) -> Option<u32> {
    (0.0..f64::from(u32::MAX)).contains(&milliseconds).then_some(milliseconds.ceil() as u32)
}

/// The class that a status alone tells.
#[must_use]
pub fn class_of_status(status: u16) -> FailureClass {
    match status {
        401 => FailureClass::Authentication,
        402 => FailureClass::QuotaExhausted,
        403 => FailureClass::Permission,
        404 => FailureClass::NotFound,
        408 | 504 => FailureClass::Timeout,
        413 => FailureClass::TooLarge,
        429 => FailureClass::RateLimited,
        503 | 529 => FailureClass::Overloaded,
        400..=499 => FailureClass::InvalidRequest,
        _ => FailureClass::Upstream,
    }
}

/// `text` as one segment of a path: everything but letters, digits and `-._~:@` is percent-encoded.
#[must_use]
pub fn path_segment(text: &str) -> String {
    let mut segment = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:@".contains(&byte) {
            segment.push(char::from(byte));
        } else {
            const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
            segment.push('%');
            segment.extend([byte >> 4, byte & 15].iter().filter_map(|digit| HEX.get(usize::from(*digit))));
        }
    }
    segment
}
