//! Documents that nobody would write.

#![allow(clippy::string_slice, reason = "the indices are those of characters")]

mod support;

use support::load_main;

const DOCUMENT: &str = "# ünïcode\nversion: 1\nbackends: &all\n  x: &x {type: 'öpenai', api_base_url: \"http://é?\", \
                        api_key: sk-ü}\n  y:\n    <<: *x\n    headers: {Ü: ö, Host: a, X: \"é\\n\"}\n    models: \
                        [*x, {a: |\n      ä\n}]\n  ? [complex]\n  : *all\ndefault_backend: ${ö:-${B:-ä}}\nlimits: !!map \
                        {memory: 1é, call_deadline: .inf}\nlog: \t- é\n";

#[test]
fn every_beginning_and_every_gap_of_a_document_is_read_and_told_without_a_panic() {
    for (at, c) in DOCUMENT.char_indices() {
        let (before, after) = (&DOCUMENT[..at], &DOCUMENT[at + c.len_utf8()..]);
        for text in [before.to_owned(), format!("{before}{after}"), format!("{before}\u{0}{after}")] {
            if let Err(diagnostics) = load_main("robust", &text, &[]) {
                assert!(!diagnostics.render(true).is_empty());
            }
        }
    }
}
