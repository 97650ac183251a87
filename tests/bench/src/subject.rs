//! What is measured: something that listens, and the processes whose time counts.

use std::net::{SocketAddr, ToSocketAddrs as _};

use crate::canned::Manner;
use crate::lanes::Route;
use crate::options::Peer;
use crate::payload::{self, Size};
use crate::{Outcome, sockets};

/// The relay, the gateway or a peer.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    pub(crate) name: String,
    pub(crate) address: SocketAddr,
    /// The path before `/chat/completions`.
    base: String,
    host: String,
    same: String,
    translate: String,
    /// Its processes.
    pub(crate) pids: Vec<u32>,
}

/// A request, ready to be sent as often as needed.
#[derive(Debug, Clone)]
pub(crate) struct Shot {
    pub(crate) address: SocketAddr,
    pub(crate) bytes: Vec<u8>,
    pub(crate) manner: Manner,
}

impl Subject {
    /// One of our own processes.
    pub(crate) fn own(name: &str, address: SocketAddr, pid: u32) -> Self {
        Self {
            name: name.into(),
            address,
            base: "/v1".into(),
            host: address.to_string(),
            same: "chat:".into(),
            translate: "messages:".into(),
            pids: vec![pid],
        }
    }

    /// A peer. Where its processes cannot be found its CPU time is not measured.
    pub(crate) fn peer(peer: &Peer) -> Outcome<Self> {
        let rest = peer.base.strip_prefix("http://").ok_or_else(|| format!("`{}` is no http:// address", peer.base))?;
        let (host, path) =
            rest.split_once('/').map_or((rest, String::new()), |(host, path)| (host, format!("/{path}")));
        let lookup = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
        let address = lookup.to_socket_addrs()?.next().ok_or_else(|| format!("`{host}` is unknown"))?;
        Ok(Self {
            name: peer.name.clone(),
            address,
            base: path,
            host: host.to_owned(),
            same: peer.same.clone(),
            translate: peer.translate.clone(),
            pids: sockets::listeners(address.port()),
        })
    }

    /// The request of `size` that takes `route` and is answered as `manner` says.
    pub(crate) fn shot(&self, route: Route, manner: Manner, size: Size) -> Shot {
        let prefix = match route {
            Route::Same => &self.same,
            Route::Translate => &self.translate,
        };
        let body = payload::request(&format!("{prefix}{}", manner.model()), manner != Manner::Whole, size);
        let (base, host, length) = (&self.base, &self.host, body.len());
        let head = format!(
            "POST {base}/chat/completions HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n\
             accept: */*\r\nauthorization: Bearer bench\r\ncontent-length: {length}\r\n\r\n"
        );
        Shot { address: self.address, bytes: [head.into_bytes(), body].concat(), manner }
    }
}
