//! What the upstream and the relay have in common: listening, and ending with the process that started them.

use std::future::Future;
use std::io::{Read as _, Write as _};
use std::net::SocketAddr;

use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

use crate::Outcome;

/// The line that tells where a part listens begins with this.
pub(crate) const LISTENING: &str = "listening on ";

/// A runtime as the gateway's.
pub(crate) fn runtime() -> Outcome<Runtime> {
    Ok(Builder::new_multi_thread().enable_all().build()?)
}

/// A runtime that leaves most of the machine to what is measured.
pub(crate) fn small_runtime() -> Outcome<Runtime> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut builder = if cores < 4 { Builder::new_current_thread() } else { Builder::new_multi_thread() };
    Ok(builder.worker_threads((cores / 4).max(1)).enable_all().build()?)
}

/// Listens on `listen`, tells where, and hands every connection to `serve`, until the process that started this one is
/// gone.
pub(crate) async fn accept<F>(listen: &str, serve: impl Fn(TokioIo<TcpStream>) -> F) -> Outcome<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    let listen: SocketAddr = listen.parse().map_err(|_| format!("`{listen}` is no address"))?;
    let listener = TcpListener::bind(listen).await.map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    let mut out = std::io::stdout();
    writeln!(out, "{LISTENING}{}", listener.local_addr()?)?;
    out.flush()?;
    std::thread::spawn(end_with_parent);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(serve(TokioIo::new(stream)));
    }
}

/// Nothing is ever written to standard input: it ends when the parent does.
fn end_with_parent() {
    let mut nothing = [0; 64];
    while std::io::stdin().read(&mut nothing).is_ok_and(|read| read > 0) {}
    std::process::exit(0);
}
