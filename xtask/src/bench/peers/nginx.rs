//! nginx, as the upstream of all and as a reverse proxy.

use std::{fmt::Write as _, net::SocketAddr, time::Duration};

use super::{Site, key};
use crate::{
    bench::{
        plan::Setup,
        process::{OTHER_CORE, PROXY_CORE, Scratch, Server, free_addr},
    },
    shell::Outcome,
};

/// The upstream of every proxy: `/large` is 100 KiB, `/cached` may be cached, everything else 1 KiB of JSON.
pub(crate) struct Upstream {
    pub(crate) addr: SocketAddr,
    server: Server,
}

impl Upstream {
    pub(crate) fn start(work: &Scratch) -> Outcome<Upstream> {
        let addr = free_addr()?;
        let body = body();
        work.write("files/large", &"0123456789abcdef".repeat(6_400))?;
        let server = format!(
            "listen {addr}; default_type application/json; root {}/files;
             location = /large {{ }}
             location = /cached {{ add_header Cache-Control max-age=3600; return 200 '{body}'; }}
             location / {{ return 200 '{body}'; }}",
            work.path().display()
        );
        let site = Site { work, upstream: addr, under_valgrind: false };
        let server = run(&site, "upstream", addr, &format!("server {{ {server} }}"), OTHER_CORE)?;
        Ok(Upstream { addr, server })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.server.pid()
    }
}

/// A reverse proxy with keep-alive on both sides.
pub(super) fn start(setup: &Setup, site: &Site<'_>) -> Outcome<Server> {
    let (addr, dir) = (free_addr()?, site.work.path().display());
    let mut http =
        format!("upstream pool {{ server {}; keepalive 128; keepalive_requests 1000000; }}", site.upstream);
    let pass = r#"proxy_pass http://pool; proxy_http_version 1.1; proxy_set_header Connection "";
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme;"#;
    let mut locations = String::new();
    if setup.managed {
        let mut consumers = String::new();
        for n in 0..setup.keys {
            let _ = writeln!(consumers, "{} consumer-{n};", key(n));
        }
        site.work.write("nginx-keys.map", &consumers)?;
        let _ = write!(
            http,
            "map_hash_max_size 262144; map_hash_bucket_size 128;
             map $http_x_api_key $consumer {{ default ''; include {dir}/nginx-keys.map; }}
             limit_req_zone $consumer zone=each:16m rate=1000000r/s;
             access_log {dir}/nginx-access.log combined buffer=64k;"
        );
        let guard = "if ($consumer = '') { return 401; } limit_req zone=each burst=1000000 nodelay;
            proxy_set_header X-Consumer $consumer; proxy_set_header X-Api-Key '';";
        for n in 0..setup.routes {
            let _ = writeln!(locations, "location = /r{n}/items {{ {guard} {pass} }}");
        }
    } else {
        http.push_str("access_log off;");
        let cache = if setup.cache { "proxy_cache hits;" } else { "" };
        let _ = write!(locations, "location / {{ {cache} {pass} }}");
    }
    if setup.cache {
        let _ = write!(http, "proxy_cache_path {dir}/nginx-cache keys_zone=hits:8m;");
    }
    let tls = if setup.tls {
        let [cert, key, _] = site.certificate()?;
        format!("ssl_certificate {cert}; ssl_certificate_key {key};")
    } else {
        String::new()
    };
    let flags = format!("{}{}", if setup.tls { " ssl" } else { "" }, if setup.http2 { " http2" } else { "" });
    let _ = write!(http, "server {{ listen {addr}{flags}; {tls} {locations} }}");
    run(site, "proxy", addr, &http, PROXY_CORE)
}

fn run(site: &Site<'_>, name: &str, addr: SocketAddr, http: &str, core: &str) -> Outcome<Server> {
    let dir = site.work.path().display();
    // Under valgrind one process does all, so that its instructions are counted.
    let master = if site.under_valgrind { "master_process off;" } else { "" };
    let log = if http.contains("access_log") { "" } else { "access_log off;" };
    let config = format!(
        "daemon off; {master} worker_processes 1; pid {dir}/{name}.pid; error_log {dir}/{name}.log error; user root;
         events {{ worker_connections 4096; }}
         http {{ {log} keepalive_requests 1000000000; http2_max_concurrent_streams 256; client_body_temp_path {dir}/{name}-body;
           proxy_temp_path {dir}/{name}-temp; fastcgi_temp_path {dir}/f; uwsgi_temp_path {dir}/u; scgi_temp_path {dir}/s; {http} }}"
    );
    let path = site.work.write(&format!("{name}.conf"), &config)?;
    let mut command = site.pinned(core, "/usr/sbin/nginx");
    command.arg("-c").arg(path).args(["-e", "stderr"]);
    Server::start(&mut command, addr, Duration::from_secs(60))
}

/// 1 KiB of JSON.
fn body() -> String {
    let mut body = String::from(r#"{"items":["#);
    while body.len() < 1024 - 30 {
        let _ = write!(body, r#"{{"id":{},"state":"open"}},"#, body.len());
    }
    body.pop();
    body.push_str(r#"],"pad":""#);
    while body.len() < 1022 {
        body.push('x');
    }
    body.push_str("\"}");
    body
}
