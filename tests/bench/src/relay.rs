//! The measure of all things: a relay that copies bytes both ways and looks at none of them.

use hyper::body::Incoming;
use hyper::header::HOST;
use hyper::http::uri::{Authority, PathAndQuery, Scheme};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::{Fault, Outcome, part};

/// Connections that are kept while nobody uses them; as many as the gateway keeps.
const POOL_SIZE: usize = 256;

type Onward = Client<HttpConnector, Incoming>;

/// Serves until the parent is gone.
pub(crate) fn serve(listen: &str, upstream: &str) -> Outcome<()> {
    let upstream: Authority = upstream.parse().map_err(|_| format!("`{upstream}` is no address"))?;
    part::runtime()?.block_on(async {
        let client = client();
        part::accept(listen, move |stream| {
            let (client, upstream) = (client.clone(), upstream.clone());
            async move {
                let relay = service_fn(move |request| relay(client.clone(), upstream.clone(), request));
                // A connection that breaks concerns the other side only.
                let _ = http1::Builder::new().serve_connection(stream, relay).await;
            }
        })
        .await
    })
}

fn client() -> Onward {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    Client::builder(TokioExecutor::new()).pool_max_idle_per_host(POOL_SIZE).build(connector)
}

async fn relay(
    client: Onward,
    upstream: Authority,
    mut request: Request<Incoming>,
) -> Result<Response<Incoming>, Fault> {
    let path = request.uri().path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
    *request.uri_mut() = Uri::builder().scheme(Scheme::HTTP).authority(upstream).path_and_query(path).build()?;
    request.headers_mut().remove(HOST);
    Ok(client.request(request).await?)
}
