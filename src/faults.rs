//! Named steps at which a test can have the process killed, to see what is left behind; and a clock that a test can have go wrong.
//! Without the feature `faults`, which no release has, a step is nothing at all, and the clock is the system's.

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

/// By how many microseconds this process's clock is off: with the feature `faults`, the seconds in `CONSIGNE_FAULTS_CLOCK`.
#[cfg(feature = "faults")]
pub fn clock_off() -> i64 {
    static OFF: std::sync::OnceLock<i64> = std::sync::OnceLock::new();
    let told = || std::env::var("CONSIGNE_FAULTS_CLOCK").ok()?.parse::<i64>().ok();
    *OFF.get_or_init(|| told().unwrap_or_default().saturating_mul(1_000_000))
}

/// By how many microseconds this process's clock is off: none.
#[cfg(not(feature = "faults"))]
pub const fn clock_off() -> i64 {
    0
}
