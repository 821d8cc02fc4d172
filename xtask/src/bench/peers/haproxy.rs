//! HAProxy as a reverse proxy.

use std::{fmt::Write as _, time::Duration};

use super::{Site, key};
use crate::{
    bench::{
        plan::Setup,
        process::{PROXY_CORE, Server, free_addr},
    },
    shell::Outcome,
};

pub(super) fn start(setup: &Setup, site: &Site<'_>) -> Outcome<Server> {
    let (addr, dir) = (free_addr()?, site.work.path().display());
    let tls = if setup.tls { format!(" ssl crt {}", site.certificate()?[2]) } else { String::new() };
    let http2 = if setup.http2 { " proto h2" } else { "" };
    let mut text = String::from(
        "global\n nbthread 1\n maxconn 8192\n\
         defaults\n mode http\n option http-keep-alive\n http-reuse always\n timeout client 60s\n timeout server 60s\n timeout connect 5s\n",
    );
    let mut rules = String::from(" option forwardfor\n");
    if setup.managed {
        let (mut keys, mut routes) = (String::new(), String::new());
        for n in 0..setup.keys {
            let _ = writeln!(keys, "{} consumer-{n}", key(n));
        }
        for n in 0..setup.routes {
            let _ = writeln!(routes, "/r{n}/items items");
        }
        site.work.write("haproxy-keys.map", &keys)?;
        site.work.write("haproxy-routes.map", &routes)?;
        let _ = write!(
            rules,
            " log stdout format raw local0\n option httplog\n\
             \x20http-request set-var(txn.consumer) req.hdr(x-api-key),map_str({dir}/haproxy-keys.map)\n\
             \x20http-request deny deny_status 401 unless {{ var(txn.consumer) -m found }}\n\
             \x20http-request track-sc0 var(txn.consumer) table each\n\
             \x20http-request deny deny_status 429 if {{ sc0_http_req_rate(each) gt 1000000000 }}\n\
             \x20http-request set-header x-consumer %[var(txn.consumer)]\n http-request del-header x-api-key\n\
             \x20use_backend %[path,map_str({dir}/haproxy-routes.map)] if {{ path,map_str({dir}/haproxy-routes.map) -m found }}\n"
        );
        text.push_str(
            "backend each\n stick-table type string len 32 size 100k expire 1h store http_req_rate(1h)\n",
        );
    } else {
        rules.push_str(" default_backend items\n");
    }
    if setup.cache {
        text.push_str("cache hits\n total-max-size 64\n max-age 3600\n");
        rules.push_str(" http-request cache-use hits\n http-response cache-store hits\n");
    }
    let _ = write!(
        text,
        "backend items\n server one {}\nfrontend in\n bind {addr}{tls}{http2}\n{rules}",
        site.upstream
    );
    let path = site.work.write("haproxy.cfg", &text)?;
    let mut command = site.pinned(PROXY_CORE, "/usr/sbin/haproxy");
    command.arg("-db").arg("-f").arg(path);
    Server::start(&mut command, addr, Duration::from_secs(60))
}
