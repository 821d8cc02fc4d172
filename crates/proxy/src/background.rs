//! What runs beside exchanges for as long as an upstream does: checks of its endpoints, and finding them.

use std::sync::{Arc, Weak};

use policy::Time;
use tokio::{runtime::Handle, time::Instant};

use crate::{
    balance::Balancer,
    connect::Connector,
    names::Names,
    worker::{Shared, Worker},
};

/// Where what runs beside exchanges runs, and what with.
pub(crate) struct Background {
    handle: Handle,
    pub(crate) connector: Arc<Connector>,
    pub(crate) names: Arc<Names>,
    /// Not kept alive by what runs.
    shared: Weak<Shared>,
}

impl Background {
    /// On the runtime of this worker.
    pub(crate) fn new(handle: Handle, worker: &Worker) -> Arc<Background> {
        let connector = Arc::clone(&worker.connector);
        Arc::new(Background {
            handle,
            names: connector.names(),
            connector,
            shared: Arc::downgrade(&worker.shared),
        })
    }

    /// Begins what upstreams need.
    pub(crate) fn begin(self: &Arc<Self>, upstreams: Vec<Arc<Balancer>>) {
        for upstream in upstreams {
            upstream.begin(self);
        }
    }

    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) -> tokio::task::AbortHandle {
        self.handle.spawn(task).abort_handle()
    }

    /// The time; nothing once the gateway is gone.
    pub(crate) fn time(&self) -> Option<Time> {
        Some(self.shared.upgrade()?.clock.time(Instant::now()))
    }
}
