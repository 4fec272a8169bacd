//! Sealed fields: a value as JSON, padded, sealed under a key derived for fields alone, bound to its row. Format:
//! `docs/formats/sealed-fields.md`.

use hkdf::Hkdf;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::VaultError;
use super::keys::{Algorithm, ContextBytes, NamedKey};
use crate::domain::ids::{
    AgreementId, CollectionId, ContactId, DeploymentId, DocumentId, InstitutionId, LockerId, MandateId, MembershipId,
    NoticeId, OrganisationId, PaperRequestId, PersonId, SessionId, ShareId, VersionId, VisitId, WindowId,
};
use crate::domain::source::Source;

/// The version this program writes.
const FORMAT: u8 = 1;
/// Plain text is padded with spaces to a multiple of this many bytes, so that its length tells little.
const PAD: usize = 256;

/// Installation and locker (or the nil id) that a field belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// The installation.
    pub deployment: DeploymentId,
    /// The locker, or the nil id.
    pub scope: LockerId,
}

/// The column and row that a field belongs to.
#[derive(Debug, Clone, Copy)]
pub enum Place {
    /// `collections.label`.
    Label(CollectionId),
    /// `profiles.details`.
    Profile,
    /// `documents.details`.
    Document(DocumentId),
    /// `versions.details`.
    Version(DocumentId, VersionId),
    /// `acceptances.details`, by the entry that says so.
    Acceptance(u64),
    /// `sessions.details`.
    Session(SessionId),
    /// `organisations.details`.
    Organisation(OrganisationId),
    /// `institutions.details`.
    Institution(InstitutionId),
    /// `paper_requests.details`.
    PaperRequest(InstitutionId, PaperRequestId),
    /// `answers.details`.
    Answer(PaperRequestId),
    /// `shares.details`.
    Share(ShareId),
    /// `shares.shown`.
    Handed(LockerId, ShareId),
    /// `share_readers.details`, by the line of the reading.
    Reader(LockerId, u64),
    /// What somebody bears who came in by a code: in a cookie, or with their program; not in a row.
    Pass,
    /// `agreements.details`.
    Agreement(LockerId, AgreementId),
    /// `memberships.details`.
    Membership(OrganisationId, MembershipId),
    /// `work_addresses.details`.
    WorkAddress(PersonId),
    /// `second_factors.secret`.
    Factor(PersonId),
    /// `next_factors.secret`.
    NextFactor(PersonId),
    /// `proposals.details`.
    Proposal(MandateId),
    /// `mandates.details`.
    Mandate(MandateId),
    /// `mandates.shown`.
    Shown(MandateId),
    /// `visits.details`.
    Visit(VisitId),
    /// `sheets.details`.
    SheetDetails(MandateId),
    /// `sheets.content`.
    SheetContent(MandateId),
    /// `deposits.details`.
    Deposit(VersionId),
    /// `windows.details`.
    Window(WindowId),
    /// `windows.leaving`.
    Leaving(WindowId),
    /// `contacts.details`.
    Contact(ContactId),
    /// `notices.details`.
    Notice(NoticeId),
    /// What a holder typed on the page of messages, by their locker: in a cookie, not in a row.
    Typed(LockerId),
    /// What somebody said of how they read a proposal: kept so in a cookie, while they prove who they are.
    TypedAnswer(LockerId, MandateId),
    /// What a holder wrote of whom they give papers to, by their locker: in a cookie, not in a row.
    TypedGiving(LockerId),
    /// `sign_ins.details`, by its lookup: in a cookie, not in a row.
    SignIn([u8; 32]),
}

impl Place {
    fn bind(&self, context: ContextBytes) -> ContextBytes {
        match self {
            Self::Label(id) => context.field(b"collections.label").field(id.bytes()),
            Self::Profile => context.field(b"profiles.details"),
            Self::Document(id) => context.field(b"documents.details").field(id.bytes()),
            Self::Version(document, version) => {
                context.field(b"versions.details").field(document.bytes()).field(version.bytes())
            }
            Self::Acceptance(seq) => context.field(b"acceptances.details").field(&seq.to_be_bytes()),
            Self::Session(id) => context.field(b"sessions.details").field(id.bytes()),
            Self::Organisation(id) => context.field(b"organisations.details").field(id.bytes()),
            Self::Institution(id) => context.field(b"institutions.details").field(id.bytes()),
            Self::PaperRequest(institution, request) => {
                context.field(b"paper_requests.details").field(institution.bytes()).field(request.bytes())
            }
            Self::Answer(id) => context.field(b"answers.details").field(id.bytes()),
            Self::Share(id) => context.field(b"shares.details").field(id.bytes()),
            Self::Handed(locker, id) => context.field(b"shares.shown").field(locker.bytes()).field(id.bytes()),
            Self::Reader(locker, seq) => {
                context.field(b"share_readers.details").field(locker.bytes()).field(&seq.to_be_bytes())
            }
            Self::Pass => context.field(b"shares.pass"),
            Self::Agreement(locker, id) => context.field(b"agreements.details").field(locker.bytes()).field(id.bytes()),
            Self::Membership(organisation, membership) => {
                context.field(b"memberships.details").field(organisation.bytes()).field(membership.bytes())
            }
            Self::Proposal(id) => context.field(b"proposals.details").field(id.bytes()),
            Self::Mandate(id) => context.field(b"mandates.details").field(id.bytes()),
            Self::Shown(id) => context.field(b"mandates.shown").field(id.bytes()),
            Self::SheetDetails(id) => context.field(b"sheets.details").field(id.bytes()),
            Self::SheetContent(id) => context.field(b"sheets.content").field(id.bytes()),
            Self::Visit(id) => context.field(b"visits.details").field(id.bytes()),
            Self::Deposit(id) => context.field(b"deposits.details").field(id.bytes()),
            Self::Window(id) => context.field(b"windows.details").field(id.bytes()),
            Self::Leaving(id) => context.field(b"windows.leaving").field(id.bytes()),
            Self::WorkAddress(person) => context.field(b"work_addresses.details").field(person.bytes()),
            Self::Factor(person) => context.field(b"second_factors.secret").field(person.bytes()),
            Self::NextFactor(person) => context.field(b"next_factors.secret").field(person.bytes()),
            Self::Contact(id) => context.field(b"contacts.details").field(id.bytes()),
            Self::Notice(id) => context.field(b"notices.details").field(id.bytes()),
            Self::TypedAnswer(locker, mandate) => {
                context.field(b"proposals.typed").field(locker.bytes()).field(mandate.bytes())
            }
            Self::TypedGiving(locker) => context.field(b"shares.typed").field(locker.bytes()),
            Self::Typed(locker) => context.field(b"contacts.typed").field(locker.bytes()),
            Self::SignIn(lookup) => context.field(b"sign_ins.details").field(lookup),
        }
    }
}

fn context(key: &NamedKey, binding: &Binding, place: &Place, alg: u8) -> Vec<u8> {
    let context = ContextBytes::new("consigne/sealed/v1")
        .field(binding.deployment.bytes())
        .field(binding.scope.bytes())
        .number(key.kind().number())
        .field(key.id().bytes())
        .number(key.epoch())
        .number(i64::from(alg));
    place.bind(context).done()
}

fn field_key(key: &NamedKey) -> Result<Zeroizing<[u8; 32]>, VaultError> {
    let mut derived = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(None, key.key().bytes())
        .expand(b"consigne/sealed/v1", derived.as_mut_slice())
        .map_err(|_| VaultError::Failed)?;
    Ok(derived)
}

/// Seals a value at its place.
pub fn seal<T: Serialize>(
    key: &NamedKey,
    binding: &Binding,
    place: Place,
    value: &T,
    source: &Source,
) -> Result<Vec<u8>, VaultError> {
    let mut plain = Zeroizing::new(serde_json::to_vec(value).map_err(|_| VaultError::Failed)?);
    // JSON lets spaces follow a value.
    let padded = plain.len().max(1).next_multiple_of(PAD);
    plain.resize(padded, b' ');
    let alg = Algorithm::NEWEST;
    let bound = context(key, binding, &place, alg.number());
    let sealed = alg.seal(&*field_key(key)?, &bound, &plain, source)?;
    Ok([[FORMAT, alg.number()].as_slice(), &sealed].concat())
}

/// Opens a value at its place.
///
/// # Errors
/// [`VaultError::Damaged`] if it was changed, cut, or comes from another row, column, locker or installation.
pub fn open<T: DeserializeOwned>(
    key: &NamedKey,
    binding: &Binding,
    place: Place,
    sealed: &[u8],
) -> Result<T, VaultError> {
    let (&[format, alg], sealed) = sealed.split_first_chunk::<2>().ok_or(VaultError::Damaged)?;
    let algorithm = Algorithm::from_number(i64::from(alg)).ok_or(VaultError::Damaged)?;
    if format != FORMAT {
        return Err(VaultError::Damaged);
    }
    let bound = context(key, binding, &place, alg);
    let plain = algorithm.open(&*field_key(key)?, &bound, sealed)?;
    serde_json::from_slice(&plain).map_err(|_| VaultError::Damaged)
}
