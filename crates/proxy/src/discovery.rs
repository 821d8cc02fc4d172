//! Finds endpoints: in files, and by the addresses of names.

use std::{
    collections::BTreeSet,
    sync::{Arc, Weak},
    time::Duration,
};

use model::{Discovery, DnsDiscovery, FileDiscovery, tree};
use tokio::{
    io::AsyncReadExt,
    time::{Instant, sleep_until, timeout},
};

use crate::{background::Background, balance::Balancer};

/// Endpoints found by one source at most.
const MOST: usize = 4096;
/// The largest file, bytes.
const LARGEST: u64 = 1 << 20;
/// How long a source may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// An endpoint that was found.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found {
    pub(crate) endpoint: model::Endpoint,
    /// The `Host` of requests, where it is not the endpoint's own.
    pub(crate) host: Option<String>,
}

/// What one source said last.
#[derive(Default)]
struct Source {
    found: Vec<Found>,
    next: Option<Instant>,
    is_away: bool,
}

/// Finds the endpoints of an upstream for as long as it runs.
pub(crate) async fn follow(upstream: Weak<Balancer>, background: Arc<Background>) {
    let (mut file, mut dns) = (Source::default(), Source::default());
    let mut told = None;
    loop {
        let Some(running) = upstream.upgrade() else { return };
        let Some(Discovery { file: in_file, dns: by_name }) = running.spec.discovery.as_deref() else {
            return;
        };
        let whom = running.spec.name.as_ref().map(model::Name::as_str).unwrap_or_default();
        if let Some(rules) = in_file.as_ref().filter(|_| file.is_due()) {
            file.take(whom, in_a_file(rules).await, rules.interval.0);
        }
        if let Some(rules) = by_name.as_ref().filter(|_| dns.is_due()) {
            dns.take(whom, by_addresses(rules).await, rules.interval.0);
        }
        let found = [file.found.as_slice(), &dns.found].concat();
        // Before anything was found, what was known from before stays.
        let is_news = told.as_ref() != Some(&found) && !(told.is_none() && found.is_empty());
        let Some(at) = background.time() else { return };
        if is_news {
            running.found(&found, at);
            told = Some(found);
        }
        running.has_looked();
        drop(running);
        match file.next.into_iter().chain(dns.next).min() {
            Some(next) => sleep_until(next).await,
            None => return,
        }
    }
}

impl Source {
    fn is_due(&self) -> bool {
        self.next.is_none_or(|next| next <= Instant::now())
    }

    fn take(&mut self, whom: &str, result: Result<Vec<Found>, String>, interval: Duration) {
        self.next = Some(Instant::now() + interval);
        match result {
            Ok(mut found) => {
                if found.len() > MOST {
                    tracing::error!(
                        upstream = whom,
                        "more than {MOST} endpoints were found; the rest is left out"
                    );
                    found.truncate(MOST);
                }
                if self.is_away {
                    tracing::info!(upstream = whom, "endpoints are found again");
                }
                self.found = found;
                self.is_away = false;
            }
            Err(why) => {
                if !self.is_away {
                    tracing::error!(
                        upstream = whom,
                        "no endpoints can be found, what was known stays: {why}"
                    );
                }
                self.is_away = true;
            }
        }
    }
}

async fn in_a_file(rules: &FileDiscovery) -> Result<Vec<Found>, String> {
    let path = &rules.path;
    let wrong = |error: std::io::Error| format!("{path}: {error}");
    let read = async {
        let mut text = String::new();
        let file = tokio::fs::File::open(path).await?;
        file.take(LARGEST + 1).read_to_string(&mut text).await?;
        Ok(text)
    };
    let text = timeout(PATIENCE, read).await.map_err(|_| format!("{path}: it cannot be read in time"))?;
    let text = text.map_err(wrong)?;
    if text.len() as u64 > LARGEST {
        return Err(format!("{path}: it is larger than {}", model::ByteSize(LARGEST)));
    }
    // Whoever writes it may be in the midst of it.
    let mut documents =
        tree::parse(&text, path, tree::TreeLimits::default()).map_err(|finding| finding.to_string())?;
    let value = documents.pop().map(|document| document.to_value()).unwrap_or_default();
    let endpoints: Vec<model::Endpoint> =
        serde_path_to_error::deserialize(value).map_err(|error| format!("{path}: {error}"))?;
    Ok(endpoints.into_iter().map(|endpoint| Found { endpoint, host: None }).collect())
}

async fn by_addresses(rules: &DnsDiscovery) -> Result<Vec<Found>, String> {
    let DnsDiscovery { name, port, scheme, .. } = rules;
    let looked_up = timeout(PATIENCE, tokio::net::lookup_host((name.as_str(), *port))).await;
    let looked_up = looked_up.map_err(|_| format!("`{name}` was not looked up in time"))?;
    let addresses: BTreeSet<_> = looked_up.map_err(|error| format!("`{name}`: {error}"))?.collect();
    if addresses.is_empty() {
        return Err(format!("`{name}` has no addresses"));
    }
    let found = |address| Found {
        endpoint: model::Endpoint::at(format!("{}://{address}", scheme.as_str())),
        host: Some(format!("{name}:{port}")),
    };
    Ok(addresses.into_iter().map(found).collect())
}
