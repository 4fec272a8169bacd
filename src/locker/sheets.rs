//! Consent on paper (decision 21): the sheet to print, its photo, a second person of the organisation, the holder's own word after. A
//! court's decision comes the same way, and nobody signs (decision 24).
//!
//! What the second person confirms is named by one sum: of the words that were printed and of the photo that was sent.

use sha2::{Digest, Sha256};

use super::consult::fold;
use super::decisions::{Checked, is_same_decision, is_whole, names_the_holder};
use super::mandates::ProposalView;
use super::{LockerError, Lockers};
use crate::access::{AtSheet, Caller, NewMandate, SheetTold};
use crate::domain::basis::Basis;
use crate::domain::code::Code;
use crate::domain::document::{FieldError, Sha256Sum};
use crate::domain::entry::{Object, Reason};
use crate::domain::help::{Agreed, Evidence, Proposed, SheetFields, Signed};
use crate::domain::ids::{LockerId, MandateId, OrganisationId, PersonId};
use crate::domain::mandate::{Helper, Term};
use crate::domain::organisation::Name;
use crate::domain::source::Timestamp;
use crate::store::grant::act;
use crate::store::mandates::ProposalRow;
use crate::store::sheets::SheetRow;
use crate::store::{keys, lockers};
use crate::vault::sealed::Place;
use crate::vault::{VaultError, intake};
use crate::words::Locale;

/// Largest photo of a sheet, in bytes.
pub const SHEET_BYTES: usize = 5 * 1024 * 1024;
/// What a sheet may be, by its content.
const KINDS: [&str; 6] = ["image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", "application/pdf"];

/// A photo that is sent.
#[derive(Debug)]
pub struct Photo {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// SHA-256 of the words that were printed.
    pub words: Sha256Sum,
    /// Whether they were read aloud to the holder.
    pub read_aloud: bool,
    /// Who translated them, if somebody did.
    pub interpreter: Option<Name>,
}

/// A photo as it is shown.
#[derive(Debug)]
pub struct Shown {
    /// What kind of file it is.
    pub media_type: String,
    /// SHA-256 of the file.
    pub sha256: Sha256Sum,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Shown {
    /// Whether a browser may show it in place.
    pub fn is_safe_to_show(&self) -> bool {
        intake::is_safe_to_show(&self.media_type)
    }
}

/// A sheet that waits, as members of the organisation see it. Whose locker it is, they are not told.
#[derive(Debug, Clone)]
pub struct SheetView {
    /// The proposal, with the words in the reader's language, or in that of the printed sheet once there is a photo.
    pub proposal: ProposalView,
    /// Who would help.
    pub helper: Helper,
    /// The language of the words.
    pub locale: Locale,
    /// Whether the reader proposed it themselves.
    pub is_own: bool,
    /// What was sent, if something was.
    pub sent: Option<Sent>,
}

/// What was sent.
#[derive(Debug, Clone)]
pub struct Sent {
    /// When.
    pub at: Timestamp,
    /// What describes it.
    pub fields: SheetFields,
    /// What confirming names: of the words and of the photo.
    pub evidence: Sha256Sum,
}

impl SheetView {
    /// What stands on the sheet, to tell it by: a few characters of its id.
    pub fn reference(&self) -> String {
        let id = self.proposal.mandate.to_string().to_uppercase();
        id.get(..8).map(|short| short.split_at(4)).map(|(a, b)| format!("{a}-{b}")).unwrap_or_default()
    }
}

/// What confirming a sheet names: of the words and of the photo.
fn evidence_of(words: Sha256Sum, photo: Sha256Sum) -> Sha256Sum {
    let mut sum = Sha256::new_with_prefix(b"consigne/sheet/v1");
    sum.update(words.bytes());
    sum.update(photo.bytes());
    Sha256Sum::from_bytes(sum.finalize().into())
}

/// What the entry by which a mandate began bears of what was agreed to.
pub(super) fn stated(evidence: &Evidence) -> Sha256Sum {
    evidence.sheet.as_ref().map_or(evidence.sha256, |signed| evidence_of(evidence.sha256, signed.sha256))
}

/// Where only confirming needs to be told anything.
fn nothing_told(_: &ProposalRow, _: OrganisationId, _: &[u8]) -> SheetTold {
    SheetTold::default()
}

const fn wrong(field: &'static str, error: FieldError) -> LockerError {
    LockerError::Field { field, error }
}

impl Lockers {
    /// Makes a code that the holder keeps on paper, for the day when they can't sign in.
    pub async fn make_paper_code(&self, caller: &Caller, locker: LockerId) -> Result<(Code, Timestamp), LockerError> {
        let code = Code::draw(self.source());
        let until = self.door().make_paper_code(caller, locker, self.0.vault.lookup().help_code(&code)).await?;
        Ok((code, until))
    }

    /// The same for help that a court decides.
    pub async fn make_judgment_code(
        &self,
        caller: &Caller,
        locker: LockerId,
    ) -> Result<(Code, Timestamp), LockerError> {
        let code = Code::draw(self.source());
        let until = self.door().make_judgment_code(caller, locker, self.0.vault.lookup().help_code(&code)).await?;
        Ok((code, until))
    }

    /// Withdraws it.
    pub async fn drop_judgment_code(&self, caller: &Caller, locker: LockerId) -> Result<(), LockerError> {
        self.door().drop_judgment_code(caller, locker).await?;
        Ok(())
    }

    /// The answer to somebody who asks for a code of no kind that there is: looking at the list tells a stranger from the holder.
    pub async fn no_such_code(&self, caller: &Caller, locker: LockerId) -> Result<(Code, Timestamp), LockerError> {
        self.help(caller, locker, Locale::default()).await?;
        Err(wrong("for", FieldError::UnknownKind))
    }

    /// Withdraws it.
    pub async fn drop_paper_code(&self, caller: &Caller, locker: LockerId) -> Result<(), LockerError> {
        self.door().drop_paper_code(caller, locker).await?;
        Ok(())
    }

    /// A proposal and its sheet, as members see them; none if it does not open.
    fn sheet_view(
        &self,
        locale: Locale,
        proposal: &ProposalRow,
        sheet: Option<&SheetRow>,
        is_own: bool,
    ) -> Option<SheetView> {
        let (mandate, helper) = (proposal.mandate, proposal.helper);
        let Some(sheet) = sheet else {
            let proposal = self.proposal_view(locale, proposal)?;
            return Some(SheetView { proposal, helper, locale, is_own, sent: None });
        };
        let fields = self.0.vault.open_sheet_details(mandate, &sheet.details).ok()?;
        let (locale, proposal) = self.accepted_words(proposal, fields.words)?;
        let evidence = evidence_of(fields.words, fields.sha256);
        Some(SheetView { proposal, helper, locale, is_own, sent: Some(Sent { at: sheet.sent_at, fields, evidence }) })
    }

    /// What the caller proposed on paper: what is to be printed.
    pub async fn own_sheet(
        &self,
        caller: &Caller,
        mandate: MandateId,
        locale: Locale,
    ) -> Result<SheetView, LockerError> {
        let waiting = self.door().own_on_paper(caller, mandate).await?;
        let view = self.proposal_view(locale, &waiting.proposal).ok_or(LockerError::Damaged)?;
        let sent = self.sheet_view(locale, &waiting.proposal, waiting.sheet.as_ref(), true).and_then(|view| view.sent);
        Ok(SheetView { proposal: view, helper: waiting.proposal.helper, locale, is_own: true, sent })
    }

    /// The SHA-256 of the words of a proposal of the caller's, in each language: what may have been printed.
    pub async fn own_words(
        &self,
        caller: &Caller,
        mandate: MandateId,
    ) -> Result<Vec<(Locale, Sha256Sum)>, LockerError> {
        let waiting = self.door().own_on_paper(caller, mandate).await?;
        let one = |locale| Some((locale, self.proposal_view(locale, &waiting.proposal)?.sha256));
        Ok(Locale::ALL.into_iter().filter_map(one).collect())
    }

    /// The sheets that wait in an organisation.
    pub async fn sheets(
        &self,
        caller: &Caller,
        organisation: OrganisationId,
        locale: Locale,
    ) -> Result<Vec<SheetView>, LockerError> {
        let (rows, person, is_referent) = self.door().sheets_in(caller, organisation).await?;
        // A court's decision is its proposer's business and the referents'.
        let is_theirs = |one: &&crate::access::WaitingSheet| {
            one.proposal.basis != Basis::Judgment || is_referent || one.proposal.by == person
        };
        let view = |one: &crate::access::WaitingSheet| {
            self.sheet_view(locale, &one.proposal, one.sheet.as_ref(), one.proposal.by == person)
        };
        Ok(rows.iter().filter(is_theirs).filter_map(view).collect())
    }

    /// How many sheets wait for a second person in each organisation whose members the caller manages.
    pub async fn sheets_to_check(&self, caller: &Caller) -> Result<Vec<(OrganisationId, u64)>, LockerError> {
        Ok(self.door().sheets_to_check(caller).await?)
    }

    /// Whether somebody may send a photo here at all, before a byte of it is read; gives who they are. A refusal goes through the door,
    /// which writes it down; a yes is asked for again with the photo.
    pub async fn may_send_sheet(&self, caller: &Caller, mandate: MandateId) -> Result<PersonId, LockerError> {
        let at: AtSheet<act::SendSheet> = self.door().at_sheet(caller, None, mandate, None, nothing_told).await?;
        Ok(at.proposal.by)
    }

    /// Keeps the photo of the signed sheet that the proposer sends. One sent before goes.
    pub async fn send_sheet(&self, caller: &Caller, mandate: MandateId, photo: Photo) -> Result<(), LockerError> {
        let Photo { bytes, words, read_aloud, interpreter } = photo;
        if bytes.len() > SHEET_BYTES {
            return Err(LockerError::TooLarge(u64::try_from(SHEET_BYTES).unwrap_or(u64::MAX)));
        }
        if bytes.is_empty() {
            return Err(LockerError::EmptyFile);
        }
        let head = bytes.get(..intake::SNIFF).unwrap_or(&bytes);
        let kind = intake::media_type(head).filter(|kind| KINDS.contains(kind)).ok_or(LockerError::KindOfFile)?;
        let fields = SheetFields {
            media_type: kind.to_owned(),
            size: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            sha256: Sha256Sum::from_bytes(Sha256::digest(&bytes).into()),
            words,
            read_aloud,
            interpreter,
        };
        let evidence = *evidence_of(words, fields.sha256).bytes();
        let refused = self.photo_refused(&bytes).await;
        let at: AtSheet<act::SendSheet> =
            self.door().at_sheet(caller, None, mandate, Some(evidence), nothing_told).await?;
        if let Some((error, reason)) = refused {
            self.door().refuse_at_sheet(caller, at, reason).await?;
            return Err(error);
        }
        if self.accepted_words(&at.proposal, words).is_none() {
            self.door().refuse_at_sheet(caller, at, Reason::BadField).await?;
            return Err(wrong("accepts", FieldError::OutOfDate));
        }
        // Nobody signs a court's decision: how its words were told is nobody's agreement.
        let fields = match at.proposal.basis {
            Basis::Judgment => SheetFields { read_aloud: false, interpreter: None, ..fields },
            Basis::Answer | Basis::Sheet => fields,
        };
        let (details, content) = self.0.vault.seal_sheet(mandate, &fields, &bytes)?;
        Ok(self.door().put_sheet(at, details, &content).await?)
    }

    /// Whether somebody bears the name of who proposed: two accounts of one person can't confirm each other. Two people of one name
    /// can't either.
    fn is_namesake(&self, name: &Name, proposal: &ProposalRow) -> bool {
        let place = Place::Proposal(proposal.mandate);
        let proposed: Result<Proposed, VaultError> = self.0.vault.open_in_directory(place, &proposal.details);
        proposed.map_or(true, |proposed| fold(proposed.helper.as_str()) == fold(name.as_str()))
    }

    /// Shows the photo of a sheet that waits to a second person.
    pub async fn see_sheet(
        &self,
        caller: &Caller,
        organisation: OrganisationId,
        mandate: MandateId,
    ) -> Result<Shown, LockerError> {
        let at = self.door().at_sheet(caller, Some(organisation), mandate, None, nothing_told).await?;
        let (grant, sheet, content) = self.door().see_sheet(at).await?;
        let opened = self.0.vault.open_waiting_sheet(&grant, mandate, (&sheet.details, &content));
        let (fields, bytes) = match opened {
            Ok(opened) => opened,
            Err(error) => return Err(self.damaged(caller, &grant, Object::Mandate(mandate), error).await),
        };
        Ok(Shown { media_type: fields.media_type, sha256: fields.sha256, bytes })
    }

    /// A second person confirms a sheet, by the sum of what they saw, and by what stands on it.
    pub async fn confirm_sheet(
        &self,
        caller: &Caller,
        organisation: OrganisationId,
        mandate: MandateId,
        checked: Checked<'_>,
    ) -> Result<(), LockerError> {
        let who = self.who(caller).await?;
        let name = super::organisations::name_of(&who.identity).ok_or(wrong("name", FieldError::Empty))?;
        let accepted =
            checked.accepts.map(|text| Sha256Sum::parse(text).map_err(|_| wrong("accepts", FieldError::NotAHash)));
        let evidence = match &accepted {
            Some(Ok(sum)) => Some(*sum.bytes()),
            Some(Err(_)) | None => None,
        };
        let told = |proposal: &ProposalRow, there: OrganisationId, details: &[u8]| SheetTold {
            is_namesake: self.is_namesake(&name, proposal),
            lets_judgments: self.organisation_fields(there, details).is_ok_and(|fields| fields.judgments),
        };
        let mut at: AtSheet<act::ConfirmSheet> =
            self.door().at_sheet(caller, Some(organisation), mandate, evidence, told).await?;
        let accepted = accepted.ok_or(wrong("accepts", FieldError::Missing)).flatten();
        let agreed = accepted.and_then(|accepted| self.agreed_on_paper(&at, accepted, name, &checked));
        let (agreed, term) = match agreed {
            Ok(agreed) => agreed,
            Err(error) => {
                self.door().refuse_at_sheet(caller, at, Reason::BadField).await?;
                return Err(error);
            }
        };
        // Before the name is compared: whose code it is is not told by an offer that can't begin any more.
        if term.until(crate::store::grant::Held::written(&at.pending).at, at.proposal.basis.consent()).is_none() {
            self.door().refuse_at_sheet(caller, at, Reason::MandateOver).await?;
            return Err(LockerError::Refused(Reason::MandateOver));
        }
        let sealed = self.door().sheet_content(&mut at).await?;
        let wraps = keys::of_locker(&mut at.tx, &at.pending).await?;
        let collections = lockers::collections(&mut at.tx, &at.pending).await?;
        let profile = lockers::profile(&mut at.tx, &at.pending).await?.ok_or(VaultError::Damaged)?;
        // A sheet of one person and the code of another: nobody's help begins by a mix-up.
        let holder = self.0.vault.holder_of(&at.pending, &wraps, &collections, &profile)?;
        if !names_the_holder(at.proposal.basis, &holder, &checked) {
            self.door().wrong_name(caller, at).await?;
            return Err(LockerError::Refused(Reason::WrongHolder));
        }
        let given = self.0.vault.give(&at.pending, &wraps, &collections, &profile, mandate, &agreed)?;
        let details = at.sheet.as_ref().map(|sheet| sheet.details.clone()).unwrap_or_default();
        let kept = self.0.vault.keep_sheet(&at.pending, &wraps, &collections, mandate, (&details, &sealed))?;
        let new = NewMandate {
            scopes: given.scopes,
            details: given.details,
            shown: given.shown,
            follows: None,
            replaces: false,
        };
        match self.door().give_on_paper(at, term, new, kept).await? {
            Some(_) => Ok(()),
            None => Err(LockerError::Refused(Reason::MandateOver)),
        }
    }

    /// What a confirmation makes of a sheet, if it names what was sent.
    fn agreed_on_paper(
        &self,
        at: &AtSheet<act::ConfirmSheet>,
        accepted: Sha256Sum,
        confirmed_by: Name,
        checked: &Checked<'_>,
    ) -> Result<(Agreed, Term), LockerError> {
        let sheet = at.sheet.as_ref().ok_or(LockerError::Refused(Reason::NoSheet))?;
        let fields = self.0.vault.open_sheet_details(at.proposal.mandate, &sheet.details)?;
        if evidence_of(fields.words, fields.sha256) != accepted {
            return Err(wrong("accepts", FieldError::OutOfDate));
        }
        let words = self.accepted_words(&at.proposal, fields.words);
        let (locale, view) = words.ok_or(LockerError::Damaged)?;
        // Asked at proposing; asked again where it counts.
        if !is_whole(at.proposal.basis, &view.proposed) {
            return Err(wrong("scope", FieldError::Empty));
        }
        if !is_same_decision(&view.proposed, checked) {
            return Err(wrong("measure", FieldError::Otherwise));
        }
        let confirmed_as = crate::store::grant::Held::help(&at.pending).and_then(|help| help.membership);
        let signed = Signed {
            sha256: fields.sha256,
            confirmed_by,
            confirmed_as: confirmed_as.map(|id| id.to_string()).unwrap_or_default(),
        };
        let evidence = Evidence {
            locale: locale.code().to_owned(),
            sha256: view.sha256,
            text: view.text,
            read_aloud: fields.read_aloud,
            interpreter: fields.interpreter,
            sheet: Some(signed),
        };
        let term = Term::from(view.proposed.term);
        Ok((Agreed { proposed: view.proposed, evidence, narrowed: None }, term))
    }

    /// A sheet is turned down by a second person, or taken back by who proposed.
    pub async fn refuse_sheet(
        &self,
        caller: &Caller,
        organisation: OrganisationId,
        mandate: MandateId,
    ) -> Result<(), LockerError> {
        let at = self.door().at_sheet(caller, Some(organisation), mandate, None, nothing_told).await?;
        Ok(self.door().drop_sheet(at).await?)
    }

    /// Shows the holder the photo of what was signed: of a mandate, or of a proposal that waits.
    pub async fn own_signed_sheet(
        &self,
        caller: &Caller,
        locker: LockerId,
        mandate: MandateId,
    ) -> Result<Shown, LockerError> {
        let (mut tx, pending, sheet, content, row) = self.door().begin_own_look(caller, locker, mandate).await?;
        let wraps = keys::of_locker(&mut tx, &pending).await?;
        let collections = lockers::collections(&mut tx, &pending).await?;
        let grant = self.door().commit(tx, pending).await?;
        let open = || -> Result<(SheetFields, Vec<u8>), VaultError> {
            // One that waits is of a proposal: put back beside the mandate, it is not what was confirmed.
            if sheet.until.is_some() && row.is_none() {
                return self.0.vault.open_waiting_sheet(&grant, mandate, (&sheet.details, &content));
            }
            let ring = self.0.vault.keyring(&grant, &wraps)?;
            let shelves = ring.shelves(&collections);
            let opened = ring.open_sheet(&shelves, mandate, (&sheet.details, &content))?;
            // What was confirmed names its photo: another one, put there since, is not it.
            let agreed = ring.open_mandate(&shelves, row.as_ref().ok_or(VaultError::Damaged)?)?;
            let is_it = agreed.evidence.sheet.is_some_and(|signed| signed.sha256 == opened.0.sha256);
            if is_it { Ok(opened) } else { Err(VaultError::Damaged) }
        };
        let (fields, bytes) = match open() {
            Ok(opened) => opened,
            Err(error) => return Err(self.damaged(caller, &grant, Object::Mandate(mandate), error).await),
        };
        Ok(Shown { media_type: fields.media_type, sha256: fields.sha256, bytes })
    }

    /// The holder confirms a mandate that was given on paper: they agree to its very words, by their SHA-256.
    pub async fn acknowledge_mandate(
        &self,
        caller: &Caller,
        locker: LockerId,
        mandate: MandateId,
        accepts: Option<&str>,
    ) -> Result<(), LockerError> {
        let accepted = accepts.map(|text| Sha256Sum::parse(text).map_err(|_| wrong("accepts", FieldError::NotAHash)));
        let evidence = match &accepted {
            Some(Ok(sum)) => *sum.bytes(),
            Some(Err(_)) | None => [0; 32],
        };
        let (mut tx, pending, row) = self.door().begin_acknowledging(caller, locker, mandate, evidence).await?;
        let wraps = keys::of_locker(&mut tx, &pending).await?;
        let collections = lockers::collections(&mut tx, &pending).await?;
        let agreed = self.0.vault.signed(&pending, &wraps, &collections, &row)?;
        let right = match accepted.ok_or(wrong("accepts", FieldError::Missing)) {
            Ok(Ok(sum)) if sum == agreed.evidence.sha256 => Ok(()),
            Ok(Ok(_)) => Err(wrong("accepts", FieldError::OutOfDate)),
            Ok(Err(error)) | Err(error) => Err(error),
        };
        if let Err(error) = right {
            drop(tx);
            self.door().note_other_sheet(caller, locker, mandate).await?;
            return Err(error);
        }
        Ok(self.door().acknowledge(tx, pending, row).await?)
    }

    /// Takes away the sheets and proposals that have waited too long. Gives how many.
    pub async fn forget_old_offers(&self) -> Result<u64, LockerError> {
        Ok(self.door().forget_old_offers().await?)
    }
}
