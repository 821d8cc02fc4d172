//! A clock to set, a source of random numbers, and events.

use std::{
    net::{IpAddr, Ipv4Addr},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use analytics::{Analytics, Clock, Options};
use http::Method;
use model::{
    ExchangeEvent,
    event::{Detail, Fault, Spoken, Target},
};

/// A Tuesday, 22:13:20 UTC: not at the begin of anything.
pub(crate) const START: u64 = 1_700_000_000_000;

/// A clock that stands still until it is moved.
#[derive(Clone)]
pub(crate) struct Time(Arc<AtomicU64>);

impl Time {
    pub(crate) fn new() -> Time {
        Time(Arc::new(AtomicU64::new(START)))
    }

    pub(crate) fn now(&self) -> u64 {
        self.0.load(Relaxed)
    }

    pub(crate) fn pass(&self, ms: u64) {
        self.0.fetch_add(ms, Relaxed);
    }

    /// Default options under this clock; nothing happens by itself.
    pub(crate) fn options(&self) -> Options {
        let time = self.clone();
        Options { clock: Clock::new(move || time.now()), collect_every: None, ..Options::default() }
    }

    pub(crate) async fn open(&self, folder: &Path) -> Analytics {
        let analytics = Analytics::open(Some(&folder.join("analytics.db")), self.options()).await.unwrap();
        assert!(analytics.status().durable, "{:?}", analytics.status().error);
        analytics
    }
}

/// xorshift64*.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    pub(crate) fn one_of<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize].clone()
    }
}

pub(crate) fn target(service: &str, operation: &str) -> Arc<Target> {
    Arc::new(Target {
        key: service.into(),
        workspace: "default".into(),
        service: service.into(),
        operation: operation.into(),
        path: "/orders/v1/orders/{id}".into(),
    })
}

/// A plain 200 that took 10 ms, 8 of them upstream.
pub(crate) fn event(at: u64) -> ExchangeEvent {
    ExchangeEvent {
        at,
        target: Some(target("api/orders@v1", "getOrder")),
        caller: Some("consumer/ada".into()),
        subscription: None,
        plan: None,
        method: Method::GET,
        protocol: Spoken::Http11,
        status: 200,
        problem: None,
        fault: Fault::None,
        duration_us: 10_000,
        upstream_us: 8_000,
        bytes_in: 10,
        bytes_out: 1_000,
        attempts: 1,
        hedges: 0,
        branch: None,
        cache: None,
        breach: Default::default(),
        observed: None,
        detail: None,
    }
}

pub(crate) fn detail(path: &str) -> Box<Detail> {
    Box::new(Detail {
        request_id: "req-1".into(),
        trace_id: "4bf92f3577b34da6a3ce929d0e0e4736".into(),
        path: path.into(),
        host: "api.example.com".into(),
        client: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7)),
        user_agent: Some("curl/8.5".into()),
        endpoint: Some("http://127.0.0.1:9001".into()),
        cause: None,
    })
}
