//! The servers that are compared, configured for the same work.

use std::{fmt::Write as _, net::SocketAddr, process::Command, time::Duration};

use super::process::{OTHER_CORE, PROXY_CORE, Scratch, Server, free_addr};
use crate::shell::{Outcome, target_dir};

/// The body every request is answered with: 1 KiB of JSON.
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

/// A key of the benchmark's consumers.
pub(crate) fn key(n: usize) -> String {
    format!("bench-key-{n:06}")
}

/// An nginx, as upstream or as reverse proxy.
pub(crate) struct Nginx {
    pub(crate) addr: SocketAddr,
    _server: Server,
}

impl Nginx {
    /// The upstream of every proxy.
    pub(crate) fn upstream(work: &Scratch) -> Outcome<Nginx> {
        let addr = free_addr()?;
        let server = format!("location / {{ default_type application/json; return 200 '{}'; }}", body());
        let server = nginx(work, "upstream", addr, "", &server, OTHER_CORE, false)?;
        Ok(Nginx { addr, _server: server })
    }

    /// A plain reverse proxy with keep-alive on both sides and no access log.
    pub(crate) fn proxy(work: &Scratch, upstream: &Nginx, under_valgrind: bool) -> Outcome<Server> {
        let pool = format!(
            "upstream pool {{ server {}; keepalive 128; keepalive_requests 1000000; }}",
            upstream.addr
        );
        let server = r#"location / { proxy_pass http://pool; proxy_http_version 1.1; proxy_set_header Connection "";
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme; }"#;
        nginx(work, "proxy", free_addr()?, &pool, server, PROXY_CORE, under_valgrind)
    }
}

fn nginx(
    work: &Scratch,
    name: &str,
    addr: SocketAddr,
    http: &str,
    server: &str,
    core: &str,
    under_valgrind: bool,
) -> Outcome<Server> {
    let dir = work.path().display();
    // Under valgrind one process does all, so that its instructions are counted.
    let master = if under_valgrind { "master_process off;" } else { "" };
    let config = format!(
        "daemon off; {master} worker_processes 1; pid {dir}/{name}.pid; error_log {dir}/{name}.log error;
         events {{ worker_connections 4096; }}
         http {{ access_log off; keepalive_requests 1000000000; client_body_temp_path {dir}/{name}-body; proxy_temp_path {dir}/{name}-temp;
           fastcgi_temp_path {dir}/f; uwsgi_temp_path {dir}/u; scgi_temp_path {dir}/s; {http}
           server {{ listen {addr}; {server} }} }}"
    );
    let path = work.write(&format!("{name}.conf"), &config)?;
    let mut command = pinned(core, "/usr/sbin/nginx", under_valgrind, work);
    command.arg("-c").arg(path).args(["-e", "stderr"]);
    Server::start(&mut command, addr, Duration::from_secs(20))
}

/// A Pailou with so many routes and keys.
pub(crate) struct Pailou {
    pub(crate) routes: usize,
    pub(crate) keys: usize,
    /// With key-auth and a rate limit per consumer.
    pub(crate) guarded: bool,
    /// The whole platform with its database, not the gateway from files alone.
    pub(crate) database: bool,
}

impl Pailou {
    pub(crate) fn start(&self, work: &Scratch, upstream: &Nginx, under_valgrind: bool) -> Outcome<Server> {
        let name = format!("pailou-{}-{}-{}-{}", self.routes, self.keys, self.guarded, self.database);
        work.write(&format!("{name}/resources.yaml"), &self.resources(upstream.addr))?;
        let resources = work.path().join(&name);
        let http = free_addr()?;
        let mut command = pinned(
            PROXY_CORE,
            &target_dir().join("release/pailou").display().to_string(),
            under_valgrind,
            work,
        );
        if self.database {
            let data = work.path().join(format!("{name}-data"));
            let _ = std::fs::remove_dir_all(&data);
            command.arg("serve").arg("--data").arg(data).args([
                "--https",
                "off",
                "--admin",
                &free_addr()?.to_string(),
            ]);
        } else {
            command.arg("gateway");
        }
        command.arg("--resources").arg(resources).args(["--http", &http.to_string()]);
        command.env("PAILOU_LOG", "warn");
        Server::start(&mut command, http, Duration::from_secs(120))
    }

    fn resources(&self, upstream: SocketAddr) -> String {
        let mut text = format!("kind: upstream\nname: bench\nendpoints: [\"http://{upstream}\"]\n");
        let policies = if self.guarded {
            "policies: [{ key-auth: {} }, { rate-limit: { limit: 1000000000, window: 1h, per: consumer } }]\n"
        } else {
            ""
        };
        for n in 0..self.routes {
            let path = if self.guarded { format!("/r{n}/items") } else { "/*".to_owned() };
            let _ = write!(
                text,
                "---\nkind: route\nname: r{n}\nmatch: {{ path: \"{path}\" }}\nupstream: bench\n{policies}"
            );
        }
        for n in 0..self.keys {
            let _ = write!(text, "---\nkind: consumer\nname: c{n}\ncredentials: [{{ key: {} }}]\n", key(n));
        }
        text
    }
}

fn pinned(core: &str, program: &str, under_valgrind: bool, work: &Scratch) -> Command {
    let mut command = Command::new("taskset");
    command.args(["-c", core]);
    if under_valgrind {
        let file = format!("--callgrind-out-file={}", work.path().join("callgrind.%p").display());
        command.args(["valgrind", "--tool=callgrind", &file, "--log-fd=2"]);
    }
    command.arg(program);
    command
}
