//! `pailou status`: what runs, and what is amiss.

use model::Finding;
use serde_json::Value;

use super::{client::Client, print};
use crate::{
    command::{Output, RemoteArgs},
    shutdown::Failure,
};

pub(crate) fn status(args: &RemoteArgs) -> Result<(), Failure> {
    let client = Client::new(&args.remote, args.print.output)?;
    let system = client.get("system")?;
    match args.print.output {
        Output::Json => print::json(&system),
        Output::Text => lines(&system).iter().for_each(|line| println!("{line}")),
    }
    Ok(())
}

fn lines(system: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (gateway, store) = (&system["gateway"], &system["store"]);
    let fips = if system["fips"] == true { ", cryptography of a FIPS 140-3 module" } else { "" };
    let mut lines = vec![format!(
        "Pailou {}{fips}, role {}, since {}",
        text(&system["version"]),
        text(&system["role"]),
        text(&system["started_at"])
    )];
    let (latest, runs) = (&store["snapshot"], &gateway["snapshot"]);
    lines.push(match (&system["role"], gateway["ready"] == true) {
        (role, _) if role == "control" => {
            format!("Configuration: snapshot {latest}; no gateway in this process")
        }
        (_, false) => format!("Configuration: snapshot {latest}; the gateway takes no requests"),
        (_, true) if latest == runs => format!("Configuration: snapshot {latest}, in force"),
        (_, true) => format!("Configuration: snapshot {latest}; the gateway still runs {runs}"),
    });
    if gateway["draining"] == true {
        lines.push("The gateway takes no new connections: it is being stopped".to_owned());
    }
    for one in each(&system["gateways"]) {
        let (name, version, seen) = (text(&one["name"]), text(&one["version"]), at(&one["seen_at"]));
        let (snapshot, requests) = (&one["snapshot"], &one["requests"]);
        lines.push(format!(
            "Gateway {name}: version {version}, snapshot {snapshot}, told of {requests} calls, last at {seen}"
        ));
    }
    for one in each(&gateway["listeners"]) {
        let http3 = if one["http3"] == true { ", HTTP/3" } else { "" };
        let proxy = if one["proxy_protocol"] == true { ", PROXY protocol" } else { "" };
        let (name, scheme, address) = (text(&one["name"]), text(&one["scheme"]), text(&one["address"]));
        lines.push(format!("Listener {name}: {scheme}://{address}{http3}{proxy}"));
    }
    for one in each(&gateway["certificates"]) {
        let default = if one["is_default"] == true { ", the default" } else { "" };
        let (name, hosts, until) = (text(&one["name"]), list(&one["hosts"]), text(&one["not_after"]));
        lines.push(format!("Certificate {name}: {hosts}, valid until {until}{default}"));
    }
    for one in each(&system["acme"]) {
        let (name, directory) = (text(&one["certificate"]), text(&one["directory"]));
        let until = one["not_after"].as_str().map(|until| format!(" until {until}")).unwrap_or_default();
        let (state, next) = (text(&one["state"]), text(&one["next_attempt"]));
        lines.push(format!("ACME {name}: {state}{until}; {directory} is asked next at {next}"));
        if let Some(error) = one["error"].as_str() {
            let times = match one["failures"].as_u64() {
                Some(1) => "once".to_owned(),
                _ => format!("{} times in a row", one["failures"]),
            };
            lines.push(format!("  failed {times}: {error}"));
        }
    }
    if let Some(error) = system["analytics"]["error"].as_str() {
        lines.push(format!("Analytics goes on in memory alone: {error}"));
    }
    let counts = each(&store["resources"]).iter().filter(|one| one["count"] != 0);
    let plural = |one: &Value| if one["count"] == 1 { "" } else { "s" };
    let counts: Vec<_> =
        counts.map(|one| format!("{} {}{}", one["count"], text(&one["kind"]), plural(one))).collect();
    if !counts.is_empty() {
        lines.push(format!("Resources: {}", counts.join(", ")));
    }
    let unresolved: Vec<Finding> = serde_json::from_value(store["unresolved"].clone()).unwrap_or_default();
    lines.extend(unresolved.iter().map(|finding| format!("Not in effect: {finding}")));
    lines
}

fn each(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// A time in milliseconds since 1970, as RFC 3339 to the second.
fn at(value: &Value) -> String {
    let time = jiff::Timestamp::from_millisecond(value.as_i64().unwrap_or_default());
    time.map(|time| time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default()
}

fn list(value: &Value) -> String {
    let names: Vec<_> = each(value).iter().filter_map(Value::as_str).collect();
    if names.is_empty() { "any host".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_amiss_is_told_beside_what_runs() {
        let system = json!({
            "version": "1.2.3", "role": "all", "fips": false, "started_at": "2026-11-30T12:00:00Z",
            "gateway": {
                "ready": true, "snapshot": 6, "draining": false,
                "listeners": [{ "name": "https", "scheme": "https", "address": "0.0.0.0:8443", "http3": true, "proxy_protocol": false }],
                "certificates": [{ "name": "shop", "hosts": ["a.example.com", "b.example.com"], "not_after": "2027-01-01T00:00:00Z", "is_default": true }],
            },
            "gateways": [{ "name": "edge-1", "version": "1.2.2", "snapshot": 6, "seen_at": 1_700_000_000_123_u64, "requests": 12 }],
            "acme": [{
                "certificate": "inside", "directory": "https://ca.example.com/dir", "state": "awaited", "not_after": null,
                "next_attempt": "2026-11-30T12:05:00Z", "failures": 2, "error": "it could not reach the host",
            }],
            "store": { "snapshot": 7, "resources": [{ "kind": "api", "count": 3 }, { "kind": "plan", "count": 0 }], "unresolved": [] },
        });
        assert_eq!(
            lines(&system),
            [
                "Pailou 1.2.3, role all, since 2026-11-30T12:00:00Z",
                "Configuration: snapshot 7; the gateway still runs 6",
                "Gateway edge-1: version 1.2.2, snapshot 6, told of 12 calls, last at 2023-11-14T22:13:20Z",
                "Listener https: https://0.0.0.0:8443, HTTP/3",
                "Certificate shop: a.example.com, b.example.com, valid until 2027-01-01T00:00:00Z, the default",
                "ACME inside: awaited; https://ca.example.com/dir is asked next at 2026-11-30T12:05:00Z",
                "  failed 2 times in a row: it could not reach the host",
                "Resources: 3 apis",
            ]
        );
    }
}
