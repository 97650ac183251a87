//! The access log: one line per request.

use crate::facts::Facts;

/// Milliseconds with three decimals: short enough to read, exact enough to add up.
fn ms(duration: std::time::Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

/// Writes the line of one request. It holds no prompt, no answer and no key.
pub(crate) fn write(facts: &Facts) {
    let usage = facts.usage.as_ref();
    tracing::info!(
        target: "dragoman::access",
        request_id = facts.request_id,
        frontend = facts.frontend,
        operation = facts.operation,
        backend = facts.backend,
        connector = facts.connector,
        model = facts.model,
        stream = facts.stream,
        relayed = facts.relayed,
        status = facts.status,
        outcome = facts.outcome.name(),
        error = facts.error,
        verdict = facts.verdict,
        bytes_in = facts.bytes_in,
        bytes_out = facts.bytes_out,
        first_byte_ms = facts.first_byte.map(ms),
        duration_ms = ms(facts.duration),
        guest_ms = ms(facts.guest),
        tokens_in = usage.and_then(|usage| usage.input_tokens),
        tokens_out = usage.and_then(|usage| usage.output_tokens),
        tokens_cached = usage.and_then(|usage| usage.cached_tokens),
        tokens_reasoning = usage.and_then(|usage| usage.reasoning_tokens),
        losses = facts.losses.len(),
        "request"
    );
}
