//! How long things are kept, as the operator sets it and the holder is told.

/// Shortest time between closing and erasing, in days: the holder may come back on the decision.
pub const CLOSURE_DAYS_MIN: u16 = 30;
/// Longest: an erasure that was asked for must come.
pub const CLOSURE_DAYS_MAX: u16 = 365;
/// Notices of a long absence stay under this many months.
pub const NOTICE_MONTHS_MAX: u16 = 120;

/// Retention periods. Nothing here purges for inactivity: no such thing exists (CPCE D541, DOMAIN L12).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    /// Days between closing and erasing.
    pub closure_days: u16,
    /// Days that backups are kept.
    pub backup_days: u16,
    /// Days that the row of an ended session is kept.
    pub session_days: u16,
    /// Months of absence after which a notice is due, ascending; none for no notice.
    pub notice_months: Vec<u16>,
}

impl Default for Retention {
    fn default() -> Self {
        Self { closure_days: CLOSURE_DAYS_MIN, backup_days: 30, session_days: 1, notice_months: vec![9, 11, 12] }
    }
}

impl Retention {
    /// What is wrong with it: the name of each setting, and what it must be.
    pub fn mistakes(&self) -> Vec<(&'static str, String)> {
        let mut wrong = Vec::new();
        let mut bound = |name, value: u16, least: u16, most: u16| {
            if !(least..=most).contains(&value) {
                wrong.push((name, format!("must be between {least} and {most} days, not {value}")));
            }
        };
        bound("closure_days", self.closure_days, CLOSURE_DAYS_MIN, CLOSURE_DAYS_MAX);
        bound("backup_days", self.backup_days, 1, 365);
        bound("session_days", self.session_days, 1, 365);
        let ascends = self.notice_months.is_sorted_by(|a, b| a < b);
        let fits = self.notice_months.iter().all(|months| (1..=NOTICE_MONTHS_MAX).contains(months));
        if !ascends || !fits || self.notice_months.len() > 12 {
            let told = format!(
                "must be at most 12 numbers of months, each larger than the one before, up to {NOTICE_MONTHS_MAX}"
            );
            wrong.push(("notice_months", told));
        }
        wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_is_right_and_nonsense_is_told_all_at_once() {
        assert_eq!(Retention::default().mistakes(), []);
        assert_eq!(Retention { notice_months: Vec::new(), ..Retention::default() }.mistakes(), []);
        let nonsense = Retention { closure_days: 29, backup_days: 0, session_days: 0, notice_months: vec![9, 9] };
        let named: Vec<_> = nonsense.mistakes().into_iter().map(|(name, _)| name).collect();
        assert_eq!(named, ["closure_days", "backup_days", "session_days", "notice_months"]);
        for months in [vec![0], vec![12, 11], vec![121], (1..=13).collect()] {
            assert_eq!(Retention { notice_months: months, ..Retention::default() }.mistakes().len(), 1);
        }
    }
}
