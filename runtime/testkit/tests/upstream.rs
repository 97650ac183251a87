//! The scripted upstream does what its replies say, as a client sees it that knows nothing of scripts.
#![allow(clippy::unwrap_used, reason = "tests")]

use dragoman_testkit::{Gate, Reply, Upstream};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const ASK: &[u8] = b"POST /a/b?c=d HTTP/1.1\r\nHost: h\r\nX-One: 1\r\nContent-Length: 2\r\n\r\n{}";

async fn ask(upstream: &Upstream) -> TcpStream {
    let mut stream = TcpStream::connect(upstream.url().strip_prefix("http://").unwrap()).await.unwrap();
    stream.write_all(ASK).await.unwrap();
    stream
}

/// All that comes until the connection ends, and whether it ended well.
async fn answer(upstream: &Upstream, reply: Reply) -> (String, bool) {
    upstream.script(reply);
    let mut stream = ask(upstream).await;
    let mut bytes = Vec::new();
    let read = dragoman_testkit::guarded("an answer", stream.read_to_end(&mut bytes)).await;
    (String::from_utf8(bytes).unwrap(), read.is_ok())
}

#[tokio::test]
async fn requests_are_recorded() {
    let upstream = Upstream::start().await;
    answer(&upstream, Reply::raw("")).await;
    let seen = upstream.request();
    assert_eq!((&*seen.method, &*seen.path, &*seen.query), ("POST", "/a/b", "c=d"));
    assert_eq!(seen.header("x-one"), Some("1"));
    assert_eq!(seen.json(), json!({}));
    assert!(seen.mentions("c=d") && !seen.mentions("nothing of the kind"));
}

#[tokio::test]
async fn connections_are_kept_after_a_clean_answer() {
    let upstream = Upstream::start().await;
    upstream.script(Reply::json(200, &json!({"a": 1})));
    upstream.script(Reply::sse(["data: x\n\n"]).until_close());
    let mut stream = ask(&upstream).await;
    let mut first = [0; 80];
    stream.read_exact(&mut first).await.unwrap();
    stream.write_all(ASK).await.unwrap();
    let mut rest = String::new();
    stream.read_to_string(&mut rest).await.unwrap();
    assert!(rest.ends_with("data: x\n\n"), "{rest}");
    assert_eq!(upstream.requests().len(), 2);
}

#[tokio::test]
async fn streams_are_chunked_piece_by_piece() {
    let upstream = Upstream::start().await;
    let (text, _) = answer(&upstream, Reply::sse(["ab", "cd"]).in_pieces_of(3).cut_after(2)).await;
    assert!(text.ends_with("\r\n\r\n3\r\nabc\r\n1\r\nd\r\n"), "{text}");
}

#[tokio::test]
async fn every_rule_can_be_broken() {
    let upstream = Upstream::start().await;
    let sse = || Reply::sse(["one", "two"]);
    let (text, _) = answer(&upstream, sse().bad_chunk_after(1)).await;
    assert!(text.ends_with("3\r\none\r\nxyz\r\n"), "{text}");
    let (text, _) = answer(&upstream, sse().claiming_length(100)).await;
    assert!(text.contains("content-length: 100\r\n") && text.ends_with("\r\n\r\nonetwo"), "{text}");
    assert_eq!(answer(&upstream, Reply::raw("garbage")).await, ("garbage".to_owned(), true));
    let (_, ended_well) = answer(&upstream, Reply::reset()).await;
    assert!(!ended_well);
    let (text, ended_well) = answer(&upstream, sse().half_closed_after(1)).await;
    assert!(ended_well && text.ends_with("one\r\n"), "{text}");
}

#[tokio::test]
async fn a_peer_that_goes_away_is_noticed() {
    let upstream = Upstream::start().await;
    let gate = Gate::new();
    upstream.script(Reply::sse(["one", "two"]).pausing_after(1, &gate));
    let stream = ask(&upstream).await;
    upstream.came().await;
    drop(stream);
    upstream.closed().await;
}

#[tokio::test]
async fn nobody_listens_at_a_refusing_address() {
    let address = Upstream::refusing();
    assert!(TcpStream::connect(address.strip_prefix("http://").unwrap()).await.is_err());
}
