use std::time::Duration;

use super::{duration, size};

#[test]
fn a_bare_duration_is_seconds_and_may_have_a_fraction() {
    assert_eq!(duration("60"), Some(Duration::from_mins(1)));
    assert_eq!(duration("1.5"), Some(Duration::from_millis(1500)));
}

#[test]
fn a_duration_takes_a_unit() {
    assert_eq!(duration("250us"), Some(Duration::from_micros(250)));
    assert_eq!(duration("50ms"), Some(Duration::from_millis(50)));
    assert_eq!(duration("2 m"), Some(Duration::from_mins(2)));
    assert_eq!(duration("1h"), Some(Duration::from_hours(1)));
}

#[test]
fn what_is_no_duration_is_refused() {
    for text in ["", "s", "-1", "1w", "1e3", "inf", "1.2.3s", "8000000"] {
        assert_eq!(duration(text), None, "{text}");
    }
}

#[test]
fn a_size_takes_a_binary_or_a_decimal_unit() {
    assert_eq!(size("512"), Some(512));
    assert_eq!(size("4MiB"), Some(4 << 20));
    assert_eq!(size("4 MB"), Some(4_000_000));
}

#[test]
fn what_is_no_size_is_refused() {
    for text in ["", "MiB", "1.5MiB", "4mib", "-4", "99999999999GiB"] {
        assert_eq!(size(text), None, "{text}");
    }
}
