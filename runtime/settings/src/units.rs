//! Durations and sizes as people write them.

use std::time::Duration;

#[cfg(test)]
mod tests;

/// Nothing here is meant to last longer than a week.
const MAX_SECONDS: f64 = 7.0 * 86_400.0;

/// A number and its unit (`us`, `ms`, `s`, `m`, `h`); without a unit it is seconds. At most a week.
pub(crate) fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = split(text);
    let factor = match unit {
        "us" => 1e-6,
        "ms" => 1e-3,
        "" | "s" => 1.0,
        "m" => 60.0,
        "h" => 3_600.0,
        _ => return None,
    };
    let seconds = number.parse::<f64>().ok()? * factor;
    if seconds > MAX_SECONDS { None } else { Duration::try_from_secs_f64(seconds).ok() }
}

/// A whole number and its unit (`B`, `KiB`, `MiB`, `GiB`, or the decimal `KB`, `MB`, `GB`); without a unit it is bytes.
pub(crate) fn size(text: &str) -> Option<u64> {
    let (number, unit) = split(text);
    let factor: u64 = match unit {
        "" | "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        "KB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end).unwrap_or((text, ""));
    (number, unit.trim_start())
}
