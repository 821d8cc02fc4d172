//! Ending: by a signal, or by a failure that is told to a person.

use tokio::signal::unix::{SignalKind, signal};

/// Why a command failed, as a person reads it.
#[derive(Debug)]
pub(crate) struct Failure(Vec<String>);

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Failure {
        Failure(vec![message.into()])
    }

    /// Several lines, each one finding, after them what they mean.
    pub(crate) fn lines(lines: impl IntoIterator<Item = String>) -> Failure {
        Failure(lines.into_iter().collect())
    }

    pub(crate) fn print(&self) {
        for line in &self.0 {
            eprintln!("{line}");
        }
    }
}

/// Waits for Ctrl-C or SIGTERM.
pub(crate) async fn requested() {
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        // Without signal handlers the process ends the way the system ends it.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

/// An error with its causes, outermost first.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        text.push_str(": ");
        text.push_str(&source.to_string());
        cause = source.source();
    }
    text
}
