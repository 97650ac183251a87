use proptest::prelude::*;

use super::SseDecoder;

type Seen = Vec<(Vec<u8>, Option<Vec<u8>>)>;

fn read(chunks: &[&[u8]]) -> Seen {
    let mut decoder = SseDecoder::new(1 << 20);
    let mut seen = Vec::new();
    for chunk in chunks {
        decoder.push(chunk);
        while let Some(event) = decoder.next().unwrap() {
            seen.push((event.name.to_vec(), event.data.map(std::borrow::Cow::into_owned)));
        }
    }
    if let Some(event) = decoder.finish().unwrap() {
        seen.push((event.name.to_vec(), event.data.map(std::borrow::Cow::into_owned)));
    }
    seen
}

fn event(name: &str, data: &str) -> (Vec<u8>, Option<Vec<u8>>) {
    (name.as_bytes().to_vec(), Some(data.as_bytes().to_vec()))
}

#[test]
fn every_kind_of_line_end_ends_an_event() {
    let expected = vec![event("", "a"), event("", "b")];
    assert_eq!(read(&[b"data: a\n\ndata: b\n\n"]), expected);
    assert_eq!(read(&[b"data: a\r\n\r\ndata: b\r\n\r\n"]), expected);
    assert_eq!(read(&[b"data: a\r\rdata: b\r\r"]), expected);
}

#[test]
fn a_name_and_several_data_lines_make_one_event() {
    assert_eq!(read(&[b"event: x\ndata: a\ndata:b\nid: 1\n\n"]), vec![event("x", "a\nb")]);
}

#[test]
fn comments_are_blocks_without_data() {
    assert_eq!(read(&[b": ping\n\ndata: a\n\n"]), vec![(Vec::new(), None), event("", "a")]);
}

#[test]
fn a_byte_order_mark_is_skipped() {
    assert_eq!(read(&[b"\xEF\xBB", b"\xBFdata: a\n\n"]), vec![event("", "a")]);
}

#[test]
fn an_event_without_its_empty_line_is_told_at_the_end() {
    assert_eq!(read(&[b"data: a\n\ndata: [DONE]"]), vec![event("", "a"), event("", "[DONE]")]);
}

#[test]
fn the_raw_bytes_of_all_events_are_the_stream() {
    let stream = b"data: a\r\n\r\n: c\n\nevent: e\ndata: b\n\n";
    let mut decoder = SseDecoder::new(1024);
    decoder.push(stream);
    let mut raw = Vec::new();
    while let Some(event) = decoder.next().unwrap() {
        raw.extend_from_slice(event.raw);
    }
    assert_eq!(raw, stream);
}

#[test]
fn an_event_over_the_bound_is_refused() {
    let mut decoder = SseDecoder::new(8);
    decoder.push(b"data: 0123");
    assert!(decoder.next().is_err());
}

proptest! {
    #[test]
    fn any_chunking_gives_the_same_events(
        text in "(data: ?[a-z]{0,3}|event: [ab]|:|\r\n|\n|\r|\n\n){0,30}",
        cuts in prop::collection::vec(0_usize..200, 0..20),
    ) {
        let bytes = text.as_bytes();
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let chunks: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
        prop_assert_eq!(read(&chunks), read(&[bytes]));
    }
}
