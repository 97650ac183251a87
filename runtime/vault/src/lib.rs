//! Credentials: how they are sent, and how they are kept out of everything else.
#![forbid(unsafe_code)]

use secrecy::{ExposeSecret as _, SecretString};

/// What stands where a secret stood.
pub const MASK: &str = "[secret]";

/// Secrets shorter than this are not looked for in answers: they would be found everywhere.
const MIN_MASKED_BYTES: usize = 8;

/// How a credential is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placement {
    /// `Authorization: Bearer KEY`.
    Bearer,
    /// The bare key in this header.
    Header(String),
    /// The bare key in this query parameter.
    Query(String),
}

/// A key and how it is sent. Its `Debug` shows no key.
#[derive(Debug, Clone)]
pub struct Credential {
    placement: Placement,
    secret: SecretString,
}

impl Credential {
    /// The key `secret`, sent by `placement`.
    #[must_use]
    pub fn new(placement: Placement, secret: SecretString) -> Self {
        Self { placement, secret }
    }

    /// The header that carries the key, where one does.
    #[must_use]
    pub fn header(&self) -> Option<(&str, SecretString)> {
        match &self.placement {
            Placement::Bearer => Some(("authorization", format!("Bearer {}", self.secret.expose_secret()).into())),
            Placement::Header(name) => Some((name, self.secret.clone())),
            Placement::Query(_) => None,
        }
    }

    /// The query parameter that carries the key, where one does.
    #[must_use]
    pub fn query(&self) -> Option<(&str, SecretString)> {
        match &self.placement {
            Placement::Query(name) => Some((name, self.secret.clone())),
            Placement::Bearer | Placement::Header(_) => None,
        }
    }

    /// `bytes` with every occurrence of the key masked; `None` where there is none.
    #[must_use]
    pub fn mask(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let secret = self.secret.expose_secret().as_bytes();
        if secret.len() < MIN_MASKED_BYTES {
            return None;
        }
        let mut masked = Vec::new();
        let mut rest = 0;
        for at in memchr::memmem::find_iter(bytes, secret) {
            masked.extend_from_slice(bytes.get(rest..at).unwrap_or_default());
            masked.extend_from_slice(MASK.as_bytes());
            rest = at + secret.len();
        }
        if rest == 0 {
            return None;
        }
        masked.extend_from_slice(bytes.get(rest..).unwrap_or_default());
        Some(masked)
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::{Credential, Placement};

    fn credential(placement: Placement) -> Credential {
        Credential::new(placement, "sk-0123456789".to_owned().into())
    }

    #[test]
    fn a_key_goes_where_its_placement_says() {
        let (name, value) = credential(Placement::Bearer).header().map(|(n, v)| (n.to_owned(), v)).unwrap();
        assert_eq!((name.as_str(), value.expose_secret()), ("authorization", "Bearer sk-0123456789"));
        let header = credential(Placement::Header("x-api-key".into()));
        assert_eq!(header.header().unwrap().1.expose_secret(), "sk-0123456789");
        assert!(header.query().is_none());
        assert_eq!(credential(Placement::Query("key".into())).query().unwrap().0, "key");
    }

    #[test]
    fn a_key_is_not_shown_by_debug() {
        assert!(!format!("{:?}", credential(Placement::Bearer)).contains("0123"));
    }

    #[test]
    fn a_reflected_key_is_masked_wherever_it_stands() {
        let masked = credential(Placement::Bearer).mask(b"sk-0123456789 and sk-0123456789!").unwrap();
        assert_eq!(masked, b"[secret] and [secret]!");
        assert_eq!(credential(Placement::Bearer).mask(b"nothing"), None);
    }
}
