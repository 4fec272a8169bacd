//! Rows that say who is who, and the proof that the service itself wrote them. Without it, whoever writes SQL could point an
//! identity, a session or a locker at another person, and the service would open for them what it keeps from them.

use std::fmt;

use super::agreement::AgreementFacts;
use super::basis::Basis;
use super::entry::Strength;
use super::ids::{LockerId, MandateId, PersonId, SessionId};
use super::institution::InstitutionFacts;
use super::mandate::{Helper, MandateFacts};
use super::notice::{ContactFacts, NoticeFacts};
use super::organisation::{MembershipFacts, ReminderFacts};
use super::person::IssuerKind;
use super::policy::{DepositFacts, VisitFacts, WindowFacts};
use super::request::RequestFacts;
use super::share::ShareFacts;
use super::source::Timestamp;
use super::webhook::WebhookFacts;

/// A row to be proven.
#[derive(Debug, Clone, Copy)]
pub enum Claim<'a> {
    /// A paper that says who helps, found by its code.
    Attestation {
        /// On which locker.
        locker: LockerId,
        /// Of which mandate.
        mandate: MandateId,
        /// SHA-256 of the words that it rested on.
        words: &'a [u8; 32],
        /// Keyed hash of the code.
        lookup: &'a [u8; 32],
        /// When it was made last.
        made_at: Timestamp,
    },
    /// Who signs in with this.
    Identity {
        /// HMAC of issuer and subject.
        lookup: &'a [u8; 32],
        /// Whose it is.
        person: PersonId,
    },
    /// Whose session this is.
    Session {
        /// SHA-256 of the cookie's value.
        token: &'a [u8; 32],
        /// The session.
        session: SessionId,
        /// Whose it is.
        person: PersonId,
        /// How surely the person was known.
        strength: Strength,
        /// End of its longest life.
        expires_at: Timestamp,
        /// When the person last proved who they are.
        proven_at: Timestamp,
        /// Last request. Bound, so that SQL can't keep a session awake, nor bring an old copy of its row back for long.
        seen_at: Timestamp,
        /// When it was ended, if it was.
        revoked_at: Option<Timestamp>,
        /// Which way they came in.
        issuer: IssuerKind,
        /// When they passed their second factor in it, if they did.
        factor_at: Option<Timestamp>,
    },
    /// Who belongs to an organisation, and how.
    Membership {
        /// All that a decision looks at.
        facts: &'a MembershipFacts,
        /// Months of inactivity that were last noted.
        noticed: u16,
        /// Keyed hash of the invitation's code, until it is used.
        invitation: Option<&'a [u8; 32]>,
    },
    /// A body that receives papers, and what it is registered for.
    Institution {
        /// All that a decision looks at.
        facts: &'a InstitutionFacts,
        /// The rest, sealed: its keys among it.
        details: &'a [u8],
    },
    /// What an institution asks somebody for.
    PaperRequest {
        /// All that a decision looks at.
        facts: &'a RequestFacts,
        /// Keyed hash of its code.
        lookup: &'a [u8; 32],
        /// The rest, sealed.
        details: &'a [u8],
    },
    /// What somebody handed over.
    Share {
        /// All that a decision looks at.
        facts: &'a ShareFacts<'a>,
        /// What it is, sealed for its holder.
        details: &'a [u8],
        /// The same, sealed for who receives it.
        shown: &'a [u8],
    },
    /// What waits to be told to an institution's server. When it is tried next is no part of it.
    Webhook {
        /// All of what is told.
        facts: &'a WebhookFacts,
    },
    /// That an institution may deposit.
    Agreement {
        /// All that a decision looks at.
        facts: &'a AgreementFacts<'a>,
        /// The rest, sealed.
        details: &'a [u8],
    },
    /// A code by which help is proposed, until when.
    HelpCode {
        /// On which locker.
        locker: LockerId,
        /// Keyed hash of the code.
        lookup: &'a [u8; 32],
        /// When it ends.
        until: Timestamp,
    },
    /// What somebody proposes.
    Proposal {
        /// On which locker.
        locker: LockerId,
        /// Which mandate it may become.
        mandate: MandateId,
        /// Whom it would name.
        helper: Helper,
        /// Who proposes.
        by: PersonId,
        /// When it was made.
        made_at: Timestamp,
        /// When it ends.
        until: Timestamp,
        /// On what it is to become a mandate.
        basis: Basis,
    },
    /// What lets a helper in.
    Mandate {
        /// Everything that a decision looks at.
        facts: &'a MandateFacts<'a>,
        /// When the holder confirmed it, if it was given on paper and they did.
        acknowledged_at: Option<Timestamp>,
        /// SHA-256 of the words that it rests on.
        words: &'a [u8; 32],
    },
    /// Where a holder wants to be told of things.
    Contact {
        /// On which locker.
        locker: LockerId,
        /// All that a decision looks at.
        facts: &'a ContactFacts,
        /// The rest, sealed.
        details: &'a [u8],
    },
    /// What waits to be sent to them.
    Notice {
        /// All that a decision looks at.
        facts: &'a NoticeFacts,
        /// What it tells, sealed.
        details: &'a [u8],
    },
    /// What waits to be sent to a member.
    Reminder {
        /// All of it.
        facts: &'a ReminderFacts,
    },
    /// A code that the holder keeps on paper, until when.
    PaperCode {
        /// On which locker.
        locker: LockerId,
        /// Keyed hash of the code.
        lookup: &'a [u8; 32],
        /// When it ends.
        until: Timestamp,
    },
    /// A code that the holder keeps for help that a court decides, until when.
    JudgmentCode {
        /// On which locker.
        locker: LockerId,
        /// Keyed hash of the code.
        lookup: &'a [u8; 32],
        /// When it ends.
        until: Timestamp,
    },
    /// A signed sheet.
    Sheet {
        /// On which locker.
        locker: LockerId,
        /// Of which mandate, or proposal of one.
        mandate: MandateId,
        /// When its photo was sent.
        sent_at: Timestamp,
        /// When it goes; none once its mandate was given.
        until: Option<Timestamp>,
        /// How often a photo was sent.
        times: u32,
    },
    /// A helper's time in a locker.
    Visit {
        /// In which.
        locker: LockerId,
        /// Everything that a decision looks at.
        facts: &'a VisitFacts,
    },
    /// Who added a version to a locker as a helper, and when: who may take it back.
    Deposit {
        /// Everything that a decision looks at.
        facts: &'a DepositFacts,
    },
    /// A time on an aidant's device in which a holder answers.
    Window {
        /// Everything that a decision looks at.
        facts: &'a WindowFacts,
        /// What its cookie's value is known by, once the holder has signed in.
        token: Option<&'a [u8; 32]>,
    },
    /// What proves who somebody is besides their issuer, and how many wrong codes came.
    Factor {
        /// Whose.
        person: PersonId,
        /// When its secret was drawn.
        created_at: Timestamp,
        /// When its first code came.
        confirmed_at: Option<Timestamp>,
        /// The last half-minute whose code was taken.
        step: u64,
        /// Wrong codes in a row.
        failures: u32,
        /// When the last of them came.
        failed_at: Timestamp,
        /// The sealed secret; nothing once it was taken away.
        secret: &'a [u8],
        /// What the printed codes that are left are found by, in order.
        codes: &'a [[u8; 32]],
    },
    /// A second factor that is to replace the one that stands, once its first code has come.
    NextFactor {
        /// Whose.
        person: PersonId,
        /// The session in which it was begun, and in which alone it is confirmed.
        session: SessionId,
        /// When it was begun.
        begun_at: Timestamp,
        /// When the secret was drawn that it is to replace: what is put back after it has served is about another one.
        replaces: Timestamp,
        /// The sealed secret.
        secret: &'a [u8],
    },
    /// That a locker is closed, and until when.
    Closure {
        /// The locker.
        locker: LockerId,
        /// When its holder closed it.
        closed_at: Timestamp,
        /// When it is to be erased.
        erase_at: Timestamp,
    },
    /// That a locker was erased (a tombstone, outside the database).
    Erasure {
        /// The locker.
        locker: LockerId,
        /// When.
        at: Timestamp,
    },
    /// Whose locker this is.
    Locker {
        /// The locker.
        locker: LockerId,
        /// Its holder.
        holder: PersonId,
    },
}

/// Makes proofs; whoever holds the keys gives one to the door.
pub trait Prover: fmt::Debug + Send + Sync {
    /// The proof of a row.
    fn prove(&self, claim: &Claim<'_>) -> [u8; 32];

    /// Whether a row bears its proof, compared in constant time.
    fn is_proven(&self, claim: &Claim<'_>, proof: &[u8]) -> bool {
        let right = self.prove(claim);
        let differences = right.iter().zip(proof).fold(0_u8, |all, (a, b)| all | (a ^ b));
        proof.len() == right.len() && std::hint::black_box(differences) == 0
    }
}
