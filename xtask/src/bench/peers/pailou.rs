//! Pailou itself, as a gateway from files or as the whole platform.

use std::{fmt::Write as _, net::SocketAddr, path::Path, time::Duration};

use super::{Site, key};
use crate::{
    bench::{
        plan::Setup,
        process::{PROXY_CORE, Server, free_addr},
    },
    shell::Outcome,
};

const KEYS_PER_FILE: usize = 100_000;

/// The token of the platform's admin API.
pub(crate) const ADMIN_TOKEN: &str = "bench-admin-token-0123456789";

/// Starts it, and says where its admin API is if it has one. `more` are documents beside those of the setup.
pub(crate) fn start(
    binary: &Path,
    setup: &Setup,
    site: &Site<'_>,
    more: &str,
) -> Outcome<(Server, SocketAddr)> {
    let folder = site.work.path().join("pailou");
    let _ = std::fs::remove_dir_all(&folder);
    site.work.write("pailou/resources.yaml", &(resources(setup, site)? + more))?;
    // One file may hold so much and no more.
    for (part, first) in (0..setup.keys).step_by(KEYS_PER_FILE).enumerate() {
        let mut text = String::new();
        for n in first..setup.keys.min(first + KEYS_PER_FILE) {
            let _ = write!(text, "---\nkind: consumer\nname: c{n}\ncredentials: [{{ key: {} }}]\n", key(n));
        }
        site.work.write(&format!("pailou/keys-{part}.yaml"), &text)?;
    }
    let (addr, admin) = (free_addr()?, free_addr()?);
    let mut command = site.pinned(PROXY_CORE, &binary.display().to_string());
    if setup.platform {
        let data = site.work.path().join("pailou-data");
        let _ = std::fs::remove_dir_all(&data);
        command.arg("serve").arg("--data").arg(data).args(["--admin", &admin.to_string()]);
        command.env("PAILOU_ADMIN_TOKEN", ADMIN_TOKEN);
    } else {
        command.arg("gateway");
    }
    let (ours, other) = if setup.tls { ("--https", "--http") } else { ("--http", "--https") };
    command.args([ours, &addr.to_string(), other, "off"]).arg("--resources").arg(folder);
    command.env("PAILOU_LOG", "warn");
    if site.under_valgrind {
        // Some fifty times slower: as large a part of the calls is logged as at full speed.
        command.args(["--logged-calls", "20"]);
    }
    Ok((Server::start(&mut command, addr, Duration::from_secs(300))?, admin))
}

fn resources(setup: &Setup, site: &Site<'_>) -> Outcome<String> {
    let mut text = format!("kind: upstream\nname: bench\nendpoints: [\"http://{}\"]\n", site.upstream);
    if setup.tls {
        let [cert, key, _] = site.certificate()?;
        let _ = write!(text, "---\nkind: certificate\nname: bench\ncert_file: {cert}\nkey_file: {key}\n");
    }
    let policies = match (setup.managed, setup.cache) {
        (true, _) => {
            "policies: [{ key-auth: {} }, { rate-limit: { limit: 1000000000, window: 1h, per: consumer } }]\n"
        }
        (false, true) => "policies: [{ cache: {} }]\n",
        (false, false) => "",
    };
    let mut route = |name: &str, path: &str| {
        let _ = write!(
            text,
            "---\nkind: route\nname: {name}\nmatch: {{ path: \"{path}\" }}\nupstream: bench\n{policies}"
        );
    };
    if setup.routes == 0 {
        route("all", "/*");
    }
    for n in 0..setup.routes {
        route(&format!("r{n}"), &format!("/r{n}/items"));
    }
    Ok(text)
}
