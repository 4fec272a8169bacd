//! Keyed hashes (HMAC-SHA256 under the lookup key): to find a thing again without storing it. A thief of the database can't
//! try guesses against them, as they could against bare hashes.

use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::keys::{ContextBytes, Key};
use crate::domain::agreement::{AgreementFacts, KindTag};
use crate::domain::basis::Basis;
use crate::domain::code::Code;
use crate::domain::ids::{
    AgreementId, ContactId, DocumentId, InstitutionId, IssuedId, LockerId, MandateId, OrganisationId, PaperRequestId,
    PersonId, ShareId,
};
use crate::domain::mandate::{Helper, MandateFacts, scopes_to_bytes};
use crate::domain::notice::{Channel, SentCode};
use crate::domain::policy::WindowFacts;
use crate::domain::proof::{Claim, Prover};
use crate::domain::share::{Recipient, ShareFacts};
use crate::domain::source::Timestamp;
use crate::domain::taxonomy::Kind;

/// The lookup key.
#[derive(Debug)]
pub struct LookupKey(Key);

impl LookupKey {
    pub(in crate::vault) const fn new(key: Key) -> Self {
        Self(key)
    }

    fn hash(&self, context: ContextBytes) -> [u8; 32] {
        let message = context.done();
        // HMAC takes keys of any length.
        Hmac::<Sha256>::new_from_slice(self.0.bytes())
            .map_or([0; 32], |mac| mac.chain_update(&message).finalize().into_bytes().into())
    }

    /// What makes proofs of rows, with a key of its own.
    pub(in crate::vault) fn prover(&self) -> RowProver {
        RowProver(LookupKey(Key::from_bytes(self.hash(ContextBytes::new("row proofs")))))
    }

    /// What somebody signs in with: an issuer and the subject it gives.
    pub fn identity(&self, issuer: &str, subject: &str) -> [u8; 32] {
        self.hash(ContextBytes::new("identity").field(issuer.as_bytes()).field(subject.as_bytes()))
    }

    /// An `Idempotency-Key`, as one person sent it.
    pub fn repeat_key(&self, person: PersonId, key: &str) -> [u8; 32] {
        self.hash(ContextBytes::new("repeat").field(person.bytes()).field(key.as_bytes()))
    }

    /// What was asked with an `Idempotency-Key`: metadata and the content's SHA-256.
    pub fn fingerprint(&self, metadata: &[u8], sha256: &[u8; 32]) -> [u8; 32] {
        use sha2::Digest;
        let metadata: [u8; 32] = Sha256::digest(metadata).into();
        self.hash(ContextBytes::new("fingerprint").field(&metadata).field(sha256))
    }

    /// The code of an invitation.
    pub fn invitation(&self, code: &Code) -> [u8; 32] {
        self.hash(ContextBytes::new("invitation").field(code.as_str().as_bytes()))
    }

    /// A holder's code by which help is proposed.
    pub fn help_code(&self, code: &Code) -> [u8; 32] {
        self.hash(ContextBytes::new("help code").field(code.as_str().as_bytes()))
    }

    /// A backup code of somebody's second factor.
    pub fn backup_code(&self, person: PersonId, code: &Code) -> [u8; 32] {
        self.hash(ContextBytes::new("backup code").field(person.bytes()).field(code.as_str().as_bytes()))
    }

    /// The code that was sent to where a holder wants to be told of things.
    pub fn contact_code(&self, contact: ContactId, code: &SentCode) -> [u8; 32] {
        self.hash(ContextBytes::new("contact code").field(contact.bytes()).field(code.as_str().as_bytes()))
    }

    /// The code of the paper that says who helps: the same each time it is made for one mandate that rests on the same words, and nobody
    /// finds it without the key. The second value is the code's own keyed hash.
    pub fn attestation_of(&self, locker: LockerId, mandate: MandateId, words: &[u8; 32]) -> Option<(Code, [u8; 32])> {
        let blocks = (0_i64..8).flat_map(|number| {
            self.hash(
                ContextBytes::new("attestation code")
                    .field(locker.bytes())
                    .field(mandate.bytes())
                    .field(words.as_slice())
                    .number(number),
            )
        });
        let code = Code::of(blocks)?;
        let lookup = self.attestation(&code);
        Some((code, lookup))
    }

    /// The code of such a paper, as somebody typed it.
    pub fn attestation(&self, code: &Code) -> [u8; 32] {
        self.hash(ContextBytes::new("attestation").field(code.as_str().as_bytes()))
    }

    /// The code by which an institution's request reaches somebody.
    pub fn request_code(&self, code: &Code) -> [u8; 32] {
        self.hash(ContextBytes::new("request code").field(code.as_str().as_bytes()))
    }

    /// The request that a form makes: the same for the same form, sent again from the same office.
    pub fn asked_by_form(&self, office: OrganisationId, form: &[u8]) -> PaperRequestId {
        let full = self.hash(ContextBytes::new("asked by form").field(office.bytes()).field(form));
        PaperRequestId::from_uuid(
            uuid::Builder::from_random_bytes(full.first_chunk().copied().unwrap_or_default()).into_uuid(),
        )
    }

    /// The code of a share for somebody without an account.
    pub fn share_code(&self, code: &Code) -> [u8; 32] {
        self.hash(ContextBytes::new("share code").field(code.as_str().as_bytes()))
    }

    /// A surname with such a code, as `domain::surname` folds it.
    pub fn share_surname(&self, code: &Code, folded: &str) -> [u8; 32] {
        self.hash(ContextBytes::new("share surname").field(code.as_str().as_bytes()).field(folded.as_bytes()))
    }

    /// What a page's form gives, in a locker: the same form sent again gives the same, and nobody chooses the id of a share.
    pub fn share_of_form(&self, locker: LockerId, form: &[u8]) -> ShareId {
        let full = self.hash(ContextBytes::new("share form").field(locker.bytes()).field(form));
        ShareId::from_uuid(
            uuid::Builder::from_random_bytes(full.first_chunk().copied().unwrap_or_default()).into_uuid(),
        )
    }

    /// What tries from a place are counted under.
    pub fn tries_from(&self, origin: &[u8; 16]) -> [u8; 32] {
        self.hash(ContextBytes::new("share tries").field(origin))
    }

    /// An `Idempotency-Key`, as an institution's program sent it under an agreement.
    pub fn issued_repeat_key(&self, agreement: AgreementId, key: &str) -> [u8; 32] {
        self.hash(ContextBytes::new("issued repeat").field(agreement.bytes()).field(key.as_bytes()))
    }

    /// A kind of paper, as the row of an agreement names it.
    pub fn agreed_kind(&self, agreement: AgreementId, kind: Kind) -> KindTag {
        let full = self.hash(ContextBytes::new("agreed kind").field(agreement.bytes()).field(kind.code().as_bytes()));
        full.first_chunk().copied().unwrap_or_default()
    }

    /// What an institution knows a paper by that it deposited: nothing of the paper's own id, and another for each agreement.
    pub fn issued_id(&self, agreement: AgreementId, document: DocumentId) -> IssuedId {
        let full = self.hash(ContextBytes::new("issued paper").field(agreement.bytes()).field(document.bytes()));
        IssuedId::from_uuid(
            uuid::Builder::from_random_bytes(full.first_chunk().copied().unwrap_or_default()).into_uuid(),
        )
    }

    /// What a program names the proof by that it shows to get a token: it is taken once.
    pub fn assertion(&self, institution: InstitutionId, name: &str) -> [u8; 32] {
        self.hash(ContextBytes::new("assertion").field(institution.bytes()).field(name.as_bytes()))
    }

    /// Where a request came from, for counting refusals: 16 bytes of a network address' hash.
    pub fn origin(&self, address: &[u8]) -> [u8; 16] {
        let full = self.hash(ContextBytes::new("origin").field(address));
        full.first_chunk().copied().unwrap_or_default()
    }
}

/// Whom a mandate names: organisation, membership, person, each empty where there is none.
fn helper_in(context: ContextBytes, helper: &Helper) -> ContextBytes {
    match helper {
        Helper::Aidant(organisation, membership) => {
            context.field(organisation.bytes()).field(membership.bytes()).field(&[])
        }
        Helper::Desk(organisation) => context.field(organisation.bytes()).field(&[]).field(&[]),
        Helper::Relative(person) => context.field(&[]).field(&[]).field(person.bytes()),
    }
}

/// A window: what it rests on, its times, its token, and who has signed in, each empty or zero where there is none.
fn window_in(facts: &WindowFacts, token: Option<&[u8; 32]>) -> ContextBytes {
    let context = ContextBytes::new("windows")
        .field(facts.window.bytes())
        .field(facts.session.bytes())
        .field(facts.by.bytes())
        .field(facts.organisation.bytes())
        .field(facts.membership.bytes())
        .number(i64::from(facts.desk))
        .field(facts.mandate.bytes())
        .number(facts.opened_at.micros())
        .number(facts.granted_at.micros())
        .number(facts.until.micros())
        .number(facts.ended_at.map_or(0, Timestamp::micros))
        .field(token.map_or(&[], |token| token.as_slice()));
    match &facts.entered {
        Some(entered) => context
            .field(entered.locker.bytes())
            .field(entered.holder.bytes())
            .number(i64::from(entered.strength.number()))
            .number(entered.at.micros()),
        None => context.field(&[]).field(&[]).number(0).number(0),
    }
}

/// A mandate: everything that a decision looks at. When its holder confirmed it is named only where they did: proofs from before there
/// was paper stay valid.
fn mandate_in(facts: &MandateFacts<'_>, acknowledged_at: Option<Timestamp>) -> ContextBytes {
    let context = ContextBytes::new("mandates").field(facts.locker.bytes()).field(facts.mandate.bytes());
    let context = helper_in(context, &facts.helper)
        .number(facts.consent.number())
        .number(i64::from(facts.is_confirmed))
        .number(facts.from.micros())
        .number(facts.until.micros())
        .number(facts.ended_at.map_or(0, Timestamp::micros))
        .field(&scopes_to_bytes(facts.scopes));
    acknowledged_at.iter().fold(context, |context, at| context.number(at.micros()))
}

/// What was handed over: everything that a decision looks at.
fn share_in(facts: &ShareFacts<'_>) -> ContextBytes {
    let at = |at: Option<Timestamp>| at.map_or(0, Timestamp::micros);
    let context = ContextBytes::new("shares").field(facts.locker.bytes()).field(facts.share.bytes());
    // A code's fields are more, and of other lengths: no proof of one kind is one of the other.
    let context = match &facts.recipient {
        Recipient::Institution(institution, request) => context.field(institution.bytes()).field(request.bytes()),
        Recipient::Bearer(terms) => {
            let context = terms.names.iter().fold(context.field(&terms.lookup), |context, name| context.field(name));
            context.number(terms.days.map_or(-1, i64::from)).number(at(terms.used_at))
        }
    };
    let context = context
        .number(facts.from.micros())
        .number(facts.until.micros())
        .number(at(facts.paused_at))
        .number(at(facts.ended_at))
        // None is told apart from any number.
        .number(facts.readings_max.map_or(-1, i64::from))
        .number(facts.readings.into());
    facts.papers.iter().fold(context, |context, paper| {
        context.number(paper.place.into()).field(paper.document.bytes()).field(paper.version.bytes())
    })
}

/// That an institution may deposit: everything that a decision looks at.
fn agreement_in(facts: &AgreementFacts<'_>) -> ContextBytes {
    let context = ContextBytes::new("agreements")
        .field(facts.locker.bytes())
        .field(facts.agreement.bytes())
        .field(facts.institution.bytes())
        .number(facts.from.micros())
        .number(facts.until.micros())
        .number(facts.ended_at.map_or(0, Timestamp::micros))
        .number(facts.day)
        .number(facts.today.into())
        .number(i64::try_from(facts.bytes).unwrap_or(i64::MAX));
    facts.kinds.iter().fold(context, |context, kind| context.field(kind.as_slice()))
}

/// Proofs of rows: HMACs under a key derived from the lookup key.
#[derive(Debug)]
pub struct RowProver(LookupKey);

impl Prover for RowProver {
    #[expect(clippy::too_many_lines, reason = "a table: an arm for each kind of row")]
    fn prove(&self, claim: &Claim<'_>) -> [u8; 32] {
        self.0.hash(match claim {
            Claim::Identity { lookup, person } => {
                ContextBytes::new("identities").field(lookup.as_slice()).field(person.bytes())
            }
            Claim::Session {
                token,
                session,
                person,
                strength,
                expires_at,
                proven_at,
                seen_at,
                revoked_at,
                issuer,
                factor_at,
            } => ContextBytes::new("sessions")
                .field(token.as_slice())
                .field(session.bytes())
                .field(person.bytes())
                .number(i64::from(strength.number()))
                .number(expires_at.micros())
                .number(proven_at.micros())
                .number(seen_at.micros())
                .number(revoked_at.map_or(0, Timestamp::micros))
                .number(issuer.number())
                .number(factor_at.map_or(0, Timestamp::micros)),
            Claim::Membership { facts, noticed, invitation } => {
                let at = |at: Option<Timestamp>| at.map_or(0, Timestamp::micros);
                ContextBytes::new("memberships")
                    .field(facts.organisation.bytes())
                    .field(facts.membership.bytes())
                    .field(facts.person.as_ref().map_or(&[], |person| person.bytes().as_slice()))
                    .number(facts.roles.number())
                    .number(facts.invited_until.micros())
                    .number(at(facts.joined_at))
                    .number(at(facts.suspended_at))
                    .number(at(facts.left_at))
                    .number(facts.seen_at.micros())
                    .number(i64::from(*noticed))
                    .field(invitation.map_or(&[], |invitation| invitation.as_slice()))
            }
            Claim::Institution { facts, details } => {
                let context = ContextBytes::new("institutions")
                    .field(facts.institution.bytes())
                    .number(facts.errands.number())
                    .number(facts.suspended_at.map_or(0, Timestamp::micros))
                    .field(details);
                // Named only where there is one: proofs from before there were offices stay valid.
                match facts.office {
                    Some(office) => context.field(office.bytes()),
                    None => context,
                }
            }
            Claim::PaperRequest { facts, lookup, details } => ContextBytes::new("paper_requests")
                .field(facts.institution.bytes())
                .field(facts.request.bytes())
                .field(lookup.as_slice())
                .number(facts.made_at.micros())
                .number(facts.until.micros())
                .number(facts.stage.number())
                .number(facts.staged_at.micros())
                .field(facts.locker.as_ref().map_or(&[], |id| id.bytes().as_slice()))
                .field(facts.share.as_ref().map_or(&[], |id| id.bytes().as_slice()))
                .field(details),
            Claim::Share { facts, details, shown } => share_in(facts).field(details).field(shown),
            Claim::Webhook { facts } => ContextBytes::new("webhooks")
                .field(facts.institution.bytes())
                .field(facts.webhook.bytes())
                .number(facts.happened.number())
                .field(facts.request.bytes())
                .field(facts.share.as_ref().map_or(&[], |id| id.bytes().as_slice()))
                .number(facts.at.micros()),
            Claim::Agreement { facts, details } => agreement_in(facts).field(details),
            Claim::HelpCode { locker, lookup, until } => {
                ContextBytes::new("help_codes").field(locker.bytes()).field(lookup.as_slice()).number(until.micros())
            }
            Claim::Proposal { locker, mandate, helper, by, made_at, until, basis } => {
                let context = ContextBytes::new("proposals").field(locker.bytes()).field(mandate.bytes());
                let context =
                    helper_in(context, helper).field(by.bytes()).number(made_at.micros()).number(until.micros());
                // Named only where it is on paper: proofs from before there was paper stay valid.
                if *basis == Basis::Answer { context } else { context.number(basis.number()) }
            }
            Claim::Mandate { facts, acknowledged_at, words } => {
                mandate_in(facts, *acknowledged_at).field(words.as_slice())
            }
            Claim::Contact { locker, facts, details } => {
                let bytes = ContextBytes::new("contacts")
                    .field(locker.bytes())
                    .field(facts.contact.bytes())
                    .number(facts.channel.map_or(0, Channel::number))
                    .number(facts.made_at.micros())
                    .number(facts.confirmed_at.map_or(0, Timestamp::micros))
                    .number(i64::from(facts.tries))
                    .number(i64::try_from(facts.seen).unwrap_or(i64::MAX))
                    .field(details);
                // One from before there was such a date has none, and keeps its proof.
                match facts.look_at {
                    Some(at) => bytes.number(at.micros()),
                    None => bytes,
                }
            }
            Claim::Notice { facts, details } => ContextBytes::new("notices")
                .field(facts.locker.bytes())
                .field(facts.notice.bytes())
                .field(facts.contact.bytes())
                .number(facts.due_at.micros())
                .number(facts.stage.number())
                .number(i64::from(facts.tries))
                .field(details),
            Claim::Reminder { facts } => ContextBytes::new("reminders")
                .field(facts.organisation.bytes())
                .field(facts.membership.bytes())
                .number(i64::from(facts.months))
                .number(facts.due_at.micros())
                .number(facts.stage.number())
                .number(i64::from(facts.tries)),
            Claim::Attestation { locker, mandate, words, lookup, made_at } => ContextBytes::new("attestations")
                .field(locker.bytes())
                .field(mandate.bytes())
                .field(words.as_slice())
                .field(lookup.as_slice())
                .number(made_at.micros()),
            Claim::PaperCode { locker, lookup, until } => {
                ContextBytes::new("paper_codes").field(locker.bytes()).field(lookup.as_slice()).number(until.micros())
            }
            Claim::JudgmentCode { locker, lookup, until } => ContextBytes::new("judgment_codes")
                .field(locker.bytes())
                .field(lookup.as_slice())
                .number(until.micros()),
            Claim::Sheet { locker, mandate, sent_at, until, times } => ContextBytes::new("sheets")
                .field(locker.bytes())
                .field(mandate.bytes())
                .number(sent_at.micros())
                .number(until.map_or(0, Timestamp::micros))
                .number(i64::from(*times)),
            Claim::Visit { locker, facts } => ContextBytes::new("visits")
                .field(locker.bytes())
                .field(facts.visit.bytes())
                .field(facts.mandate.bytes())
                .field(facts.person.bytes())
                .field(facts.membership.as_ref().map_or(&[], |id| id.bytes().as_slice()))
                .number(facts.until.micros())
                .number(facts.ended_at.map_or(0, Timestamp::micros)),
            Claim::Deposit { facts } => {
                let (organisation, membership) = facts.member.unzip();
                ContextBytes::new("deposits")
                    .field(facts.locker.bytes())
                    .field(facts.version.bytes())
                    .field(facts.document.bytes())
                    .field(facts.person.bytes())
                    .field(organisation.as_ref().map_or(&[], |id| id.bytes().as_slice()))
                    .field(membership.as_ref().map_or(&[], |id| id.bytes().as_slice()))
                    .number(i64::try_from(facts.seq).unwrap_or(i64::MAX))
                    .number(facts.at.micros())
            }
            Claim::Window { facts, token } => window_in(facts, *token),
            Claim::Factor { person, created_at, confirmed_at, step, failures, failed_at, secret, codes } => {
                let row = ContextBytes::new("second_factors")
                    .field(person.bytes())
                    .number(created_at.micros())
                    .number(confirmed_at.map_or(0, Timestamp::micros))
                    .number(i64::try_from(*step).unwrap_or(i64::MAX))
                    .number(i64::from(*failures))
                    .number(failed_at.micros())
                    .field(secret);
                codes.iter().fold(row, |row, code| row.field(code))
            }
            Claim::NextFactor { person, session, begun_at, replaces, secret } => ContextBytes::new("next_factors")
                .field(person.bytes())
                .field(session.bytes())
                .number(begun_at.micros())
                .number(replaces.micros())
                .field(secret),
            Claim::Closure { locker, closed_at, erase_at } => {
                ContextBytes::new("closures").field(locker.bytes()).number(closed_at.micros()).number(erase_at.micros())
            }
            Claim::Erasure { locker, at } => ContextBytes::new("tombstones").field(locker.bytes()).number(at.micros()),
            Claim::Locker { locker, holder } => {
                ContextBytes::new("lockers").field(locker.bytes()).field(holder.bytes())
            }
        })
    }
}
