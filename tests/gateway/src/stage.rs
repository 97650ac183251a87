//! A gateway between a client and a scripted upstream.

use dragoman_testkit::samples::Kind;
use dragoman_testkit::{Answer, Ask, Gateway, Upstream};

use crate::backend::{BACKENDS, Backend, KEY};
use crate::client::Client;
use crate::heard::Heard;

/// A gateway that has every backend, and the upstream that all of these call.
#[derive(Debug)]
pub struct Stage {
    /// The gateway.
    pub gateway: Gateway,
    /// The provider, for all backends.
    pub upstream: Upstream,
}

impl Stage {
    /// Starts both.
    pub async fn start() -> Self {
        let upstream = Upstream::start().await;
        let backends: String = BACKENDS.iter().map(|backend| backend.yaml(&upstream.url())).collect();
        let config = format!("version: 1\ndefault_backend: echo\nbackends:\n{backends}");
        let gateway = Gateway::with(&config).env("TEST_KEY", KEY).start().await;
        Self { gateway, upstream }
    }

    /// Starts both; the gateway is configured by `yaml`, in which `UPSTREAM` stands for the upstream's base URL.
    pub async fn configured(yaml: &str) -> Self {
        let upstream = Upstream::start().await;
        let config = yaml.replace("UPSTREAM", &upstream.url());
        let gateway = Gateway::with(&config).env("TEST_KEY", KEY).start().await;
        Self { gateway, upstream }
    }

    /// Sends `ask`.
    pub async fn send(&self, ask: &Ask) -> Answer {
        self.gateway.send(ask).await
    }

    /// What `client` hears from `backend` whose provider answers `kind`.
    ///
    /// # Panics
    /// The answer is an error, or the provider was asked otherwise than once at its path.
    pub async fn hear(&self, client: Client, backend: Backend, kind: Kind, stream: bool) -> Heard {
        self.upstream.script(backend.reply(kind, stream));
        let answer = self.send(&client.ask_with_tools(&backend.model(), "Hello", stream)).await;
        let pair = format!("{client:?} at {}", backend.id);
        assert_eq!(answer.status, 200, "{pair}: {}", answer.text());
        let seen = self.upstream.request();
        assert_eq!((&*seen.method, seen.path), ("POST", backend.path(stream)), "{pair}");
        if stream { Heard::stream(client.0, &answer) } else { Heard::whole(client.0, &answer) }
    }
}
