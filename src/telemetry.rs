//! Logs: structured, on standard error, without names, titles, tokens or keys. `CONSIGNE_LOG` filters them.

use tracing_subscriber::EnvFilter;

/// Starts logging; `json` for machines.
pub fn start(json: bool, usual: &str) {
    let filter = EnvFilter::try_from_env("CONSIGNE_LOG").unwrap_or_else(|_| EnvFilter::new(usual));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process (tests) keeps the first.
    let _ = if json { logs.json().try_init() } else { logs.try_init() };
}
