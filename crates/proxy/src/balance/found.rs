//! Endpoints that come and go while an upstream is in force.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use http::HeaderValue;
use policy::Time;
use tokio::time::timeout;

use super::{Balancer, Endpoint, Site, note::millis, ring, view::Member};
use crate::discovery::Found;

/// Numbers of sites that were found; those of the configuration count from the other end.
static NEXT: AtomicU64 = AtomicU64::new(1 << 63);

impl Balancer {
    /// These are the endpoints beside those that are listed. What is known of those that were there stays known.
    pub(crate) fn found(&self, found: &[Found], at: Time) {
        let before = self.sight.all();
        let (listed, earlier) = before.split_at(self.spec.endpoints.len());
        let known: HashMap<&str, &Member> =
            earlier.iter().map(|member| (&*member.endpoint.url, member)).collect();
        let mut members = listed.to_vec();
        members.reserve(found.len());
        let most = usize::from(u16::MAX).saturating_sub(members.len());
        for Found { endpoint, host, priority } in found.iter().take(most) {
            let read = || {
                let mut site = |tls: bool, host: &str, port: u16| {
                    let id = NEXT.fetch_add(1, Relaxed);
                    let toward = self.toward.clone().filter(|_| tls);
                    let protocol = self.spec.protocol;
                    Arc::new(Site { tls, host: host.to_owned(), port, id, protocol, toward, metadata: false })
                };
                let mut read = Endpoint::read(&endpoint.url, &mut site)?;
                if let Some(host) = host.as_deref().and_then(|host| HeaderValue::from_str(host).ok()) {
                    read.host = host;
                }
                Ok::<_, String>(Arc::new(if before.is_empty() { read } else { read.joins() }))
            };
            let made = match known.get(endpoint.url.as_str()) {
                Some(known) if is_host(&known.endpoint, host.as_deref()) => Ok(Arc::clone(&known.endpoint)),
                _ => read(),
            };
            match made {
                Ok(made) => members.push(Member {
                    endpoint: made,
                    weight: endpoint.weight.min(65_535),
                    zone: endpoint.zone.as_deref().map(Arc::from),
                    is_near: self.zone.is_some() && endpoint.zone == self.zone,
                    priority: *priority,
                }),
                Err(why) => self.tell(&endpoint.url, &why),
            }
        }
        let ring = ring(self.balance, &members);
        self.sight.replace(members.into(), ring, millis(at));
    }

    /// Endpoints were looked for.
    pub(crate) fn has_looked(&self) {
        self.looked.send_if_modified(|looked| !std::mem::replace(looked, true));
    }

    /// Waits until endpoints were looked for, for a while; whether there was something to wait for.
    pub(crate) async fn looks(&self, patience: Duration) -> bool {
        if *self.looked.borrow() {
            return false;
        }
        let mut looked = self.looked.subscribe();
        timeout(patience, looked.wait_for(|looked| *looked)).await.is_ok()
    }
}

/// Whether requests to it have the `Host` that was found.
fn is_host(endpoint: &Endpoint, host: Option<&str>) -> bool {
    host.is_none_or(|host| endpoint.host.as_bytes() == host.as_bytes())
}
