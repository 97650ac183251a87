//! Base64, as far as a document of text has to be hidden in it or found there.

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// `bytes` in standard base64 with padding.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let letter = |bits: u32| LETTERS.get((bits & 63) as usize).map_or('=', |letter| char::from(*letter));
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        let letters = [bits >> 18, bits >> 12, bits >> 6, bits].map(letter);
        text.extend(letters.iter().take(three.len() + 1));
        text.extend(std::iter::repeat_n('=', 3 - three.len()));
    }
    text
}

/// The text that `data` encodes, in either alphabet, padded or not; `None` where it is no base64 or no UTF-8.
#[must_use]
pub fn text(data: &str) -> Option<String> {
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
