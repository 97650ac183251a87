//! `dragoman run`.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use dragoman_pipeline::Gateway;
use dragoman_server::{Admin, Bounds, Health, Running, serve};
use dragoman_settings::{Overrides, ServerLimits, Settings};
use dragoman_telemetry::Metrics;
use dragoman_upstream::Client;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::cli::RunOptions;
use crate::{Exit, load, logging};

/// How long a provider may take to accept a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the admin listener may take to end its last request.
const ADMIN_GRACE: Duration = Duration::from_secs(1);

/// Serves until a signal.
pub(crate) fn run(options: &RunOptions) -> ExitCode {
    let began = Instant::now();
    let overrides = Overrides { listen: options.listen, admin_listen: options.admin_listen, ..Overrides::default() };
    let settings = match load::settings(&options.config, &overrides) {
        Ok(loaded) => loaded.settings,
        Err(exit) => return exit.into(),
    };
    logging::start(&settings.log);
    raise_open_files();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&format!("cannot start the runtime: {error}")),
    };
    match runtime.block_on(serve_until_told(options, &settings, began)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => failed(&why),
    }
}

/// Takes all open files that the system allows: each stream needs two, and the usual soft limit is 1,024.
fn raise_open_files() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!(%error, "cannot raise the limit of open files");
    }
}

fn failed(why: &str) -> ExitCode {
    tracing::error!("{why}");
    Exit::Failure.into()
}

async fn serve_until_told(options: &RunOptions, settings: &Settings, began: Instant) -> Result<(), String> {
    // Before anything can be reached, so that no signal finds the process without its handlers.
    let mut signals = Signals::listen()?;
    let health = Health::default();
    let metrics = Arc::new(Metrics::new(env!("CARGO_PKG_VERSION")));
    let admin = Admin::new(health.clone(), Arc::clone(&metrics));
    let bounds = bounds(&settings.server);
    let listener = bind("admin_listen", settings.admin_listen).await?;
    let admin = serve(listener, bounds.clone(), move |request| std::future::ready(admin.answer(&request)));
    let admin = admin.map_err(|error| error.to_string())?;
    let listener = bind("listen", settings.listen).await?;

    for left_out in settings.left_out.iter().filter(|one| one.named) {
        tracing::warn!("{left_out}");
    }
    let gateway = gateway(options, settings, metrics)?;
    let front = serve(listener, bounds, move |request| {
        let gateway = Arc::clone(&gateway);
        async move { gateway.handle(request).await }
    });
    let front = front.map_err(|error| error.to_string())?;
    health.ready();
    greet(settings, &front, &admin, began);
    signals.next().await;
    tokio::select! {
        () = drain(settings, &health, front, admin) => Ok(()),
        () = signals.next() => Err("stopped at once by a second signal".into()),
    }
}

fn gateway(options: &RunOptions, settings: &Settings, metrics: Arc<Metrics>) -> Result<Arc<Gateway>, String> {
    let catalogue = load::catalogue(&settings.limits, options.cache_dir.clone())?;
    let client = Client::new(CONNECT_TIMEOUT).map_err(|error| format!("cannot set up TLS: {error}"))?;
    let gateway = Gateway::new(settings, &catalogue, client, metrics).map_err(|error| error.to_string())?;
    Ok(Arc::new(gateway))
}

async fn bind(what: &str, address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| format!("cannot listen on {address} (`{what}`): {error}"))
}

fn bounds(limits: &ServerLimits) -> Bounds {
    Bounds {
        max_headers: limits.max_headers,
        max_header_bytes: usize::try_from(limits.max_header_bytes).unwrap_or(usize::MAX),
        header_timeout: limits.header_timeout,
    }
}

fn greet(settings: &Settings, front: &Running, admin: &Running, began: Instant) {
    let backends: Vec<&str> = settings.backends.keys().map(String::as_str).collect();
    tracing::info!(
        address = %front.address,
        admin = %admin.address,
        backends = backends.join(","),
        default_backend = settings.default_backend,
        start_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        "listening"
    );
    let backend = settings.backends.get(&settings.default_backend);
    let model = backend
        .and_then(|backend| backend.default_model.as_deref().or(backend.models.keys().next().map(String::as_str)));
    // For people, and for copying: on standard output, apart from the log.
    println!("Dragoman listens on http://{} and answers by `{}`. Try:\n", front.address, settings.default_backend);
    println!(
        "curl -N http://{}/v1/chat/completions -H 'content-type: application/json' \\\n  -d '{{\"model\": \"{}\", \"stream\": true, \
         \"messages\": [{{\"role\": \"user\", \"content\": \"Hello, Dragoman!\"}}]}}'\n",
        front.address,
        model.unwrap_or(example_model(&settings.default_backend)),
    );
}

/// A model for the example line: one that the preset's provider has.
fn example_model(backend: &str) -> &'static str {
    match backend {
        "openai" => "gpt-4o-mini",
        "anthropic" => "claude-haiku-4-5",
        "gemini" => "gemini-2.5-flash",
        _ => "echo",
    }
}

/// The signals that stop the server.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> Result<Self, String> {
        let listen = |kind| signal(kind).map_err(|error| format!("cannot wait for signals: {error}"));
        Ok(Self { terminate: listen(SignalKind::terminate())?, interrupt: listen(SignalKind::interrupt())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

async fn drain(settings: &Settings, health: &Health, front: Running, admin: Running) {
    health.draining();
    tracing::info!(delay_s = settings.server.drain_delay.as_secs_f64(), "draining");
    tokio::time::sleep(settings.server.drain_delay).await;
    let clean = front.drain(settings.server.drain_grace).await;
    admin.drain(ADMIN_GRACE).await;
    if clean {
        tracing::info!("stopped");
    } else {
        tracing::warn!(grace_s = settings.server.drain_grace.as_secs_f64(), "stopped with requests still under way");
    }
}
