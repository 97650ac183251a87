//! Child processes. Each is killed when it is dropped.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::{Outcome, part};

/// How long the gateway may take to be ready, connectors being compiled.
const START_LIMIT: Duration = Duration::from_mins(2);

/// A process that listens.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Starts this program as one of its other parts, which tells where it listens.
    pub(crate) fn part(args: &[&str]) -> Outcome<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        let child = command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut process = Self { child, address: SocketAddr::from(([127, 0, 0, 1], 0)) };
        let mut line = String::new();
        if let Some(out) = process.child.stdout.take() {
            BufReader::new(out).read_line(&mut line)?;
        }
        let address = line.trim().strip_prefix(part::LISTENING).and_then(|address| address.parse().ok());
        process.address = address.ok_or_else(|| format!("`dragoman-bench {}` did not start", args.join(" ")))?;
        Ok(process)
    }
}

/// The gateway's binary, and where its files go.
#[derive(Debug)]
pub(crate) struct Gateway {
    pub(crate) binary: PathBuf,
    pub(crate) folder: PathBuf,
    pub(crate) upstream: SocketAddr,
}

impl Gateway {
    /// Starts the gateway, named `name` among its like, at a log level, with compiled code kept under `cache`. Returns
    /// it once it is ready, and how long that took.
    pub(crate) fn start(&self, name: &str, level: &str, cache: &Path) -> Outcome<(Process, Duration)> {
        let config = self.folder.join(name);
        fs::create_dir_all(&config)?;
        fs::create_dir_all(cache)?;
        fs::write(config.join("dragoman.yaml"), configuration(self.upstream, level))?;
        let (listen, admin) = (free_address()?, free_address()?);
        let log = self.folder.join(format!("{name}.log"));
        let mut command = Command::new(&self.binary);
        command.arg("run").arg("--config").arg(&config);
        command.args(["--listen", &listen.to_string(), "--admin-listen", &admin.to_string()]);
        forget_providers(&mut command);
        command.env(KEY, "bench").env("XDG_CACHE_HOME", cache);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(File::create(&log)?);
        let began = Instant::now();
        let child = command.spawn().map_err(|error| format!("cannot start {}: {error}", self.binary.display()))?;
        let mut process = Process { child, address: listen };
        while !is_ready(admin) {
            let ended = process.child.try_wait()?;
            if ended.is_some() || began.elapsed() > START_LIMIT {
                let text = fs::read_to_string(&log).unwrap_or_default();
                return Err(format!("the gateway is not ready; it wrote:\n{text}").into());
            }
            std::thread::sleep(Duration::from_micros(500));
        }
        Ok((process, began.elapsed()))
    }
}

/// The variable that holds the key of the configured backends.
const KEY: &str = "DRAGOMAN_BENCH_KEY";

fn configuration(upstream: SocketAddr, level: &str) -> String {
    let backend = |id: &str, kind: &str| {
        format!(
            "  {id}:\n    type: {kind}\n    api_base_url: http://{upstream}/v1\n    api_key_env_var: {KEY}\n    max_retries: 0\n"
        )
    };
    let backends = backend("chat", "openai-compatible") + &backend("messages", "anthropic");
    format!(
        "version: 1\nserver:\n  drain_delay: 0s\nlog:\n  level: {level}\ndefault_backend: chat\nbackends:\n{backends}"
    )
}

/// A provider whose key is in the environment would be a backend more than the run is about.
fn forget_providers(command: &mut Command) {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let unwanted =
        |name: &String| name.ends_with("_API_KEY") || name.ends_with("_API_BASE_URL") || name.ends_with("_BACKEND");
    names.filter(unwanted).for_each(|name| {
        command.env_remove(name);
    });
}

/// An address that nobody listens on at the moment.
fn free_address() -> Outcome<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

fn is_ready(admin: SocketAddr) -> bool {
    let request = b"GET /readyz HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n\r\n";
    get(admin, request).is_some_and(|answer| answer.split(' ').nth(1) == Some("200"))
}

fn get(address: SocketAddr, request: &[u8]) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(1))).ok()?;
    stream.write_all(request).ok()?;
    let mut answer = String::new();
    stream.take(64 << 10).read_to_string(&mut answer).ok()?;
    Some(answer)
}

/// Asks the upstream for `path`.
pub(crate) fn tell(upstream: SocketAddr, path: &str) -> Outcome<()> {
    let request = format!("GET {path} HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n\r\n");
    get(upstream, request.as_bytes()).map(drop).ok_or_else(|| format!("the upstream does not answer {path}").into())
}

/// Starts this program anew with as many open files as the system grants, where it has fewer than it needs: children
/// inherit the bound.
pub(crate) fn raise_open_files(needed: u64) -> Outcome<()> {
    const DONE: &str = "DRAGOMAN_BENCH_RAISED";
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let soft = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    if soft.is_none_or(|soft| soft >= needed) || std::env::var_os(DONE).is_some() {
        return Ok(());
    }
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -n \"$(ulimit -Hn)\" 2>/dev/null; exec \"$0\" \"$@\""]);
    shell.arg(std::env::current_exe()?).args(std::env::args_os().skip(1)).env(DONE, "1");
    Err(shell.exec().into())
}
