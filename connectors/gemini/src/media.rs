//! MIME types of media, and base64.

/// The MIME type that the first bytes of a medium, in base64, betray.
pub(crate) fn of_bytes(data: &str) -> Option<&'static str> {
    const HEADS: [(&str, &str); 10] = [
        ("iVBORw0KGgo", "image/png"),
        ("/9j/", "image/jpeg"),
        ("R0lGOD", "image/gif"),
        ("JVBERi", "application/pdf"),
        ("SUQz", "audio/mpeg"),
        ("//uQ", "audio/mpeg"),
        ("T2dnUw", "audio/ogg"),
        ("ZkxhQw", "audio/flac"),
        ("AAAAGGZ0eX", "video/mp4"),
        ("AAAAIGZ0eX", "video/mp4"),
    ];
    // RIFF files tell what they are after their length.
    if data.starts_with("UklGR") {
        return Some(if data.get(8..).is_some_and(|rest| rest.starts_with("BXQVZF") || rest.contains("V0FWRW")) {
            "audio/wav"
        } else {
            "image/webp"
        });
    }
    HEADS.iter().find(|(head, _)| data.starts_with(head)).map(|(_, media_type)| *media_type)
}

/// The MIME type that the ending of an address tells.
pub(crate) fn of_url(url: &str) -> Option<&'static str> {
    const ENDINGS: [(&str, &str); 20] = [
        ("png", "image/png"),
        ("jpg", "image/jpeg"),
        ("jpeg", "image/jpeg"),
        ("gif", "image/gif"),
        ("webp", "image/webp"),
        ("heic", "image/heic"),
        ("heif", "image/heif"),
        ("pdf", "application/pdf"),
        ("txt", "text/plain"),
        ("md", "text/markdown"),
        ("html", "text/html"),
        ("csv", "text/csv"),
        ("json", "application/json"),
        ("mp3", "audio/mpeg"),
        ("wav", "audio/wav"),
        ("ogg", "audio/ogg"),
        ("flac", "audio/flac"),
        ("mp4", "video/mp4"),
        ("mov", "video/quicktime"),
        ("webm", "video/webm"),
    ];
    let path = url.split(['?', '#']).next()?;
    let (_, ending) = path.rsplit_once('.')?;
    ENDINGS.iter().find(|(known, _)| ending.eq_ignore_ascii_case(known)).map(|(_, media_type)| *media_type)
}

/// The MIME type to tell where nothing betrays one; `tag` is the kind of the part.
pub(crate) fn fallback(tag: &str) -> &'static str {
    match tag {
        "image" => "image/png",
        "audio" => "audio/wav",
        "video" => "video/mp4",
        _ => "application/pdf",
    }
}

/// `bytes` in standard base64 with padding.
pub(crate) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
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
