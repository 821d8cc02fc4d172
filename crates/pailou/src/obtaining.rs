//! Certificates that authorities are asked for: what the crate `acme` is told of this process, and what it tells.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use acme::{Board, Obtainer, Posted, Standings};
use admin::ObtainedStatus;
use jiff::Timestamp;
use model::{OpenChallenge, Snapshot};
use proxy::Gateway;
use tokio::{sync::watch, task::JoinHandle};

/// Where in the data directory what was given is kept.
const FOLDER: &str = "acme";
/// How long gateways of other processes take at most to hear of a challenge: they ask, or look into the folder, four times a second.
const OTHERS: Duration = Duration::from_secs(2);

/// What is asked for by this process.
pub(crate) struct Obtaining {
    board: Board,
    standings: Standings,
}

/// Where what was given is kept.
pub(crate) fn folder(data: &Path) -> PathBuf {
    data.join(FOLDER)
}

impl Obtaining {
    /// Asks for what the snapshots want, until the task is ended. `paths` is what the paths of documents are relative to; `others` says
    /// that gateways of other processes have the same configuration.
    pub(crate) fn start(
        data: &Path,
        paths: PathBuf,
        gateway: Option<Arc<Gateway>>,
        others: bool,
        snapshots: watch::Receiver<Arc<Snapshot>>,
    ) -> (Obtaining, JoinHandle<()>) {
        let answer = gateway.map(|gateway| {
            let answer = move |open: &[OpenChallenge]| gateway.answer(open);
            Arc::new(answer) as Arc<dyn Fn(&[OpenChallenge]) + Send + Sync>
        });
        let board = Board::new(answer, if others { OTHERS } else { Duration::ZERO });
        let obtainer = Obtainer::new(folder(data), paths, board.clone());
        let standings = obtainer.standings();
        (Obtaining { board, standings }, tokio::spawn(obtainer.run(snapshots)))
    }

    pub(crate) fn posted(&self) -> Arc<Posted> {
        self.board.posted()
    }

    pub(crate) fn standings(&self) -> Standings {
        self.standings.clone()
    }
}

/// As the admin side says it.
pub(crate) fn status(standings: &Standings) -> Vec<ObtainedStatus> {
    let now = Timestamp::now();
    let time = |seconds| Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX);
    let status = |standing: acme::Standing| {
        let not_after = standing.not_after.map(time);
        ObtainedStatus {
            certificate: standing.certificate.to_string(),
            hosts: standing.hosts,
            directory: standing.directory,
            challenge: standing.challenge.as_str().to_owned(),
            state: match not_after {
                None => "awaited",
                Some(end) if end <= now => "expired",
                Some(_) => "valid",
            }
            .to_owned(),
            not_after,
            next_attempt: time(standing.next).max(now),
            failures: standing.failures,
            error: standing.error,
        }
    };
    standings.all().into_iter().map(status).collect()
}
