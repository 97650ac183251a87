//! Where a backend is.

use dragoman_vault::Credential;
use form_urlencoded::Serializer;
use http::uri::{Authority, Scheme};
use http::{HeaderName, HeaderValue, Uri};
use secrecy::ExposeSecret as _;

use crate::Call;

/// A backend's base URL, headers and credential.
#[derive(Debug, Clone)]
pub struct Target {
    scheme: Scheme,
    authority: Authority,
    prefix: String,
    headers: Vec<(HeaderName, HeaderValue)>,
    credential: Option<Credential>,
}

/// A backend that cannot be called as it is configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetError(String);

impl std::fmt::Display for TargetError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for TargetError {}

impl Target {
    /// The backend at `base_url`, called with `headers` (they win over the connector's) and `credential`.
    ///
    /// # Errors
    /// The URL is not `http` or `https` with a host and no user, or a header is not one.
    pub fn new(
        base_url: &str,
        headers: &[(String, String)],
        credential: Option<Credential>,
    ) -> Result<Self, TargetError> {
        let bad = |why: &str| TargetError(format!("base URL `{base_url}`: {why}"));
        let parts = base_url.parse::<Uri>().map_err(|error| bad(&error.to_string()))?.into_parts();
        let scheme = parts.scheme.filter(|scheme| *scheme == Scheme::HTTP || *scheme == Scheme::HTTPS);
        let scheme = scheme.ok_or_else(|| bad("must begin with http:// or https://"))?;
        let authority = parts.authority.filter(|authority| !authority.as_str().contains('@'));
        let authority = authority.ok_or_else(|| bad("must name a host, and no user"))?;
        let path = parts.path_and_query.map(|path| path.path().to_owned()).unwrap_or_default();
        let header = |(name, value): &(String, String)| {
            let name = name.parse::<HeaderName>().map_err(|_| TargetError(format!("`{name}` is no header name")))?;
            let value = HeaderValue::from_str(value);
            Ok((name.clone(), value.map_err(|_| TargetError(format!("header `{name}` has a forbidden character")))?))
        };
        let headers = headers.iter().map(header).collect::<Result<_, _>>()?;
        Ok(Self { scheme, authority, prefix: path.trim_end_matches('/').to_owned(), headers, credential })
    }

    /// Its credential, if it has one.
    #[must_use]
    pub fn credential(&self) -> Option<&Credential> {
        self.credential.as_ref()
    }

    /// Its host and port, for logs.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.authority.as_str()
    }

    pub(crate) fn request(&self, call: Call) -> Result<http::Request<crate::Pieces>, TargetError> {
        let mut request = http::Request::new(crate::Pieces::from(call.body));
        *request.method_mut() = call.method;
        *request.uri_mut() = self.uri(&call.path, &call.query)?;
        let headers = request.headers_mut();
        headers.insert(http::header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
        headers.insert(http::header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in &call.headers {
            let pair = (name.parse::<HeaderName>(), HeaderValue::from_str(value));
            let (Ok(name), Ok(value)) = pair else {
                return Err(TargetError(format!("the connector's header `{name}` is not one")));
            };
            headers.append(name, value);
        }
        for (name, value) in &self.headers {
            headers.insert(name.clone(), value.clone());
        }
        if let Some((name, secret)) = self.credential.as_ref().and_then(Credential::header) {
            let unfit = || TargetError("the key has a character that no header can carry".into());
            let mut value = HeaderValue::from_str(secret.expose_secret()).map_err(|_| unfit())?;
            value.set_sensitive(true);
            headers.insert(name.parse::<HeaderName>().map_err(|_| unfit())?, value);
        }
        Ok(request)
    }

    fn uri(&self, path: &str, query: &[(String, String)]) -> Result<Uri, TargetError> {
        let mut whole = format!("{}{path}", self.prefix);
        let secret = self.credential.as_ref().and_then(Credential::query);
        if secret.is_some() || !query.is_empty() {
            let mut pairs = Serializer::new(String::new());
            pairs.extend_pairs(query);
            if let Some((name, secret)) = &secret {
                pairs.append_pair(name, secret.expose_secret());
            }
            whole.push('?');
            whole.push_str(&pairs.finish());
        }
        Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(whole)
            .build()
            .map_err(|_| TargetError(format!("the connector's path `{}` is not one", path.escape_debug())))
    }
}

/// Who calls. Honest by default; an operator's `headers:` may say otherwise.
const USER_AGENT: &str = concat!("dragoman/", env!("CARGO_PKG_VERSION"));

#[cfg(test)]
mod tests {
    use dragoman_vault::{Credential, Placement};

    use super::Target;
    use crate::Call;

    fn call(path: &str) -> Call {
        Call { path: path.into(), query: vec![("alt".into(), "sse".into())], ..Call::default() }
    }

    #[test]
    fn a_call_stays_below_the_base_url() {
        let target = Target::new("https://api.example.com/v1/", &[], None).unwrap();
        let request = target.request(call("/chat/completions")).unwrap();
        assert_eq!(request.uri(), "https://api.example.com/v1/chat/completions?alt=sse");
    }

    #[test]
    fn a_key_in_the_query_is_encoded_last() {
        let credential = Credential::new(Placement::Query("key".into()), "a b&c".to_owned().into());
        let target = Target::new("http://h", &[], Some(credential)).unwrap();
        assert_eq!(target.request(call("/x")).unwrap().uri(), "http://h/x?alt=sse&key=a+b%26c");
    }

    #[test]
    fn the_operators_headers_win() {
        let headers = [("User-Agent".to_owned(), "mine".to_owned())];
        let target = Target::new("http://h", &headers, None).unwrap();
        assert_eq!(target.request(call("/x")).unwrap().headers()["user-agent"], "mine");
    }

    #[test]
    fn only_plain_web_addresses_are_targets() {
        for url in ["ftp://h", "h", "http://", "https://user:pw@h/", "file:///etc/passwd"] {
            assert!(Target::new(url, &[], None).is_err(), "{url}");
        }
    }
}
