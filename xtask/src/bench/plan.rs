//! What is measured: scenarios, each a set of servers under the same load.

use super::{load::Load, peers::Peer};

/// How a server is set up. Every peer does the same work for the same setup.
#[derive(Clone, Copy)]
pub(crate) struct Setup {
    /// How many routes `/r{n}/items` there are; none: everything is passed on.
    pub(crate) routes: usize,
    /// How many callers with a key there are.
    pub(crate) keys: usize,
    /// A key is demanded, calls are limited per caller, and each leaves a line or an event.
    pub(crate) managed: bool,
    pub(crate) tls: bool,
    pub(crate) http2: bool,
    pub(crate) cache: bool,
    /// Pailou alone: the whole platform with its database, not the gateway from files.
    pub(crate) platform: bool,
}

impl Setup {
    pub(crate) const PLAIN: Setup =
        Setup { routes: 0, keys: 0, managed: false, tls: false, http2: false, cache: false, platform: false };

    const fn managed(routes: usize, keys: usize) -> Setup {
        Setup { routes, keys, managed: true, ..Setup::PLAIN }
    }
}

/// One line of a table.
pub(crate) struct Case {
    pub(crate) peer: Peer,
    /// What tells it from the other lines of its peer.
    pub(crate) what: &'static str,
    pub(crate) setup: Setup,
    pub(crate) load: Load,
}

/// One table.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    pub(crate) cases: Vec<Case>,
    /// The load is offered at a rate rather than as fast as it goes: what counts is latency.
    pub(crate) paced: bool,
}

pub(crate) const NAMES: [&str; 11] =
    ["plain", "guarded", "growth", "managed", "tls", "http2", "large", "cache", "many", "latency", "paced"];

/// A scenario beside these peers; the first line of a table is what the others are compared with.
pub(crate) fn scenario(name: &str, connections: u32, peers: &[Peer]) -> Option<Scenario> {
    let small = |connections| Load::Http1 { connections, path: "/items", routes: 0, keys: 0 };
    let keyed = |routes, keys| Load::Http1 { connections, path: "/items", routes, keys };
    let everyone = |setup: Setup, load: Load| {
        let cases = peers.iter().map(|&peer| Case { peer, what: "", setup, load: load.clone() });
        cases.collect::<Vec<_>>()
    };
    let ours = |what, setup, load| Case { peer: Peer::Pailou, what, setup, load };
    let nginx = Case { peer: Peer::Nginx, what: "plain", setup: Setup::PLAIN, load: small(connections) };
    let (what, cases) = match name {
        "plain" => {
            ("A reverse proxy and nothing else: 1 KiB of JSON.", everyone(Setup::PLAIN, small(connections)))
        }
        "guarded" => (
            "Pailou with key-auth, a rate limit per consumer, call events and metrics beside nginx as a plain proxy.",
            vec![
                nginx,
                ours("plain", Setup::PLAIN, small(connections)),
                ours("guarded: 10 routes, 10 keys", Setup::managed(10, 10), keyed(10, 10)),
                ours(
                    "guarded, whole platform on SQLite",
                    Setup { platform: true, ..Setup::managed(10, 10) },
                    keyed(10, 10),
                ),
            ],
        ),
        "growth" => (
            "What routes and keys cost; ten of each are busy unless said otherwise.",
            vec![
                ours("10 routes, 10 keys", Setup::managed(10, 10), keyed(10, 10)),
                ours("10,000 routes", Setup::managed(10_000, 10), keyed(10, 10)),
                ours("10,000 routes, all busy", Setup::managed(10_000, 10), keyed(10_000, 10)),
                ours("100,000 routes", Setup::managed(100_000, 10), keyed(10, 10)),
                ours("100,000 keys", Setup::managed(10, 100_000), keyed(10, 10)),
                ours("100,000 keys, 10,000 busy", Setup::managed(10, 100_000), keyed(10, 10_000)),
                ours("1,000,000 keys", Setup::managed(10, 1_000_000), keyed(10, 10)),
            ],
        ),
        "managed" => (
            "1,000 routes, 10,000 keys of which 200 are busy, a limit per consumer, and a line of a log or an event for every call.",
            everyone(Setup::managed(1_000, 10_000), keyed(1_000, 200)),
        ),
        "tls" => (
            "TLS from clients (ECDSA P-256), plain to the upstream.",
            everyone(Setup { tls: true, ..Setup::PLAIN }, small(connections)),
        ),
        "http2" => (
            "HTTP/2 in the clear from clients, 8 connections of 16 streams; HTTP/1.1 to the upstream.",
            everyone(
                Setup { http2: true, ..Setup::PLAIN },
                Load::Http2 { connections: 8, streams: 16, path: "/items" },
            ),
        ),
        "large" => (
            "Bodies of 100 KiB.",
            everyone(Setup::PLAIN, Load::Http1 { connections, path: "/large", routes: 0, keys: 0 }),
        ),
        "cache" => (
            "A hit of the cache, 1 KiB.",
            everyone(
                Setup { cache: true, ..Setup::PLAIN },
                Load::Http1 { connections, path: "/cached", routes: 0, keys: 0 },
            ),
        ),
        "many" => ("1,000 connections.", everyone(Setup::PLAIN, small(1_000))),
        "latency" => {
            let load = Load::Paced { connections: 16, per_second: 4_000, path: "/items", key: false };
            let mut cases =
                vec![Case { peer: Peer::Direct, what: "", setup: Setup::PLAIN, load: load.clone() }];
            cases.extend(everyone(Setup::PLAIN, load));
            ("4,000 requests a second over 16 connections, beside calls that meet no proxy.", cases)
        }
        "paced" => {
            let paced = |path, key| Load::Paced { connections: 64, per_second: 20_000, path, key };
            let kinds = [
                ("plain", Setup::PLAIN, paced("/items", false)),
                ("managed", Setup::managed(1_000, 10_000), paced("/r7/items", true)),
                ("TLS", Setup { tls: true, ..Setup::PLAIN }, paced("/items", false)),
                ("hit of the cache", Setup { cache: true, ..Setup::PLAIN }, paced("/cached", false)),
            ];
            let each = |(what, setup, load): (&'static str, Setup, Load)| {
                let case = move |&peer: &Peer| Case { peer, what, setup, load: load.clone() };
                peers.iter().map(case)
            };
            (
                "20,000 requests a second over 64 connections, which is less than any of them can: whose answers take longer at the same rate.",
                kinds.into_iter().flat_map(each).collect(),
            )
        }
        _ => return None,
    };
    let name = NAMES.into_iter().find(|known| *known == name)?;
    let cases = cases.into_iter().filter(|case| case.peer.can(&case.setup)).collect();
    Some(Scenario { name, what, cases, paced: matches!(name, "latency" | "paced") })
}
