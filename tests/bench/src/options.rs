//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::Outcome;

/// What `--help` prints.
pub(crate) const HELP: &str = "\
Measures what the gateway costs above a bare hyper relay, in one run on this machine.

Usage: cargo xtask bench [OPTIONS]

  --quick              five minutes at most: five rounds of 0.6 s; without it, nine of 1.5 s, a quarter of an hour
  --full               5,000 open streams instead of 1,000 where memory is measured
  --lane NAME          only this lane; may be repeated, or be a list with commas
  --list               list the lanes and what they measure
  --connections N      connections of the closed-loop lanes that do not say their own (16)
  --rate N             requests per second of the open-loop lanes (500)
  --gateway PATH       the gateway's binary (target/release/dragoman)
  --peer NAME=BASE[,same=PREFIX][,translate=PREFIX]
                       another gateway that listens already; BASE ends before `/chat/completions`. Models are sent to
                       it as PREFIX and the upstream's own name: point it at --upstream-listen. Without prefixes:
                       `chat:` and `messages:`, as for Dragoman. May be repeated.
  --upstream-listen ADDR
                       where the upstream listens (127.0.0.1, any port)
  --json FILE          write the figures to FILE
  --markdown           print the table as Markdown
  --help               this text

The upstream answers POST /v1/chat/completions (OpenAI) and POST /v1/messages (Anthropic) from memory. The model's name
says how: `whole`, `stream-64`, `stream-64-b16` (sixteen events a write), `stream-512`, `stream-2-hold`.
";

/// Another gateway that listens already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Peer {
    pub(crate) name: String,
    pub(crate) base: String,
    pub(crate) same: String,
    pub(crate) translate: String,
}

/// What the command line says.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) help: bool,
    pub(crate) list: bool,
    pub(crate) quick: bool,
    pub(crate) full: bool,
    pub(crate) markdown: bool,
    pub(crate) lanes: Vec<String>,
    pub(crate) connections: usize,
    pub(crate) rate: u32,
    pub(crate) gateway: PathBuf,
    pub(crate) peers: Vec<Peer>,
    pub(crate) upstream_listen: SocketAddr,
    pub(crate) json: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            help: false,
            list: false,
            quick: false,
            full: false,
            markdown: false,
            lanes: Vec::new(),
            connections: 16,
            rate: 500,
            gateway: "target/release/dragoman".into(),
            peers: Vec::new(),
            upstream_listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            json: None,
        }
    }
}

impl Options {
    /// Reads the arguments after the program's name.
    pub(crate) fn parse(args: &[String]) -> Outcome<Self> {
        let mut options = Self::default();
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let (name, inline) = match arg.split_once('=') {
                Some((name, value)) if name.starts_with("--") => (name, Some(value.to_owned())),
                _ => (arg.as_str(), None),
            };
            if options.flag(name) {
                continue;
            }
            let value = inline.or_else(|| args.next().cloned());
            let value = value.ok_or_else(|| format!("`{name}` needs a value, or is unknown; see --help"))?;
            options.value(name, &value)?;
        }
        Ok(options)
    }

    fn flag(&mut self, name: &str) -> bool {
        let flag = match name {
            "--help" | "-h" | "help" => &mut self.help,
            "--list" => &mut self.list,
            "--quick" => &mut self.quick,
            "--full" => &mut self.full,
            "--markdown" => &mut self.markdown,
            _ => return false,
        };
        *flag = true;
        true
    }

    fn value(&mut self, name: &str, value: &str) -> Outcome<()> {
        match name {
            "--lane" => self.lanes.extend(value.split(',').map(str::to_owned)),
            "--connections" => self.connections = bounded(name, value, 4096)?,
            "--rate" => self.rate = u32::try_from(bounded(name, value, 1_000_000)?)?,
            "--gateway" => self.gateway = value.into(),
            "--peer" => self.peers.push(peer(value)?),
            "--upstream-listen" => self.upstream_listen = value.parse()?,
            "--json" => self.json = Some(value.into()),
            _ => return Err(format!("`{name}` is no option; see --help").into()),
        }
        Ok(())
    }

    /// Rounds of a lane; in each, everything that is compared has its turn.
    pub(crate) fn rounds(&self) -> usize {
        if self.quick { 5 } else { 9 }
    }

    /// How long a turn lasts.
    pub(crate) fn turn(&self) -> Duration {
        Duration::from_millis(if self.quick { 600 } else { 1500 })
    }

    /// After this long no further lane is begun, so that the run ends in bounded time.
    pub(crate) fn budget(&self) -> Duration {
        if self.quick { Duration::from_mins(4) } else { Duration::from_hours(1) }
    }

    /// Streams that are open at one time where memory is measured.
    pub(crate) fn streams(&self) -> usize {
        if self.full { 5000 } else { 1000 }
    }
}

fn bounded(name: &str, value: &str, most: usize) -> Outcome<usize> {
    let number: usize = value.parse().map_err(|_| format!("`{name}` takes a number, not `{value}`"))?;
    if number == 0 || number > most {
        return Err(format!("`{name}` goes from 1 to {most}").into());
    }
    Ok(number)
}

fn peer(text: &str) -> Outcome<Peer> {
    let (name, rest) = text.split_once('=').ok_or("`--peer` is NAME=BASE")?;
    let mut parts = rest.split(',');
    let base = parts.next().unwrap_or_default().trim_end_matches('/').to_owned();
    let mut peer = Peer { name: name.into(), base, same: "chat:".into(), translate: "messages:".into() };
    for part in parts {
        match part.split_once('=') {
            Some(("same", prefix)) => prefix.clone_into(&mut peer.same),
            Some(("translate", prefix)) => prefix.clone_into(&mut peer.translate),
            _ => return Err(format!("`{part}` is neither same=PREFIX nor translate=PREFIX").into()),
        }
    }
    Ok(peer)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use super::*;

    fn parse(args: &[&str]) -> Outcome<Options> {
        Options::parse(&args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_peer_has_a_base_and_prefixes() {
        let options = parse(&["--peer", "other=http://127.0.0.1:9/v1/,same=a-,translate=b-"]).unwrap();
        let expected = Peer {
            name: "other".into(),
            base: "http://127.0.0.1:9/v1".into(),
            same: "a-".into(),
            translate: "b-".into(),
        };
        assert_eq!(options.peers, [expected]);
    }

    #[test]
    fn a_value_may_follow_an_equals_sign() {
        let options = parse(&["--lane=same-2k,translate-2k", "--quick"]).unwrap();
        assert_eq!(options.lanes, ["same-2k", "translate-2k"]);
        assert!(options.quick);
    }

    #[test]
    fn an_unknown_option_is_named() {
        assert!(parse(&["--speed"]).unwrap_err().to_string().contains("--speed"));
        assert!(parse(&["--speed", "9"]).unwrap_err().to_string().contains("--speed"));
    }
}
