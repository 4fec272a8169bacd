//! Papers that say who helps: made for the holder or for the helper themselves, checked by anybody who has the code.
//!
//! Who checks one has nothing to do with any locker: what they did is a line of the service's chain, whichever code it was, coalesced
//! like refusals are. They are told one of three words ([`Attested`]), read anew each time.

use super::{Ask, Caller, Door, Refusal, policy};
use crate::domain::entry::{Action, Object, Reason};
use crate::domain::ids::{LockerId, MandateId};
use crate::domain::mandate::{Helper, Status};
use crate::domain::organisation::MembershipFacts;
use crate::domain::policy::{Attested, AttestedFacts};
use crate::domain::source::Timestamp;
use crate::store::attestations::{self, AttestationRow};
use crate::store::grant::{Grant, Held, OpensFields, Pending, act};
use crate::store::mandates::MandateRow;
use crate::store::{StoreError, Tx, lockers, organisations};

/// A mandate that a paper is made of.
#[derive(Debug)]
pub struct Attesting {
    /// The right to open what it says; its entry is written, and not committed.
    pub pending: Pending<act::AttestMandate>,
    /// The mandate.
    pub mandate: MandateRow,
    /// Where it stands.
    pub status: Status,
    /// What whoever checks the paper at this moment is told.
    pub said: Attested,
    /// The moment of the entry.
    pub at: Timestamp,
}

impl Door {
    /// How somebody has a paper made of a mandate: its holder of any that has begun, who helps of the one they are visiting under.
    /// `lookup`: keyed hash of its code, by the words that the mandate rests on. `template`: SHA-256 of the words it is made by, for the entry.
    pub async fn begin_attesting(
        &self,
        caller: &Caller,
        (locker, mandate): (LockerId, MandateId),
        lookup: impl Fn(&[u8; 32]) -> Option<[u8; 32]>,
        template: [u8; 32],
    ) -> Result<(Tx, Attesting), Refusal> {
        let ask = Ask { object: Some(Object::Mandate(mandate)), evidence: Some(template), ..Ask::locker(locker) };
        let (mut tx, stand) = self.admitted::<act::AttestMandate>(caller, &ask).await?;
        let is_theirs = stand.help.as_ref().is_none_or(|help| help.mandate == mandate);
        let row = if is_theirs { self.mandate(&mut tx, &ask, mandate).await? } else { None };
        let Some(row) = row else {
            drop(tx);
            return self.no_mandate::<act::AttestMandate, _>(caller, locker).await;
        };
        // Before our own entry: the journal is read to its end, which is where others have left it.
        let told = self.as_told(&mut tx, &stand.tie, row.clone()).await?;
        // A row that the journal does not bear out is no ground for a paper: not even for one that says when it ended.
        if told.ended_at != row.ended_at {
            drop(tx);
            self.note_refused::<act::AttestMandate>(caller, &ask, Reason::Damaged).await?;
            return Err(Refusal::Denied(Reason::Damaged));
        }
        let status = row.facts().status(stand.moment);
        if matches!(status, Status::ToCome | Status::Unconfirmed) {
            drop(tx);
            self.note_refused::<act::AttestMandate>(caller, &ask, Reason::MandateToCome).await?;
            return Err(Refusal::Denied(Reason::MandateToCome));
        }
        let standing = self.standing(&mut tx, locker).await?.ok_or(StoreError::Damaged)?;
        let membership = self.place_of(&mut tx, &row).await?;
        let said = policy::attested(&AttestedFacts { standing, mandate: row.facts(), membership }, stand.moment);
        let made_at = stand.moment.clock;
        let pending = self.issue::<act::AttestMandate>(&mut tx, caller, &ask, stand).await?;
        let (words, lookup) = (row.words, lookup(&row.words).ok_or(StoreError::Other)?);
        let mut kept = AttestationRow { locker, mandate, words, lookup, made_at, proof: Vec::new() };
        kept.proof = self.prove(&kept.claim())?.to_vec();
        attestations::keep(&mut tx, &pending, &kept).await?;
        let at = pending.written().at;
        Ok((tx, Attesting { pending, mandate: row, status, said, at }))
    }

    /// The sealed civil identity of the granted locker's holder, under the entry of what says their name; without the locker's lock.
    pub async fn profile_of<A: OpensFields>(&self, grant: &Grant<A>) -> Result<Option<Vec<u8>>, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let profile = lockers::profile(&mut tx, grant).await?;
        tx.commit().await?;
        Ok(profile)
    }

    /// What may be said of the paper that bears a code, by the code's keyed hash; none: what was typed is no code. Asked too often from
    /// one place, there is no answer for a while, whatever the code.
    pub async fn check_attestation(&self, caller: &Caller, lookup: Option<&[u8; 32]>) -> Result<Attested, Refusal> {
        if self.is_checking_too_often(caller) {
            self.note_check(caller, Some(Reason::TooMany)).await?;
            return Err(Refusal::Denied(Reason::TooMany));
        }
        self.note_check(caller, None).await?;
        let mut tx = self.0.db.begin().await?;
        let row = match lookup {
            Some(lookup) => attestations::by_lookup(&mut tx, lookup).await?,
            None => None,
        };
        let Some(row) = row.filter(|row| self.is_proven(&row.claim(), &row.proof)) else {
            return Ok(Attested::Unknown);
        };
        let Some(tie) = self.believed(lockers::lock_for_upkeep(&mut tx, row.locker).await?) else {
            return Ok(Attested::Unknown);
        };
        // A mandate that is not there any more is one that was taken out by hand: no paper of it holds.
        let Some(mandate) = self.mandate(&mut tx, &Ask::locker(row.locker), row.mandate).await? else {
            return Ok(Attested::Ended);
        };
        let mandate = self.as_told(&mut tx, &tie, mandate).await?;
        // Narrowed since: the paper says more than is allowed.
        if mandate.words != row.words {
            return Ok(Attested::Ended);
        }
        let standing = self.standing(&mut tx, row.locker).await?.ok_or(StoreError::Damaged)?;
        let membership = self.place_of(&mut tx, &mandate).await?;
        let moment = tx.moment().await?;
        tx.commit().await?;
        Ok(policy::attested(&AttestedFacts { standing, mandate: mandate.facts(), membership }, moment))
    }

    /// The place of the aidant whom a mandate names, where it names one and we wrote the row.
    async fn place_of(&self, tx: &mut Tx, mandate: &MandateRow) -> Result<Option<MembershipFacts>, StoreError> {
        let row = match mandate.helper {
            Helper::Aidant(_, membership) => organisations::by_id(tx, membership).await?,
            Helper::Desk(_) | Helper::Relative(_) => None,
        };
        Ok(row.filter(|row| self.is_proven(&row.claim(), &row.proof)).map(|row| row.facts))
    }

    async fn note_check(&self, caller: &Caller, refused: Option<Reason>) -> Result<(), StoreError> {
        self.note_outside(caller, crate::domain::entry::Actor::Anonymous, Action::CheckAttestation, refused).await
    }
}
