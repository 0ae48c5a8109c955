//! Takes connections and serves HTTP on them, with a limit for everything that the other end can draw out.
use super::{sender::Peer, tls::Tls};
use axum::{Router, body::Body, http::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{net::SocketAddr, pin::pin, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
};
use tokio_io_timeout::TimeoutStream;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::Service;

/// How long the head of a request may take, and the pause before it.
const HEAD: Duration = Duration::from_secs(10);
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Who takes nothing of what is written for so long is gone.
const WRITE: Duration = Duration::from_secs(15);
/// The longest head, with a document in its address.
const HEAD_BYTES: usize = 64 * 1024;
/// After a connection could not be taken, as when there are no more files to open.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves until `stop`; then takes no more, and ends when what is in flight has been answered.
pub async fn serve(listener: TcpListener, tls: Option<Arc<Tls>>, router: Router, stop: CancellationToken) {
    let connections = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => break,
        };
        match accepted {
            Ok((tcp, address)) => {
                connections.spawn(connection(tcp, address, tls.clone(), router.clone(), stop.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

async fn connection(
    tcp: TcpStream,
    address: SocketAddr,
    tls: Option<Arc<Tls>>,
    router: Router,
    stop: CancellationToken,
) {
    // It is the other end's loss where this cannot be set.
    let _ = tcp.set_nodelay(true);
    let mut tcp = TimeoutStream::new(tcp);
    tcp.set_write_timeout(Some(WRITE));
    let tcp = Box::pin(tcp);
    let Some(tls) = tls else { return http(tcp, Peer { address, tls: false }, router, stop).await };
    match tokio::time::timeout(HANDSHAKE, tls.acceptor().accept(tcp)).await {
        Ok(Ok(stream)) => http(stream, Peer { address, tls: true }, router, stop).await,
        Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
        Err(_) => tracing::debug!("a TLS handshake took too long"),
    }
}

async fn http<S>(stream: S, peer: Peer, router: Router, stop: CancellationToken)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        router.clone().call(request.map(Body::new))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended badly");
    }
}
