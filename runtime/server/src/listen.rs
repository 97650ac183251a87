//! A listener and its connections.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Pause after the system has no more file descriptors for us.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// Most streams of one HTTP/2 connection at a time.
const H2_STREAMS: u32 = 128;
/// Flow-control windows of HTTP/2, in bytes: one stream's and one connection's.
const H2_WINDOWS: (u32, u32) = (256 << 10, 4 << 20);

/// Bounds of a connection. See the settings of the same names.
#[derive(Debug, Clone)]
pub struct Bounds {
    /// Most headers of one request.
    pub max_headers: usize,
    /// Most bytes of a request's line and headers together.
    pub max_header_bytes: usize,
    /// How long a client may take over the headers of a request.
    pub header_timeout: Duration,
}

/// A listener that is being served.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    stop: watch::Sender<bool>,
    connections: watch::Receiver<()>,
    accepting: tokio::task::JoinHandle<()>,
}

impl Running {
    /// Takes no further connections, lets those that there are end their requests, and returns how it went: `false`
    /// when some had not ended after `grace`.
    pub async fn drain(self, grace: Duration) -> bool {
        let Self { stop, mut connections, accepting, .. } = self;
        let _ = stop.send(true);
        let _ = accepting.await;
        // The channel closes when the last connection has dropped its end.
        tokio::time::timeout(grace, async { while connections.changed().await.is_ok() {} }).await.is_ok()
    }
}

/// Serves `service` on `listener` until it is drained.
///
/// # Errors
/// The listener has no address.
pub fn serve<S, F, B>(listener: TcpListener, bounds: Bounds, service: S) -> std::io::Result<Running>
where
    S: Fn(Request<Incoming>) -> F + Clone + Send + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: hyper::body::Body<Data = bytes::Bytes, Error = Infallible> + Send + 'static,
{
    let address = listener.local_addr()?;
    let (stop, stopped) = watch::channel(false);
    // Each connection holds a sender: when all are gone, the receiver knows.
    let (held, connections) = watch::channel(());
    let accepting = tokio::spawn(async move {
        let mut asked = stopped.clone();
        let mut stopping = pin!(stop_asked(&mut asked));
        loop {
            let accepted = tokio::select! {
                biased;
                () = &mut stopping => break,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, _)) => {
                    tokio::spawn(connection(stream, bounds.clone(), service.clone(), stopped.clone(), held.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    });
    Ok(Running { address, stop, connections, accepting })
}

async fn connection<S, F, B>(
    stream: TcpStream,
    bounds: Bounds,
    service: S,
    mut stopped: watch::Receiver<bool>,
    held: watch::Sender<()>,
) where
    S: Fn(Request<Incoming>) -> F + Clone + Send + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: hyper::body::Body<Data = bytes::Bytes, Error = Infallible> + Send + 'static,
{
    // A stream of small events must not wait for acknowledgements.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let answer = service(request);
        async move { Ok::<_, Infallible>(answer.await) }
    });
    let builder = builder(&bounds);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop_asked(&mut stopped) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended");
    }
    drop(held);
}

/// Returns once the server shall stop.
async fn stop_asked(stopped: &mut watch::Receiver<bool>) {
    // The guard of the value that was seen must not be held over an await.
    let _ = stopped.wait_for(|stop| *stop).await.map(drop);
}

fn builder(bounds: &Bounds) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    // Without a timer, hyper's timeouts do nothing.
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.header_timeout)
        .max_buf_size(bounds.max_header_bytes.max(8 << 10))
        .max_headers(bounds.max_headers);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(H2_STREAMS)
        .initial_stream_window_size(H2_WINDOWS.0)
        .initial_connection_window_size(H2_WINDOWS.1)
        .max_header_list_size(u32::try_from(bounds.max_header_bytes).unwrap_or(u32::MAX))
        .keep_alive_interval(Some(bounds.header_timeout));
    builder
}
