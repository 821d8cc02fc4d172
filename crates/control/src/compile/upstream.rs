//! What of an upstream can be checked by looking at it alone.

use model::{Balance, DnsRecords, Scheme, Timeouts, Upstream};
use url::Url;

use super::{Id, Report, pems::check_tls, resilience::check_resilience};

/// DNS servers of one name at most.
const MOST_SERVERS: usize = 8;
/// What is said of an address that no connection is opened to by default.
const NEARBY: &str = "is a link-local address or that of a metadata service: gateways connect to it only where their `allowed_link_local` names it";

/// Checks an upstream by itself; `prefix` is the field it stands in.
pub(crate) fn check_upstream(id: &Id, prefix: &str, upstream: &Upstream, report: &mut Report<'_>) {
    check_discovery(id, prefix, upstream, report);
    if upstream.endpoints.is_empty() && upstream.discovery.is_some() {
        // They are found.
    } else if upstream.endpoints.is_empty() {
        report.error(
            id,
            &format!("{prefix}endpoints"),
            "invalid-endpoint",
            "an upstream needs at least one endpoint",
        );
    } else if upstream.endpoints.iter().all(|endpoint| endpoint.weight == 0) {
        report.warning(
            id,
            &format!("{prefix}endpoints"),
            "no-endpoint",
            "every weight is 0, so that no endpoint takes requests",
        );
    }
    for (at, endpoint) in upstream.endpoints.iter().enumerate() {
        if let Err(message) = endpoint_url(&endpoint.url) {
            report.error(id, &format!("{prefix}endpoints[{at}]"), "invalid-endpoint", message);
        }
        if is_nearby(&endpoint.url) {
            report.warning(id, &format!("{prefix}endpoints[{at}]"), "link-local", NEARBY);
        }
        if endpoint.weight > 65_535 {
            report.error(
                id,
                &format!("{prefix}endpoints[{at}].weight"),
                "invalid-endpoint",
                "a weight is at most 65535",
            );
        }
    }
    check_hash_on(id, prefix, upstream, report);
    check_resilience(id, prefix, upstream, report);
    check_tls(id, prefix, upstream, report);
    let Timeouts { connect, read, total } = upstream.timeouts;
    for (field, span) in [("connect", connect), ("read", read), ("total", total)] {
        if span.0.is_zero() {
            report.error(
                id,
                &format!("{prefix}timeouts.{field}"),
                "invalid-timeout",
                "must be longer than `0s`",
            );
        }
    }
}

fn check_discovery(id: &Id, prefix: &str, upstream: &Upstream, report: &mut Report<'_>) {
    let Some(discovery) = &upstream.discovery else { return };
    for (at, server) in discovery.dns.iter().flat_map(|dns| dns.resolver.iter().enumerate()) {
        if model::is_link_local(server.ip()) {
            let field = format!("{prefix}discovery.dns.resolver[{at}]");
            report.warning(id, &field, "link-local", NEARBY);
        }
    }
    let mut wrong = |field: &str, message: &str| {
        report.error(id, &format!("{prefix}discovery{field}"), "invalid-discovery", message);
    };
    if discovery.file.is_none() && discovery.dns.is_none() {
        wrong("", "says neither `file` nor `dns`, so that nothing is found");
    }
    if let Some(file) = &discovery.file {
        if file.path.is_empty() || file.path.contains('\0') {
            wrong(".file.path", "a path, such as `/etc/pailou/orders.yaml`");
        }
        if file.interval.0.as_millis() < 100 {
            wrong(".file.interval", "must be at least `100ms`");
        }
    }
    if let Some(dns) = &discovery.dns {
        if !is_dns_name(&dns.name) {
            wrong(".dns.name", "not a name, such as `orders.internal` or `_http._tcp.orders.internal`");
        }
        match (dns.records, dns.port) {
            (_, Some(0)) => wrong(".dns.port", "port 0 cannot be called"),
            (DnsRecords::Srv, Some(_)) => {
                wrong(".dns.port", "says nothing with `type: srv`, which tells ports")
            }
            _ => {}
        }
        if dns.min_ttl.0.as_millis() < 100 {
            wrong(".dns.min_ttl", "must be at least `100ms`");
        }
        if dns.max_ttl < dns.min_ttl {
            wrong(".dns.max_ttl", "must not be shorter than `min_ttl`");
        }
        if dns.resolver.len() > MOST_SERVERS {
            wrong(".dns.resolver", "8 servers at most");
        }
        if dns.resolver.iter().any(|server| server.port() == 0) {
            wrong(".dns.resolver", "port 0 cannot be asked");
        }
        let is_named = upstream.tls.as_ref().is_some_and(|tls| tls.server_name.is_some() || !tls.verify);
        if dns.scheme == Scheme::Https && !is_named {
            wrong(".dns.scheme", "needs the `tls.server_name` that certificates are checked against");
        }
    }
}

/// Labels of 1 to 63 characters each, 253 in all (RFC 1035 §2.3.4); services begin with an underscore (RFC 2782).
fn is_dns_name(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let is_label = |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(is_plain);
    (1..=253).contains(&name.len()) && name.split('.').all(is_label)
}

fn check_hash_on(id: &Id, prefix: &str, upstream: &Upstream, report: &mut Report<'_>) {
    let hashes = upstream.balance == Balance::ConsistentHash;
    if hashes && upstream.hash_on.is_empty() {
        let message = "`consistent-hash` needs to know by what: `[consumer]`, `[ip]`, `[{ header: x-user }]` or `[{ cookie: session }]`";
        report.error(id, &format!("{prefix}hash_on"), "missing-hash-on", message);
    }
    if !hashes && !upstream.hash_on.is_empty() {
        let message = "says something with `balance: consistent-hash` only";
        report.error(id, &format!("{prefix}hash_on"), "unused-hash-on", message);
    }
    for (at, source) in upstream.hash_on.iter().enumerate() {
        if let Err((field, message)) = source.check() {
            report.error(id, &format!("{prefix}hash_on[{at}].{field}"), "invalid-hash-on", message);
        }
    }
}

/// Why requests cannot be sent to a URL. The URL is not repeated where it may carry a password.
pub(crate) fn endpoint_url(text: &str) -> Result<(), String> {
    let url =
        Url::parse(text).map_err(|error| format!("not a URL such as `http://10.0.0.1:9001` ({error})"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!(
            "`{}://` is not spoken here; an endpoint is `http://` or `https://`",
            url.scheme()
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(
            "an endpoint carries no user name or password; set a header by a policy instead".to_owned()
        );
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("an endpoint has no query and no fragment".to_owned());
    }
    if url.port() == Some(0) {
        return Err("port 0 cannot be called".to_owned());
    }
    Ok(())
}

/// Whether a URL has an address in it that no connection is opened to by default.
fn is_nearby(text: &str) -> bool {
    match url::Url::parse(text).ok().as_ref().and_then(url::Url::host) {
        Some(url::Host::Ipv4(v4)) => model::is_link_local(v4.into()),
        Some(url::Host::Ipv6(v6)) => model::is_link_local(v6.into()),
        _ => false,
    }
}
