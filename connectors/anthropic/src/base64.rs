//! Base64, as far as a text hidden in it has to be read.

/// The text that `data` encodes, in either alphabet, padded or not; `None` where it is no base64 or no UTF-8.
pub(crate) fn text(data: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(data.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in data.bytes() {
        let Some(value) = value(byte)? else { continue };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).ok()?);
        }
    }
    String::from_utf8(bytes).ok()
}

/// The six bits of a letter; `Some(None)` for padding and white space.
#[allow(clippy::option_option, reason = "wrong, nothing and something are three things")]
fn value(byte: u8) -> Option<Option<u8>> {
    match byte {
        b'A'..=b'Z' => Some(Some(byte - b'A')),
        b'a'..=b'z' => Some(Some(byte - b'a' + 26)),
        b'0'..=b'9' => Some(Some(byte - b'0' + 52)),
        b'+' | b'-' => Some(Some(62)),
        b'/' | b'_' => Some(Some(63)),
        b'=' | b' ' | b'\r' | b'\n' | b'\t' => Some(None),
        _ => None,
    }
}

/// The MIME type that the first bytes of a medium betray.
pub(crate) fn media_type(data: &str) -> Option<&'static str> {
    const HEADS: [(&str, &str); 5] = [
        ("iVBORw0KGgo", "image/png"),
        ("/9j/", "image/jpeg"),
        ("R0lGOD", "image/gif"),
        ("UklGR", "image/webp"),
        ("JVBERi", "application/pdf"),
    ];
    HEADS.iter().find(|(head, _)| data.starts_with(head)).map(|(_, media_type)| *media_type)
}
