//! The door: opening, recording, asking, closing.

use std::{path::Path, sync::Arc};

use model::event::{EventSink, Recorder};

use crate::{
    CallPage, CallQuery, Error, Options, Status, TopQuery, TopRow, Traffic, TrafficQuery, Usage, UsageQuery,
    query::Call,
};

/// Takes events from every worker and answers questions about them. Cheap to clone.
#[derive(Clone)]
pub struct Analytics {
    #[expect(dead_code, reason = "the collector reads it")]
    options: Arc<Options>,
}

impl Analytics {
    /// Opens analytics over a database file, made if absent, or in memory only (`None`). Call it on a tokio runtime, where
    /// the collector then runs.
    ///
    /// # Errors
    /// [`Error::Database`] if the file is there and cannot be opened as a database of ours.
    pub async fn open(_path: Option<&Path>, options: Options) -> Result<Analytics, Error> {
        Ok(Analytics { options: Arc::new(options) })
    }

    /// Drains the rings into memory. The collector does it by itself unless [`Options::collect_every`] is `None`.
    pub fn collect(&self) {}

    /// Drains the rings and writes what changed. The collector does it by itself once a second.
    pub async fn flush(&self) {}

    /// Stops the collector and writes everything. Events recorded after that are dropped, and counted.
    pub async fn shutdown(&self) {}

    /// The metrics of this process since it started, in Prometheus' text format 0.0.4.
    pub fn metrics_text(&self) -> String {
        String::new()
    }

    /// How analytics itself is doing.
    pub fn status(&self) -> Status {
        Status::default()
    }

    /// Traffic of a workspace over time.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a question that makes no sense, [`Error::Database`] where the database cannot be read.
    pub async fn traffic(&self, _workspace: &str, _query: &TrafficQuery) -> Result<Traffic, Error> {
        Ok(Traffic::default())
    }

    /// What of a workspace has the most requests.
    ///
    /// # Errors
    /// As [`Analytics::traffic`].
    pub async fn top(&self, _workspace: &str, _query: &TopQuery) -> Result<Vec<TopRow>, Error> {
        Ok(Vec::new())
    }

    /// Logged calls of a workspace, the newest first.
    ///
    /// # Errors
    /// As [`Analytics::traffic`].
    pub async fn calls(&self, _workspace: &str, _query: &CallQuery) -> Result<CallPage, Error> {
        Ok(CallPage::default())
    }

    /// One logged call of a workspace.
    ///
    /// # Errors
    /// As [`Analytics::traffic`].
    pub async fn call(&self, _workspace: &str, _id: &str) -> Result<Option<Call>, Error> {
        Ok(None)
    }

    /// Who of a workspace used how much; exact.
    ///
    /// # Errors
    /// As [`Analytics::traffic`].
    pub async fn usage(&self, _workspace: &str, _query: &UsageQuery) -> Result<Usage, Error> {
        Ok(Usage::default())
    }
}

impl Recorder for Analytics {
    fn sink(&self) -> Box<dyn EventSink> {
        Box::new(model::event::NoRecorder)
    }
}
