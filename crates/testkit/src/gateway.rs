//! A gateway under test.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use http::Method;
use model::{EventSink, ExchangeEvent, Finding, Recorder, SignOut, Snapshot, standing::UpstreamStanding};
use policy::{Catalogue, LimitsExplained, LimitsQuestion};
use proxy::{Embedded, Wire};
use tokio::io::{DuplexStream, duplex};

use crate::{Call, Setup, Upstream, upstream::Upstreams};

/// A gateway with one API named `orders` that passes everything on to `echo`, guarded by policies in YAML.
///
/// # Panics
/// Where the policies cannot be built; the message says why.
#[track_caller]
pub fn gateway(catalogue: Catalogue, yaml: &str) -> Gateway {
    Setup::new(catalogue).api("orders", "/", "echo", yaml).start()
}

/// A gateway under test.
pub struct Gateway {
    pub(crate) embedded: Arc<Embedded>,
    snapshot: Mutex<Snapshot>,
    events: Events,
}

impl Gateway {
    #[track_caller]
    pub(crate) fn start(
        catalogue: Catalogue,
        snapshot: Snapshot,
        upstreams: HashMap<String, Upstream>,
    ) -> Gateway {
        let events = Events::default();
        let reach = Arc::new(Upstreams(upstreams));
        let embedded = Embedded::new(catalogue, Arc::new(snapshot.clone()), &events, reach)
            .unwrap_or_else(|findings| panic!("the snapshot cannot be run:\n{}", print(&findings)));
        Gateway { embedded: Arc::new(embedded), snapshot: Mutex::new(snapshot), events }
    }

    /// A connection of a client, to speak on byte by byte.
    pub fn connect(&self) -> DuplexStream {
        let (near, far) = duplex(64 << 10);
        tokio::spawn(self.embedded.serve(Wire::Memory(far), IpAddr::V4(Ipv4Addr::LOCALHOST)));
        near
    }

    pub fn get(&self, target: &str) -> Call<'_> {
        self.call(Method::GET, target)
    }

    pub fn post(&self, target: &str) -> Call<'_> {
        self.call(Method::POST, target)
    }

    pub fn delete(&self, target: &str) -> Call<'_> {
        self.call(Method::DELETE, target)
    }

    pub fn options(&self, target: &str) -> Call<'_> {
        self.call(Method::OPTIONS, target)
    }

    /// A call from 203.0.113.7 to the host `gateway.test`.
    pub fn call(&self, method: Method, target: &str) -> Call<'_> {
        Call::new(self, method, target, IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7)))
    }

    /// Moves the paused clock on.
    pub async fn advance(&self, by: Duration) {
        tokio::time::advance(by).await;
    }

    /// Which limits a request would touch.
    ///
    /// # Errors
    /// What of the question does not exist.
    pub fn explain_limits(&self, asked: &LimitsQuestion) -> Result<LimitsExplained, String> {
        self.embedded.explain_limits(asked)
    }

    /// How upstreams stand.
    pub fn upstreams(&self) -> Vec<UpstreamStanding> {
        self.embedded.upstreams(None, usize::MAX)
    }

    /// Sessions that ended before their time, since this was asked before.
    pub fn sign_outs(&self) -> Vec<SignOut> {
        self.embedded.take_sign_outs()
    }

    /// What exchanges have left so far.
    pub fn events(&self) -> Vec<ExchangeEvent> {
        self.events.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes the snapshot and puts it in force.
    ///
    /// # Errors
    /// What of it cannot be run; the one before stays in force.
    pub fn publish(&self, change: impl FnOnce(&mut Snapshot)) -> Result<(), Vec<Finding>> {
        let mut snapshot = self.snapshot.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = snapshot.clone();
        next.number += 1;
        change(&mut next);
        self.embedded.publish(Arc::new(next.clone()))?;
        *snapshot = next;
        Ok(())
    }
}

fn print(findings: &[Finding]) -> String {
    findings.iter().map(Finding::to_string).collect::<Vec<_>>().join("\n")
}

#[derive(Clone, Default)]
struct Events(Arc<Mutex<Vec<ExchangeEvent>>>);

impl Recorder for Events {
    fn sink(&self) -> Box<dyn EventSink> {
        Box::new(self.clone())
    }
}

impl EventSink for Events {
    fn record(&mut self, event: ExchangeEvent) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(event);
    }

    fn wants_detail(&mut self, _: u64) -> bool {
        true
    }
}
