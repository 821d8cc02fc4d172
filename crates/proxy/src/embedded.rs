//! A gateway within one runtime, over streams that are handed to it: for tests with a paused clock.

use std::{
    net::IpAddr,
    sync::{Arc, Mutex},
};

use model::{Finding, Recorder, SignOut, Snapshot, standing::UpstreamStanding};
use policy::{Catalogue, ClientCertificate, LimitsExplained, LimitsQuestion, SignOuts};
use tokio::{runtime::Handle, time::Instant};

use crate::{
    background::Background,
    build::Builder,
    connect::{Connector, Reach},
    serve::{Arrived, serve},
    wire::Wire,
    worker::{Shared, Worker, lock},
};

/// A gateway of one worker without threads or sockets of its own. It runs wherever its futures are polled.
pub struct Embedded {
    shared: Arc<Shared>,
    builder: Mutex<Builder>,
    worker: Arc<Worker>,
    background: Arc<Background>,
    sign_outs: Arc<SignOuts>,
}

impl Embedded {
    /// Makes a gateway that reaches its upstreams by `reach`. Must be called within a runtime.
    ///
    /// # Errors
    /// What of the snapshot cannot be run.
    pub fn new(
        catalogue: Catalogue,
        snapshot: Arc<Snapshot>,
        recorder: &dyn Recorder,
        reach: Arc<dyn Reach>,
    ) -> Result<Embedded, Vec<Finding>> {
        let mut builder = Builder::new(catalogue);
        let sign_outs = builder.sign_outs();
        let shared = Arc::new(Shared::new(builder.build(snapshot)?));
        let worker = Worker::new(Arc::clone(&shared), Connector::Within(reach), recorder.sink());
        let background = Background::new(Handle::current(), &worker);
        background.begin(builder.fresh());
        Ok(Embedded { shared, builder: Mutex::new(builder), worker, background, sign_outs })
    }

    /// See [`crate::Gateway::take_sign_outs`].
    pub fn take_sign_outs(&self) -> Vec<SignOut> {
        self.sign_outs.take()
    }

    /// Puts a snapshot in force.
    ///
    /// # Errors
    /// What of it cannot be run; the one before stays in force.
    pub fn publish(&self, snapshot: Arc<Snapshot>) -> Result<(), Vec<Finding>> {
        let mut builder = lock(&self.builder);
        let table = builder.build(snapshot)?;
        if self.shared.put(table) {
            self.worker.wake_all();
        }
        self.background.begin(builder.fresh());
        Ok(())
    }

    /// Which limits a request would touch; see [`crate::Gateway::explain_limits`].
    ///
    /// # Errors
    /// What of the question does not exist.
    pub fn explain_limits(&self, asked: &LimitsQuestion) -> Result<LimitsExplained, String> {
        lock(&self.builder).explain_limits(asked, self.shared.clock.time(Instant::now()))
    }

    /// How upstreams stand; see [`crate::Gateway::upstreams`].
    pub fn upstreams(&self, key: Option<&str>, most: usize) -> Vec<UpstreamStanding> {
        let at = self.shared.clock.time(Instant::now());
        lock(&self.builder).standing(key, at, most)
    }

    /// Serves one connection of a client at `peer`, HTTP/1.1 or HTTP/2 as it begins, to its end.
    pub fn serve(&self, wire: Wire, peer: IpAddr) -> impl Future<Output = ()> + Send + use<> {
        serve(Arrived::plain(wire, peer), Arc::clone(&self.worker))
    }

    /// As [`Embedded::serve`], for a client that has shown a certificate.
    pub fn serve_with(
        &self,
        wire: Wire,
        peer: IpAddr,
        certificate: Arc<ClientCertificate>,
    ) -> impl Future<Output = ()> + Send + use<> {
        let arrived = Arrived { secure: true, certificate: Some(certificate), ..Arrived::plain(wire, peer) };
        serve(arrived, Arc::clone(&self.worker))
    }
}
