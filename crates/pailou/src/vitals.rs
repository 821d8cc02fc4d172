//! `/livez`, `/readyz` and `/metrics` of a gateway whose process has no control plane.

use std::{
    net::{SocketAddr, TcpListener as StdListener},
    sync::{Arc, OnceLock},
};

use acme::Standings;
use admin::ObtainedStatus;
use analytics::Analytics;
use axum::{
    Router,
    http::{StatusCode, header::CONTENT_TYPE},
    routing::get,
};
use proxy::{Gateway, Given, Inherited};
use tokio::{net::TcpListener, task::JoinHandle};

use crate::{obtaining, shutdown::Failure, status::status};

/// The text format of Prometheus.
const METRICS: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Upstreams that have metrics of their own.
const UPSTREAMS: usize = 1000;

/// Ends the server when dropped.
pub(crate) struct Vitals(JoinHandle<()>);

impl Drop for Vitals {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Listens, or goes on with the socket of the process before.
pub(crate) fn listen(addr: SocketAddr, before: Option<StdListener>) -> Result<StdListener, Failure> {
    let told = |e: std::io::Error| Failure::new(format!("cannot listen on {addr} (--admin): {e}"));
    let listener = before.map_or_else(|| StdListener::bind(addr), Ok).map_err(told)?;
    listener.set_nonblocking(true).map_err(told)?;
    Ok(listener)
}

/// The socket once more, for the process after this one.
pub(crate) fn copy(listener: &StdListener) -> Option<Inherited> {
    Some(Inherited { name: "admin".to_owned(), socket: Given::Tcp(listener.try_clone().ok()?) })
}

pub(crate) async fn serve(
    listener: StdListener,
    analytics: Analytics,
    gateway: Arc<OnceLock<Arc<Gateway>>>,
    obtained: Option<Standings>,
) -> Result<Vitals, Failure> {
    let measured = Arc::clone(&gateway);
    let metrics = move || {
        let of_gateway = measured.get().map(|gateway| {
            let upstreams = analytics::upstream_metrics(&gateway.upstreams(None, UPSTREAMS));
            status(gateway).metrics_text() + &upstreams
        });
        let obtained = obtained.as_ref().map(obtaining::status).unwrap_or_default();
        let obtained = ObtainedStatus::metrics_text(&obtained);
        let text = analytics.metrics_text() + &of_gateway.unwrap_or_default() + &obtained;
        async move { ([(CONTENT_TYPE, METRICS)], text) }
    };
    let ready = move || {
        let draining = gateway.get().map(|gateway| gateway.status().draining);
        async move {
            match draining {
                None => (StatusCode::SERVICE_UNAVAILABLE, "waiting for a first configuration\n"),
                Some(true) => (StatusCode::SERVICE_UNAVAILABLE, "draining\n"),
                Some(false) => (StatusCode::OK, "ready\n"),
            }
        }
    };
    let router = Router::new()
        .route("/livez", get(async || "alive\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics));
    let listener = TcpListener::from_std(listener).map_err(|e| Failure::new(e.to_string()))?;
    if let Ok(addr) = listener.local_addr() {
        tracing::info!("/livez, /readyz and /metrics at {addr}");
    }
    Ok(Vitals(tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "the address for metrics ended");
        }
    })))
}
