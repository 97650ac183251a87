//! The built gateway, as a process of its own.

use std::ffi::OsString;
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, ChildStderr, Command};
use tokio::sync::watch;

use crate::client::{Answer, Ask, Open};

/// How long a start may take: the first one of a build compiles every connector.
const START: Duration = Duration::from_mins(2);

/// A gateway that is to be started.
#[derive(Debug)]
pub struct Launch {
    config: String,
    environment: Vec<(OsString, OsString)>,
}

/// A gateway that runs. It is killed when it is dropped.
#[derive(Debug)]
pub struct Gateway {
    child: Child,
    address: SocketAddr,
    admin: SocketAddr,
    log: Log,
    _folder: TempDir,
}

/// The lines on stderr, as far as they came.
#[derive(Debug, Clone)]
struct Log {
    lines: Arc<Mutex<Vec<String>>>,
    count: watch::Receiver<usize>,
}

/// The workspace's `target` folder.
fn target() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target")
}

/// The gateway's binary: what `DRAGOMAN_BIN` names by an absolute path, else the one for debugging, which
/// tests build, else the released one.
fn binary() -> PathBuf {
    if let Some(path) = std::env::var_os("DRAGOMAN_BIN") {
        return path.into();
    }
    let built = ["debug/dragoman", "release/dragoman"].map(|path| target().join(path));
    let found = built.into_iter().find(|path| path.is_file());
    found.expect("the gateway is not built: run `cargo xtask build`, or name the binary in DRAGOMAN_BIN")
}

impl Launch {
    /// The same with an environment variable. Of the test's own variables the gateway sees `PATH` alone.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Starts it and returns once it is ready.
    ///
    /// # Panics
    /// It does not start.
    pub async fn start(self) -> Gateway {
        let folder = TempDir::with_prefix("dragoman-test-").expect("a folder");
        let config = folder.path().join("dragoman.yaml");
        fs::write(&config, &self.config).expect("a configuration");
        // Compiled connectors are kept between tests.
        let cache = target().join("testkit");
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&cache).expect("a cache");
        let mut child = Command::new(binary())
            .arg("run")
            .arg("--config")
            .arg(&config)
            .args(["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"])
            .current_dir(folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", folder.path())
            .env("XDG_CACHE_HOME", &cache)
            .envs(self.environment)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the gateway starts");
        let mut log = Log::follow(child.stderr.take().expect("its stderr"));
        let line = log.find(START, "the gateway's start", |line| text(line, "message") == Some("listening")).await;
        let bound = |name| text(&line, name).and_then(|address| address.parse().ok()).expect("a bound address");
        let (address, admin) = (bound("address"), bound("admin"));
        let gateway = Gateway { child, address, admin, log, _folder: folder };
        let ready = gateway.admin("/readyz").await;
        assert_eq!(ready.status, 200, "not ready: {}", ready.text());
        gateway
    }
}

impl Gateway {
    /// A gateway with `config`, the text of a `dragoman.yaml`.
    #[must_use]
    pub fn with(config: &str) -> Launch {
        Launch { config: config.to_owned(), environment: Vec::new() }
    }

    /// Sends `ask` and reads the whole answer.
    pub async fn send(&self, ask: &Ask) -> Answer {
        self.open(ask).await.rest().await
    }

    /// Sends `ask` and returns once the answer's head is there.
    pub async fn open(&self, ask: &Ask) -> Open {
        Open::send(self.address, ask).await
    }

    /// Gets `path` from the admin listener.
    pub async fn admin(&self, path: &str) -> Answer {
        Open::send(self.admin, &Ask::get(path)).await.rest().await
    }

    /// Asks it to end, by SIGTERM.
    ///
    /// # Panics
    /// There is no `kill`.
    pub async fn terminate(&self) {
        let id = self.child.id().expect("it runs").to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().await;
        assert!(sent.expect("kill").success(), "SIGTERM was not sent");
    }

    /// Returns its exit code once it has ended; `None` if a signal ended it.
    ///
    /// # Panics
    /// It does not end.
    pub async fn ended(&mut self) -> Option<i32> {
        crate::guarded("the gateway's end", self.child.wait()).await.expect("its status").code()
    }

    /// The lines that it has logged so far.
    #[must_use]
    pub fn log(&self) -> Vec<String> {
        self.log.lines()
    }

    /// The first line of the log that `is_it`, once there is one.
    ///
    /// # Panics
    /// There is none within the guard.
    pub async fn logged(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        self.log.find(crate::GUARD, "a line of the log", is_it).await
    }

    /// A field of a line of the log.
    #[must_use]
    pub fn field<'a>(line: &'a Value, name: &str) -> Option<&'a Value> {
        line.get(name).or_else(|| line.get("fields")?.get(name))
    }
}

fn text<'a>(line: &'a Value, name: &str) -> Option<&'a str> {
    Gateway::field(line, name).and_then(Value::as_str)
}

impl Log {
    /// Reads `stderr` in the background until it ends.
    fn follow(stderr: ChildStderr) -> Self {
        let (counter, count) = watch::channel(0);
        let lines = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&lines);
        tokio::spawn(async move {
            let mut read = BufReader::new(stderr).lines();
            while let Ok(Some(line)) = read.next_line().await {
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(line);
                counter.send_modify(|count| *count += 1);
            }
        });
        Self { lines, count }
    }

    fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn find(&mut self, guard: Duration, what: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        crate::guarded_for(guard, what, async {
            loop {
                self.count.borrow_and_update();
                let lines = self.lines();
                let mut read = lines.iter().filter_map(|line| serde_json::from_str::<Value>(line).ok());
                if let Some(line) = read.find(&is_it) {
                    return line;
                }
                assert!(self.count.changed().await.is_ok(), "{what}: the gateway ended: {}", lines.join("\n"));
            }
        })
        .await
    }
}
