//! Whether the stores answer, felt once in a while: each probe writes to the disk, and anybody may ask.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::LockerError;

/// The last answer, and when it was got. The lock is held while the stores are asked: who comes meanwhile waits for that.
#[derive(Debug)]
pub(super) struct Pulse {
    last: Mutex<Option<(Instant, Result<(), LockerError>)>>,
    /// How long a good answer is given again.
    well: Duration,
    /// How long a bad one is: it is told quickly when all is well again.
    ill: Duration,
}

impl Default for Pulse {
    fn default() -> Self {
        Self { last: Mutex::default(), well: Duration::from_secs(5), ill: Duration::from_secs(1) }
    }
}

impl Pulse {
    /// The last answer, or a new one.
    pub(super) async fn feel(&self, ask: impl AsyncFnOnce() -> Result<(), LockerError>) -> Result<(), LockerError> {
        let mut last = self.last.lock().await;
        if let Some((at, answer)) = *last
            && at.elapsed() < if answer.is_ok() { self.well } else { self.ill }
        {
            return answer;
        }
        let answer = ask().await;
        *last = Some((Instant::now(), answer));
        answer
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    const LONG: Duration = Duration::from_hours(1);
    const NOT: Duration = Duration::ZERO;

    fn pulse(well: Duration, ill: Duration) -> Pulse {
        Pulse { last: Mutex::default(), well, ill }
    }

    async fn felt(pulse: &Pulse, asked: &AtomicU32, answer: Result<(), LockerError>) -> Result<(), LockerError> {
        let ask = async || {
            asked.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(50)).await;
            answer
        };
        pulse.feel(ask).await
    }

    #[tokio::test]
    async fn however_many_ask_the_stores_are_asked_once() {
        let (pulse, asked) = (Arc::new(pulse(LONG, LONG)), Arc::new(AtomicU32::new(0)));
        let everybody: Vec<_> = (0..100)
            .map(|_| {
                let (pulse, asked) = (Arc::clone(&pulse), Arc::clone(&asked));
                tokio::spawn(async move { felt(&pulse, &asked, Ok(())).await })
            })
            .collect();
        for one in everybody {
            assert_eq!(one.await.unwrap(), Ok(()));
        }
        assert_eq!(felt(&pulse, &asked, Err(LockerError::Away)).await, Ok(()), "the last answer");
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }

    /// A good answer that is over, a bad one that holds for a while.
    #[tokio::test]
    async fn a_failure_is_told_as_soon_as_it_is_felt() {
        let (pulse, asked) = (pulse(NOT, LONG), AtomicU32::new(0));
        assert_eq!(felt(&pulse, &asked, Ok(())).await, Ok(()));
        assert_eq!(felt(&pulse, &asked, Err(LockerError::Away)).await, Err(LockerError::Away));
        assert_eq!(felt(&pulse, &asked, Ok(())).await, Err(LockerError::Away), "for a moment");
        assert_eq!(asked.load(Ordering::SeqCst), 2);
        let usual = Pulse::default();
        assert!(usual.ill < usual.well && usual.well <= Duration::from_secs(10));
    }

    /// Whoever asks and goes away while the stores are asked leaves no answer, and nobody waiting.
    #[tokio::test]
    async fn who_leaves_in_the_middle_holds_up_nobody() {
        let (pulse, asked) = (pulse(LONG, LONG), AtomicU32::new(0));
        let short = Duration::from_millis(10);
        assert!(tokio::time::timeout(short, felt(&pulse, &asked, Ok(()))).await.is_err());
        assert_eq!(felt(&pulse, &asked, Ok(())).await, Ok(()));
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }
}
