//! What the process itself has to say, on standard error.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::EnvFilter;

/// Starts logging at the level of `PAILOU_LOG` (`error`, `warn`, `info`, `debug`, or directives such as `proxy=debug`), as JSON where
/// `PAILOU_LOG_FORMAT=json`.
pub(crate) fn start(default: &str) {
    let filter = EnvFilter::try_from_env("PAILOU_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr).with_target(false);
    // A file or a collector would keep the colors as characters.
    let logs = logs.with_ansi(stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none());
    if std::env::var("PAILOU_LOG_FORMAT").is_ok_and(|format| format == "json") {
        let _ = logs.json().try_init();
    } else {
        let _ = logs.try_init();
    }
}
