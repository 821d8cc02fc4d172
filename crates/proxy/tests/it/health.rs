//! Checks by gRPC's health protocol, against a server over HTTP/2.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering::SeqCst},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, server::conn::http2, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use model::standing::EndpointStanding;
use serde_json::json;
use tokio::net::TcpListener;

use crate::kit::{Started, pass, snapshot, start, upstream};

/// A server whose health is this: 1 serves, 2 does not, anything else is an error of gRPC.
async fn serve(health: Arc<AtomicU8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let health = Arc::clone(&health);
            let service = service_fn(move |request: Request<Incoming>| {
                let health = health.load(SeqCst);
                async move {
                    assert_eq!(request.uri().path(), "/grpc.health.v1.Health/Check");
                    assert_eq!(request.headers()["content-type"], "application/grpc");
                    let asked = request.into_body().collect().await.unwrap().to_bytes();
                    assert_eq!(&asked[..], b"\0\0\0\0\x0d\x0a\x0bshop.Orders");
                    let mut trailers = HeaderMap::new();
                    let status = if health <= 2 { "0" } else { "5" };
                    trailers.insert("grpc-status", HeaderValue::from_static(status));
                    let message = Bytes::from(vec![0, 0, 0, 0, 2, 0x08, health]);
                    let message = if health <= 2 { message } else { Bytes::new() };
                    let trailers = std::future::ready(Some(Ok::<_, Infallible>(trailers)));
                    Ok::<_, Infallible>(Response::new(Full::new(message).with_trailers(trailers)))
                }
            });
            tokio::spawn(
                http2::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service),
            );
        }
    });
    url
}

async fn until(started: &Started, what: impl Fn(&EndpointStanding) -> bool) {
    let waiting = async {
        let mut beat = tokio::time::interval(Duration::from_millis(20));
        loop {
            beat.tick().await;
            let endpoint = started.gateway.upstreams(None, 9).remove(0).endpoints.remove(0);
            if what(&endpoint) {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), waiting).await.expect("its standing changes");
}

#[tokio::test]
async fn a_grpc_server_is_asked_whether_it_serves() {
    let health = Arc::new(AtomicU8::new(2));
    let url = serve(Arc::clone(&health)).await;
    let spec = upstream(json!({
        "endpoints": [url],
        "health_checks": {
            "active": { "type": "grpc", "service": "shop.Orders", "interval": "100ms", "failures": 1, "successes": 1 },
        },
    }));
    let started = start(snapshot(vec![pass("a", "/", spec)]));
    // An endpoint goes out a moment before its history says why.
    let said = |endpoint: &EndpointStanding, text: &str| {
        endpoint.history.last().is_some_and(|event| event.what.contains(text))
    };
    until(&started, |endpoint| endpoint.out.is_some() && said(endpoint, "is not serving")).await;
    until(&started, |endpoint| {
        let checks = endpoint.checks.as_ref().unwrap();
        let failure = checks.last_failure.as_deref().unwrap_or_default();
        checks.well == Some(false) && checks.last_at.is_some() && failure.contains("is not serving")
    })
    .await;
    health.store(1, SeqCst);
    until(&started, |endpoint| endpoint.out.is_none() && said(endpoint, "well again")).await;
    until(&started, |endpoint| {
        let checks = endpoint.checks.as_ref().unwrap();
        (checks.well, checks.against, &checks.last_failure) == (Some(true), 0, &None)
    })
    .await;
    health.store(9, SeqCst);
    until(&started, |endpoint| endpoint.out.is_some() && said(endpoint, "gRPC status was 5")).await;
}
