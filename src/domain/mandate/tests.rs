//! Terms, status, scopes: to the microsecond, and never wider.

use super::*;
use crate::domain::source::Source;

const NOON: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);
const TICK: Duration = Duration::from_micros(1);

fn facts(source: &Source) -> MandateFacts<'static> {
    MandateFacts {
        mandate: MandateId::draw(source),
        locker: LockerId::draw(source),
        helper: Helper::Relative(PersonId::draw(source)),
        consent: Consent::OwnSession,
        scopes: &[],
        from: NOON,
        until: NOON.plus(PRESENT),
        ended_at: None,
        is_confirmed: true,
    }
}

#[test]
fn a_mandate_begins_and_ends_to_the_microsecond() {
    let mandate = facts(&Source::system());
    let at = |clock| mandate.status(Moment { now: clock, clock });
    assert_eq!(at(NOON.minus(TICK)), Status::ToCome);
    assert_eq!(at(NOON), Status::Active);
    assert_eq!(at(mandate.until.minus(TICK)), Status::Active);
    assert_eq!(at(mandate.until), Status::Expired);
}

#[test]
fn a_clock_that_leaps_opens_nothing_early_and_keeps_nothing_open() {
    let mandate = facts(&Source::system());
    // The journal stands at a time that the clock has not reached (again).
    let behind = Moment { now: NOON.plus(TICK), clock: NOON.minus(TICK) };
    assert_eq!(mandate.status(behind), Status::ToCome);
    let over = Moment { now: mandate.until, clock: NOON.plus(TICK) };
    assert_eq!(mandate.status(over), Status::Expired);
}

#[test]
fn what_was_stopped_stays_stopped_and_what_is_not_confirmed_waits() {
    let source = Source::system();
    let noon = Moment { now: NOON, clock: NOON };
    assert_eq!(MandateFacts { ended_at: Some(NOON), ..facts(&source) }.status(noon), Status::Ended);
    assert_eq!(MandateFacts { is_confirmed: false, ..facts(&source) }.status(noon), Status::Unconfirmed);
    let late = Moment { now: NOON.plus(DAY), clock: NOON.plus(DAY) };
    assert_eq!(MandateFacts { is_confirmed: false, ..facts(&source) }.status(late), Status::Expired);
}

#[test]
fn terms_are_those_offered_and_no_longer_than_their_consent_carries() {
    use Consent::{OwnSession, Paper, Window};
    for consent in [OwnSession, Window] {
        for days in TERMS {
            let until = NOON.plus(DAY.saturating_mul(u32::from(days)));
            assert_eq!(Term::Days(days).until(NOON, consent), Some(until));
        }
        let year = NOON.plus(DAY * 365);
        assert_eq!(Term::Until(year).until(NOON, consent), Some(year));
        assert_eq!(Term::Until(year.plus(TICK)).until(NOON, consent), None);
    }
    assert_eq!(Term::Days(31).until(NOON, Paper), Some(NOON.plus(DAY * 31)));
    assert_eq!(Term::Days(182).until(NOON, Paper), None);
    assert_eq!(Term::Until(NOON.plus(DAY * 31).plus(TICK)).until(NOON, Paper), None);
    assert_eq!(Term::Present.until(NOON, Paper), Some(NOON.plus(PRESENT)));
    let five_years = NOON.plus(DAY * 1_827);
    assert_eq!(Term::Until(five_years).until(NOON, Consent::Judgment), Some(five_years));
    assert_eq!(Term::Until(five_years.plus(TICK)).until(NOON, Consent::Judgment), None);
    assert_eq!(Term::Days(7).until(NOON, OwnSession), None);
    assert_eq!(Term::Until(NOON).until(NOON, OwnSession), None);
}

#[test]
fn narrowing_takes_away_and_adds_nothing() {
    use Permission::{List, Read};
    let source = Source::system();
    let reach = Reach::Collection(CollectionId::draw(&source));
    let scope = |reach, named: &[Permission]| Scope { reach, permissions: Permissions::of(named.iter().copied()) };
    let wide = [scope(reach, &[List]), scope(reach, &[Read])];
    assert!(is_narrower(&[scope(reach, &[List, Read])], &wide));
    assert!(is_narrower(&[], &wide));
    assert!(!is_narrower(&[scope(reach, &[List, Permission::Share])], &wide));
    // A single paper of that category is not named by it: it may stand elsewhere tomorrow.
    assert!(!is_narrower(&[scope(Reach::Document(DocumentId::draw(&source)), &[Read])], &wide));
}

#[test]
fn a_holder_may_keep_single_papers_of_what_was_a_category() {
    use Permission::{List, Read, Share};
    let source = Source::system();
    let (here, there) = (CollectionId::draw(&source), CollectionId::draw(&source));
    let (paper, other) = (DocumentId::draw(&source), DocumentId::draw(&source));
    let scope = |reach, named: &[Permission]| Scope { reach, permissions: Permissions::of(named.iter().copied()) };
    let wide = [scope(Reach::Collection(here), &[List, Read])];
    let stands = |document| (document == paper).then_some(here);
    let is_less = |narrow: &[Scope]| is_narrowing(narrow, &wide, stands);
    assert!(is_less(&[scope(Reach::Document(paper), &[List, Read])]));
    assert!(!is_less(&[scope(Reach::Document(paper), &[List, Share])]), "no more than was");
    assert!(!is_less(&[scope(Reach::Document(other), &[List])]), "a paper that stands elsewhere, or nowhere");
    assert!(!is_less(&[scope(Reach::Collection(there), &[List])]), "another category");
    assert!(!is_narrowing(&wide, &[scope(Reach::Document(paper), &[List, Read])], stands), "not back again");
}

#[test]
fn scopes_are_read_back_and_nothing_else_is() {
    let source = Source::system();
    let reach = [Reach::Collection(CollectionId::draw(&source)), Reach::Document(DocumentId::draw(&source))];
    let scopes = reach.map(|reach| Scope { reach, permissions: Permissions::of([Permission::Read]) });
    let bytes = scopes_to_bytes(&scopes);
    assert_eq!(scopes_from_bytes(&bytes).unwrap(), scopes);
    assert_eq!(scopes_from_bytes(&[]).unwrap(), []);
    let changed = |at: usize, to: u8| {
        let mut changed = bytes.clone();
        changed[at] = to;
        scopes_from_bytes(&changed)
    };
    assert_eq!((changed(0, 3), changed(17, 32), scopes_from_bytes(&bytes[..17])), (None, None, None));
    assert_eq!(scopes_from_bytes(&bytes.repeat(SCOPES_MAX)), None, "too many");
}

#[test]
fn permissions_are_read_back_and_nothing_else_is() {
    for bits in 0..=u8::MAX {
        assert_eq!(Permissions::from_bits(bits).map(Permissions::bits), (bits < 32).then_some(bits));
    }
    for permission in Permission::ALL {
        assert_eq!(Permission::from_code(permission.code()), Some(permission));
    }
}
