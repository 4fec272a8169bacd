//! Named steps at which a test can have the process killed, to see what is left behind. Without the feature `faults`, which
//! no release has, a step is nothing at all.

/// Marks a step. With the feature `faults`, and `CONSIGNE_KILL_AT` naming it, the process dies here as by `kill -9`.
#[inline]
pub fn step(name: &str) {
    #[cfg(feature = "faults")]
    if std::env::var_os("CONSIGNE_KILL_AT").is_some_and(|at| at == name) {
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    }
    #[cfg(not(feature = "faults"))]
    let _ = name;
}
