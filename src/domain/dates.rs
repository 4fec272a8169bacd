//! Of which dates a holder is told before they come: help that ends, papers that end (DOMAIN M13). Pure: today is given, and what was
//! told before.
//!
//! How long before its end a paper is told of is in `validity::notice_days`.

use jiff::ToSpan;
use serde::{Deserialize, Serialize};

use super::document::{Day, IdText};
use super::ids::{DocumentId, MandateId};
use super::source::Timestamp;

/// How many days before help ends its holder is told of it, the longest first.
pub const HELP_ENDS_IN: [i64; 3] = [30, 7, 1];
/// Papers in one message; those beyond are for the next day. It bounds what is kept of what was told, too.
pub const PAPERS_AT_ONCE: usize = 100;
/// When the journal alone brings the next look: no date is ahead.
pub const NO_DATE: Timestamp = Timestamp::from_micros(i64::MAX);

/// A paper, and the last day it is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperEnd {
    /// Which.
    pub document: IdText<DocumentId>,
    /// Its last day.
    pub last: Day,
}

/// A mandate, its end, and how many days before that end it was told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelpEnd {
    /// Which.
    pub mandate: IdText<MandateId>,
    /// The first moment after it, in microseconds.
    pub until: i64,
    /// One of [`HELP_ENDS_IN`].
    pub days: i64,
}

/// What was told of, so that it is told once. What is past is forgotten.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// Papers, each with the day that was told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub papers: Vec<PaperEnd>,
    /// Help, each with the end that was told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub help: Vec<HelpEnd>,
}

/// Help as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Help {
    /// The mandate.
    pub mandate: MandateId,
    /// The day it began.
    pub from: Day,
    /// Its last day.
    pub last: Day,
    /// The first moment after it.
    pub until: Timestamp,
    /// Whether it is in force now.
    pub is_active: bool,
}

impl Help {
    /// The days before its end at which it is told of. Help that is no longer than that was told of when it began.
    fn told_at(&self) -> impl Iterator<Item = i64> {
        let whole = days_between(self.from, self.last);
        HELP_ENDS_IN.into_iter().filter(move |days| *days < whole)
    }
}

/// A paper that has an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paper {
    /// Which.
    pub document: DocumentId,
    /// Its last day.
    pub last: Day,
    /// How many days before it is told of.
    pub days: i64,
}

/// What is to be told today, and when to look again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Help that ends soon, each for a message of its own.
    pub help: Vec<HelpEnd>,
    /// Papers that end soon, the nearest end first, all for one message.
    pub papers: Vec<PaperEnd>,
    /// What was told of, once this is.
    pub told: Before,
    /// The next day on which something is due, as far as is known today.
    pub next: Option<Day>,
}

fn days_between(from: Day, to: Day) -> i64 {
    from.date().until(to.date()).map_or(0, |span| i64::from(span.get_days()))
}

/// The day so many days before another.
fn before(day: Day, days: i64) -> Day {
    day.date().checked_sub(days.days()).map_or(day, Day::of)
}

fn sooner(next: &mut Option<Day>, day: Day) {
    if next.is_none_or(|next| day < next) {
        *next = Some(day);
    }
}

/// Plans. `papers`: those that are in their place; what is in the trash is told of to nobody, and looked at again when it comes back.
pub fn plan(today: Day, help: &[Help], papers: &[Paper], told: &Before) -> Plan {
    let mut plan = Plan { told: told.clone(), ..Plan::default() };
    plan.told.papers.retain(|paper| today <= paper.last);
    for help in help.iter().filter(|help| today <= help.last) {
        let end = (IdText(help.mandate), help.until.micros());
        let last_told = told.help.iter().filter(|told| (told.mandate, told.until) == end).map(|told| told.days).min();
        let left = days_between(today, help.last);
        // Of several that have come at once, the nearest end is told.
        let due = help.told_at().filter(|days| left <= *days).min();
        let is_new = |days: &i64| last_told.is_none_or(|told| *days < told);
        if let Some(days) = due.filter(|_| help.is_active).filter(is_new) {
            plan.help.push(HelpEnd { mandate: end.0, until: end.1, days });
        }
        for days in help.told_at().filter(|days| *days < left) {
            sooner(&mut plan.next, before(help.last, days));
        }
    }
    // What was told of help that is over, or has another end, is past.
    let stands = |told: &HelpEnd| {
        help.iter().any(|help| (IdText(help.mandate), help.until.micros()) == (told.mandate, told.until))
    };
    plan.told.help.retain(|told| stands(told) && !plan.help.iter().any(|new| new.mandate == told.mandate));
    plan.told.help.extend(&plan.help);

    let mut ahead: Vec<&Paper> = papers.iter().filter(|paper| today <= paper.last).collect();
    ahead.sort_by_key(|paper| (paper.last, paper.document));
    for paper in ahead {
        let end = PaperEnd { document: IdText(paper.document), last: paper.last };
        let due = before(paper.last, paper.days);
        if plan.told.papers.contains(&end) {
            continue;
        }
        if today < due {
            sooner(&mut plan.next, due);
        } else if plan.papers.len() < PAPERS_AT_ONCE {
            plan.papers.push(end);
        } else {
            sooner(&mut plan.next, today.date().tomorrow().map_or(today, Day::of));
        }
    }
    plan.told.papers.extend(&plan.papers);
    plan
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::source::Source;
    use proptest::prelude::*;

    fn day(at: i64) -> Day {
        Day::of(jiff::civil::date(2026, 11, 23).checked_add(at.days()).unwrap())
    }

    fn source() -> Source {
        Source::seeded(Timestamp::from_micros(0), [9; 32])
    }

    fn help(mandate: MandateId, from: i64, last: i64) -> Help {
        Help { mandate, from: day(from), last: day(last), until: Timestamp::from_micros(last), is_active: true }
    }

    /// The days on which something is told, when one looks on every day that the plan says.
    fn told_on(help: &[Help], papers: &[Paper]) -> Vec<(i64, Vec<i64>, usize)> {
        let (mut told, mut on, mut at) = (Before::default(), Vec::new(), 0);
        loop {
            let plan = plan(day(at), help, papers, &told);
            if !plan.help.is_empty() || !plan.papers.is_empty() {
                on.push((at, plan.help.iter().map(|end| end.days).collect(), plan.papers.len()));
            }
            told = plan.told;
            let Some(next) = plan.next else { return on };
            let next = days_between(day(0), next);
            assert!(next > at, "it goes on");
            at = next;
        }
    }

    #[test]
    fn help_is_told_of_at_each_of_its_times() {
        let mandate = MandateId::draw(&source());
        for (days, expected) in [
            (0, vec![]),
            (1, vec![]),
            (2, vec![(1, 1)]),
            (3, vec![(2, 1)]),
            (8, vec![(1, 7), (7, 1)]),
            (31, vec![(1, 30), (24, 7), (30, 1)]),
            (182, vec![(152, 30), (175, 7), (181, 1)]),
        ] {
            let on: Vec<_> =
                told_on(&[help(mandate, 0, days)], &[]).into_iter().map(|(at, days, _)| (at, days[0])).collect();
            assert_eq!(on, expected, "for {days} days");
        }
    }

    #[test]
    fn what_came_at_once_is_told_once_and_another_end_anew() {
        let mandate = MandateId::draw(&source());
        // Looked at for the first time five days before the end.
        let one = help(mandate, -100, 5);
        let first = plan(day(0), &[one], &[], &Before::default());
        assert_eq!((first.help[0].days, first.next), (7, Some(day(4))));
        assert!(plan(day(0), &[one], &[], &first.told).help.is_empty());
        // It ends two days sooner: that is another end.
        let narrowed = Help { last: day(3), until: Timestamp::from_micros(3), ..one };
        let anew = plan(day(1), &[narrowed], &[], &first.told);
        assert_eq!((anew.help[0].days, anew.told.help.len()), (7, 1));
        // What is not in force is not told, and its other times are looked at.
        let waits = Help { is_active: false, ..one };
        let none = plan(day(0), &[waits], &[], &Before::default());
        assert_eq!((none.help.len(), none.next), (0, Some(day(4))));
        // Stopped: nothing of it is kept.
        assert_eq!(plan(day(2), &[], &[], &anew.told), Plan::default());
    }

    #[test]
    fn papers_are_told_of_together_and_once_for_each_date() {
        let source = source();
        let (one, two) = (DocumentId::draw(&source), DocumentId::draw(&source));
        let paper = |document, last: i64| Paper { document, last: day(last), days: 90 };
        let first = plan(
            day(0),
            &[],
            &[paper(one, 90), paper(two, 10), paper(DocumentId::draw(&source), -1)],
            &Before::default(),
        );
        assert_eq!(first.papers.iter().map(|end| end.document.0).collect::<Vec<_>>(), [two, one]);
        assert_eq!(first.next, None);
        let again = plan(day(0), &[], &[paper(one, 90), paper(two, 200)], &first.told);
        assert_eq!((again.papers.len(), again.next), (0, Some(day(110))), "another date is another end");
        assert_eq!(plan(day(110), &[], &[paper(two, 200)], &again.told).papers.len(), 1);
        // Past: forgotten.
        assert_eq!(plan(day(91), &[], &[], &first.told).told, Before::default());
        // Very many: in several messages, none of them twice.
        let many: Vec<Paper> = (0..250).map(|_| paper(DocumentId::draw(&source), 5)).collect();
        assert_eq!(
            told_on(&[], &many).into_iter().map(|(at, _, papers)| (at, papers)).collect::<Vec<_>>(),
            [(0, 100), (1, 100), (2, 50)]
        );
    }

    proptest! {
        /// Whoever looks on the days that plans say tells as much as who looks every day.
        #[test]
        fn no_day_is_missed(ends in proptest::collection::vec((0_i64..200, 0_i64..300, 0_i64..100), 0..6), helps in proptest::collection::vec((0_i64..5, 0_i64..200), 0..4)) {
            let source = source();
            let papers: Vec<Paper> = ends.iter().map(|(last, _, days)| Paper { document: DocumentId::draw(&source), last: day(*last), days: *days }).collect();
            let help: Vec<Help> = helps.iter().map(|(from, long)| help(MandateId::draw(&source), -from, long - from)).collect();
            let planned = told_on(&help, &papers);
            let (mut told, mut daily) = (Before::default(), Vec::new());
            for at in 0..310 {
                let plan = plan(day(at), &help, &papers, &told);
                prop_assert!(plan.told.papers.iter().all(|paper| day(at) <= paper.last));
                if !plan.help.is_empty() || !plan.papers.is_empty() {
                    daily.push((at, plan.help.iter().map(|end| end.days).collect::<Vec<_>>(), plan.papers.len()));
                }
                told = plan.told;
            }
            prop_assert_eq!(planned, daily);
        }
    }
}
