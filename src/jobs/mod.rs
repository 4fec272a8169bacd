//! The work that runs by itself: closing what nobody closed, removing what belongs to nothing, forgetting what ended, erasing
//! lockers whose closure is over, noting long absences, suspending members who are not active, telling holders of what happened, and servers of
//! institutions of what they asked for.
//!
//! When, not what: the work itself is in `locker`. To add a job: a line in `keep_up`.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use crate::locker::Lockers;

/// How often small upkeep runs.
const OFTEN: Duration = Duration::from_secs(30);
/// How often servers of institutions are told.
const SOON: Duration = Duration::from_secs(5);
/// How often blobs are swept.
const SELDOM: Duration = Duration::from_mins(10);

/// Runs until told to stop.
pub async fn run(lockers: Lockers, stop: watch::Receiver<bool>) {
    // Whoever carries notices may be slow: nothing else waits for that.
    tokio::join!(
        keep_up(lockers.clone(), stop.clone()),
        tell(lockers.clone(), stop.clone()),
        tell_members(lockers.clone(), stop.clone()),
        tell_institutions(lockers, stop)
    );
}

/// Tells servers of institutions of what they asked for.
async fn tell_institutions(lockers: Lockers, mut stop: watch::Receiver<bool>) {
    let mut soon = interval(SOON);
    soon.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = async { let _ = stop.wait_for(|stop| *stop).await; } => return,
            _ = soon.tick() => log("telling institutions", lockers.tell_institutions().await.map(|_| ())),
        }
    }
}

/// Writes to members of organisations who are not active.
async fn tell_members(lockers: Lockers, mut stop: watch::Receiver<bool>) {
    let mut often = interval(OFTEN);
    often.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = async { let _ = stop.wait_for(|stop| *stop).await; } => return,
            _ = often.tick() => log("telling members", lockers.tell_members().await.map(|_| ())),
        }
    }
}

/// Tells holders of what happened.
async fn tell(lockers: Lockers, mut stop: watch::Receiver<bool>) {
    let mut often = interval(OFTEN);
    often.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = async { let _ = stop.wait_for(|stop| *stop).await; } => return,
            _ = often.tick() => log("telling holders", lockers.tell_holders().await.map(|_| ())),
        }
    }
}

/// Everything else.
async fn keep_up(lockers: Lockers, mut stop: watch::Receiver<bool>) {
    let mut often = interval(OFTEN);
    let mut seldom = interval(SELDOM);
    often.set_missed_tick_behavior(MissedTickBehavior::Delay);
    seldom.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = async { let _ = stop.wait_for(|stop| *stop).await; } => return,
            _ = often.tick() => {
                log("closing", lockers.close_stale(false).await.map(|_| ()));
                log("expiry of mandates", lockers.note_expiries().await.map(|_| ()));
                log("offers that waited too long", lockers.forget_old_offers().await.map(|_| ()));
                // Before what is long over is forgotten.
                log("windows without an answer", lockers.note_windows_over().await.map(|_| ()));
                log("tidying", lockers.tidy().await);
                log("reporting in", lockers.report_in(false).await.map(|_| ()));
            }
            _ = seldom.tick() => {
                log("sweeping", lockers.sweep().await.map(|_| ()));
                log("erasing", lockers.erase_due().await.map(|_| ()));
                log("absences", lockers.note_absences().await.map(|_| ()));
                log("idle members", lockers.note_idle_members().await.map(|_| ()));
            }
        }
    }
}

fn log(job: &str, result: Result<(), crate::locker::LockerError>) {
    if let Err(error) = result {
        tracing::warn!(job, %error, "will be tried again");
    }
}
