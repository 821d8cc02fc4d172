//! What a gateway tells about itself, as the admin side says it.

use admin::{CertificateStatus, GatewayStatus, ListenerStatus, StoredResponses};
use cache::Outcome;
use jiff::Timestamp;
use proxy::Gateway;

pub(crate) fn status(gateway: &Gateway) -> GatewayStatus {
    let status = gateway.status();
    let listener = |of: proxy::Listening| ListenerStatus {
        name: of.name.to_string(),
        scheme: if of.tls { "https" } else { "http" }.to_owned(),
        address: of.address.to_string(),
        proxy_protocol: of.proxy_protocol,
        http3: of.http3,
    };
    let certificate = |of: proxy::CertificateStatus| {
        let time = |seconds| Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX);
        CertificateStatus {
            name: of.name.to_string(),
            hosts: of.hosts,
            subject: of.subject,
            issuer: of.issuer,
            serial: of.serial,
            chain: of.chain,
            stapled: of.stapled,
            is_default: of.is_default,
            not_before: time(of.not_before),
            not_after: time(of.not_after),
        }
    };
    GatewayStatus {
        ready: !status.draining,
        snapshot: status.snapshot,
        listeners: status.listeners.into_iter().map(listener).collect(),
        certificates: status.certificates.into_iter().map(certificate).collect(),
        connections: status.connections,
        accepted: status.accepted,
        shed: status.shed,
        workers: status.workers,
        draining: status.draining,
        responses: stored_responses(gateway),
    }
}

fn stored_responses(gateway: &Gateway) -> StoredResponses {
    let usage = gateway.stored_responses();
    let count = |outcome: &Outcome| (outcome.as_str().to_owned(), usage.counts.of(*outcome));
    StoredResponses {
        keys: usage.stored,
        memory: usage.bytes,
        evicted: usage.evicted,
        disk_keys: usage.on_disk,
        disk: usage.disk_bytes,
        disk_evicted: usage.disk_evicted,
        requests: Outcome::ALL.iter().map(count).collect(),
    }
}
