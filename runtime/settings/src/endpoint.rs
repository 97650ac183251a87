//! Base URLs and headers of backends.

use http::{HeaderName, HeaderValue, Uri};

use crate::diagnostic::Code;
use crate::findings::{Finding, Findings};
use crate::read;
use crate::tree::{Entry, Node, Span};

/// Headers that the host writes itself: they frame the message or decide where it goes.
const OWN_HEADERS: [&str; 11] = [
    "connection",
    "content-encoding",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Checks a base URL and returns it without a slash at its end. `source` says where it comes from if that is no file.
pub(crate) fn base_url(text: &str, source: &str, span: Span, findings: &mut Findings) -> Option<String> {
    let fault = match Uri::try_from(text) {
        Err(_) => "this is not a URL",
        Ok(uri) => fault(&uri, text).unwrap_or_default(),
    };
    if fault.is_empty() {
        return Some(text.trim_end_matches('/').to_owned());
    }
    if text.contains(['@', '?']) {
        // A password or a key may be in it.
        findings.hide(span);
    }
    let finding = Finding::error(Code::BadUrl, format!("{source}{fault}")).at(span);
    findings.push(finding.hint("a base URL looks like `https://api.example.com/v1`; the key goes elsewhere"));
    None
}

fn fault(uri: &Uri, text: &str) -> Option<&'static str> {
    let authority = uri.authority().map(http::uri::Authority::as_str).unwrap_or_default();
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        Some("a base URL begins with `https://` or `http://`")
    } else if authority.contains('@') {
        Some("a base URL holds no user name and no password")
    } else if !has_host_and_port(uri, authority) {
        Some("this URL has no host, or no valid port")
    } else if text.contains(['?', '#']) {
        Some("a base URL has no query and no fragment")
    } else if text.split('/').any(|segment| segment == "..") {
        Some("a base URL has no `..` in its path")
    } else {
        None
    }
}

/// A port that is no number below 65536 is as good as none.
fn has_host_and_port(uri: &Uri, authority: &str) -> bool {
    uri.host().is_some_and(|host| !host.is_empty() && (authority == host || uri.port().is_some()))
}

/// Reads the `headers` of a backend, in the order of the file, the names in lower case.
pub(crate) fn headers(node: Option<&Node>, findings: &mut Findings) -> Vec<(String, String)> {
    let entries = node.map(|node| read::members(node, "`headers`", findings)).unwrap_or_default();
    entries.iter().filter_map(|entry| header(entry, findings)).collect()
}

fn header(entry: &Entry, findings: &mut Findings) -> Option<(String, String)> {
    let Ok(name) = HeaderName::try_from(entry.key.as_str()) else {
        let finding = Finding::error(Code::BadHeader, format!("`{}` is not the name of a header", entry.key));
        findings.push(finding.at(entry.key_span).hint("letters, digits and hyphens, as in `X-Organization-ID`"));
        return None;
    };
    if OWN_HEADERS.contains(&name.as_str()) {
        let finding = Finding::error(Code::BadHeader, format!("`{}` is not a backend's to set", entry.key));
        findings.push(finding.at(entry.key_span).hint("the gateway writes this header itself; remove the line"));
        return None;
    }
    let value = read::scalar(&entry.value, read::VALUE, findings)?;
    if HeaderValue::from_str(&value.text).is_err() {
        let finding = Finding::error(Code::BadHeader, format!("the value of `{}` cannot be sent", entry.key));
        findings.push(finding.at(entry.value.span).hint("a header's value is one line of visible characters"));
        return None;
    }
    Some((name.as_str().to_owned(), value.text.clone()))
}
