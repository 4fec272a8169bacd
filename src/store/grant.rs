//! A right as a value (DESIGN §2): which action, on which locker, with the entry that says so.
//!
//! [`Pending`] exists inside the transaction that wrote the entry; [`Grant`] once that transaction is committed. Neither can
//! be made, copied or aimed elsewhere outside this crate; inside it only `access` makes them (a test holds that), and it
//! can't without an [`Allowed`], which only `domain::policy` gives. A paper's content opens with a `Grant` that names
//! [`act::ReadContent`], and with nothing else. To add an action: a line in `acts!`.

use std::fmt;
use std::marker::PhantomData;

use super::documents::Paper;
use super::entries::{self, Written};
use super::help_codes::HelpCodeRow;
use super::keys::{WithShelves, WrapRow};
use super::{StoreError, Tx, offering};
use crate::domain::entry::{Action, Actor, Ground, Line};
use crate::domain::ids::{LockerId, PersonId, SessionId, ShareId};
use crate::domain::policy::Allowed;

mod by;
mod shortcuts;

pub use by::{Help, Issuer};

mod sealed {
    pub trait Sealed {}
}

/// An action as a type, so that a right to one is no right to another.
pub trait Act: sealed::Sealed + Send + Sync + 'static {
    /// The action.
    const ACTION: Action;
}

/// Actions that may open what describes a paper or its holder.
pub trait OpensFields: Act {}

/// Actions that may open the content of a paper.
pub trait OpensContent: OpensFields {}

/// Actions that may open the content of several versions, one after the other.
pub trait OpensSeveral: OpensContent {}

/// Actions that may write what describes a paper.
pub trait WritesFields: OpensFields {}

/// Actions that write what the scanner said of a version.
pub trait MarksScanned: WritesFields {}

/// Actions by which a paper goes for good, and what describes it from what was handed over.
pub trait TakesOut: Act {}

/// Actions by which a mandate begins, with the consent that each stands for.
pub trait GivesMandate: WritesFields {}

/// Actions by which an institution fetches everything that it was handed in one file: each paper is a reading of its own.
pub trait TakesAll: Act {}

/// Actions by which a receipt of what was handed over is signed.
pub trait SignsReceipt: Act {}

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident $(: $($group:ident)+)?;)*) => {
        /// The actions, as types.
        pub mod act {
            use super::{Act, sealed::Sealed, Action};
            $(
                $(#[$doc])*
                #[derive(Debug)]
                pub enum $name {}
                impl Sealed for $name {}
                impl Act for $name {
                    const ACTION: Action = Action::$name;
                }
                $($(impl super::$group for $name {})+)?
            )*
        }
    };
}

acts! {
    /// Coming in.
    SignIn;
    /// Going out.
    SignOut;
    /// Opening one's locker.
    OpenLocker: OpensFields WritesFields;
    /// Count, size, categories.
    ViewLocker: OpensFields;
    /// Agreeing to the information as it stands.
    AcceptInformation: OpensFields WritesFields;
    /// Closing the locker.
    CloseLocker;
    /// Opening it again.
    ReopenLocker;
    /// Erasing it.
    EraseLocker;
    /// Noting a long absence.
    InactiveNotice;
    /// The list, or a search.
    ListDocuments: OpensFields;
    /// What describes one paper.
    ViewDocument: OpensFields;
    /// The start of a deposit.
    BeginDeposit: OpensFields WritesFields;
    /// The end of a deposit.
    Deposit: OpensFields WritesFields;
    /// To the trash.
    Trash;
    /// Out of the trash.
    Restore: OpensFields;
    /// The content of a paper.
    ReadContent: OpensFields OpensContent;
    /// That a version which was held is clean.
    FoundClean: OpensFields WritesFields MarksScanned;
    /// That it is harmful.
    FoundInfected: OpensFields WritesFields MarksScanned;
    /// The end of a deposit that replaces a version.
    NewVersion: OpensFields WritesFields;
    /// A change of what describes a paper.
    Amend: OpensFields WritesFields;
    /// The end of a paper.
    Destroy: TakesOut;
    /// Whether a paper is what was deposited.
    ControlDocument: OpensFields OpensContent OpensSeveral;
    /// The versions of a paper.
    ListVersions: OpensFields;
    /// Whether every paper is what was deposited.
    ControlLocker: OpensFields OpensContent OpensSeveral;
    /// Everything in one file.
    Export: OpensFields OpensContent OpensSeveral;
    /// The closing entry of a reading or deposit.
    Close;
    /// The journal.
    ReadJournal: OpensFields;
    /// A code by which help is proposed.
    MakeHelpCode;
    /// Agreeing to a proposal.
    GiveMandate: OpensFields WritesFields GivesMandate;
    /// Not agreeing to one.
    DeclineMandate;
    /// Stopping a mandate.
    RevokeMandate;
    /// Taking back some of what a mandate allows.
    NarrowMandate: OpensFields WritesFields;
    /// Stopping all help.
    StopHelp;
    /// The mandates, past and present.
    ListMandates: OpensFields;
    /// One of them, and what was done under it.
    ViewMandate: OpensFields;
    /// The beginning of a visit.
    BeginVisit: OpensFields WritesFields;
    /// Its end.
    EndVisit;
    /// Saying that one has seen the original of a version.
    SeeOriginal: OpensFields WritesFields;
    /// Taking back what one has added by mistake.
    WithdrawDeposit: OpensFields WritesFields TakesOut;
    /// The end of a mandate, on record.
    ExpireMandate;
    /// The photo of a signed sheet, sent.
    SendSheet;
    /// A look at it.
    ViewSheet: OpensFields;
    /// A second person's confirmation of it.
    ConfirmSheet: OpensFields WritesFields GivesMandate;
    /// A sheet, turned down or taken back.
    RefuseSheet;
    /// The holder's confirmation of a mandate given on paper.
    AcknowledgeMandate: OpensFields;
    /// A code to keep on paper.
    MakePaperCode;
    /// The holder makes a code to keep for help that a court decides.
    MakeJudgmentCode;
    /// Its withdrawal.
    DropPaperCode;
    /// The holder withdraws it.
    DropJudgmentCode;
    /// A look where the holder is told of things.
    ViewContact;
    /// Another choice of where.
    ChangeContact;
    /// Another way of telling, or a choice taken back before its code came.
    AmendContact;
    /// The code that came back.
    ConfirmContact;
    /// No notice any more.
    DropContact;
    /// Telling the holder of something.
    SendNotice: OpensFields;
    /// A look at the dates in a locker.
    LookAtDates: OpensFields;
    /// The code of a request, typed.
    TakeRequest;
    /// The requests in a locker.
    ListRequests;
    /// One of them, with the papers that would answer it.
    ViewRequest: OpensFields;
    /// No to one of them.
    DeclineRequest;
    /// What is chosen so far, kept.
    SaveAnswer: OpensFields WritesFields;
    /// Handing papers over.
    GiveShare: OpensFields WritesFields;
    /// What was handed over.
    ListShares: OpensFields;
    /// A pause of it.
    PauseShare;
    /// The end of a pause.
    ResumeShare;
    /// The end of it.
    RevokeShare;
    /// The list of what an institution was handed.
    ReceiveShare;
    /// The end of it, on record.
    ExpireShare;
    /// All of it as one ZIP.
    ReceiveArchive: TakesAll;
    /// All of it as one PDF.
    ReceiveMerged: TakesAll;
    /// The receipt of it, for its holder.
    ReceiptShare: OpensFields SignsReceipt;
    /// The same, for an institution.
    ReceiveReceipt: SignsReceipt;
    /// The code of a share, typed with its holder's surname.
    EnterCode;
    /// The paper that bears a code.
    PrintCode: OpensFields;
    /// One of what was handed over, with who read it.
    ViewShare: OpensFields;
    /// Agreeing that an institution deposits.
    GiveAgreement;
    /// Who may deposit.
    ListAgreements;
    /// The end of it.
    StopAgreement;
    /// Saying on paper who helps.
    AttestMandate: OpensFields;
    /// Saying on paper what was added.
    ReceiptDocument: OpensFields;
    /// Saying on paper what a locker holds.
    ReceiptLocker: OpensFields;
    /// The locker key, wrapped again.
    RotateKeys;
    /// The locker key's old wraps, removed.
    RetireKeys;
}

/// What both states of a right have: the locker, and who acts.
pub trait Held: Send + Sync {
    /// What the right is to.
    fn action(&self) -> Action;
    /// By what right.
    fn ground(&self) -> Ground;
    /// The locker that every statement filters by.
    fn locker(&self) -> LockerId;
    /// The person who acts, if it is one.
    fn person(&self) -> Option<PersonId>;
    /// The session it came through.
    fn session(&self) -> Option<SessionId>;
    /// The entry that says so.
    fn written(&self) -> Written;
    /// SHA-256 of the text that the entry says was agreed to, if it does.
    fn evidence(&self) -> Option<[u8; 32]>;
    /// The paper the right is about, if it is about one.
    fn paper(&self) -> Option<&Paper>;
    /// By what a helper holds it; none for the holder, and for jobs.
    fn help(&self) -> Option<&Help>;
    /// By what somebody holds it to whom papers were handed over: themselves, and the share.
    fn share(&self) -> Option<(Actor, ShareId)>;
    /// By what an institution deposits.
    fn issuer(&self) -> Option<&Issuer>;
}

/// A right whose entry is written but not yet committed: good for statements of the same transaction.
pub struct Pending<A: Act> {
    core: Core,
    act: PhantomData<A>,
}

/// A right whose entry is committed: good for opening.
pub struct Grant<A: Act> {
    core: Core,
    act: PhantomData<A>,
}

struct Core {
    ground: Ground,
    locker: LockerId,
    person: Option<PersonId>,
    session: Option<SessionId>,
    written: Written,
    evidence: Option<[u8; 32]>,
    paper: Option<Box<Paper>>,
    help: Option<Box<Help>>,
    share: Option<(Actor, ShareId)>,
    issuer: Option<Box<Issuer>>,
}

/// For whom and about what a right is made.
#[derive(Debug, Default)]
pub(crate) struct Bearer {
    pub person: Option<PersonId>,
    pub session: Option<SessionId>,
    pub paper: Option<Box<Paper>>,
    pub help: Option<Box<Help>>,
    pub share: Option<(Actor, ShareId)>,
    pub issuer: Option<Box<Issuer>>,
}

impl<A: Act> Pending<A> {
    /// Writes the entry and makes the right. `access` alone calls this.
    pub(crate) async fn issue(tx: &mut Tx, allowed: Allowed, bearer: Bearer, line: Line) -> Result<Self, StoreError> {
        if allowed.action() != A::ACTION || line.action != A::ACTION {
            return Err(StoreError::Other);
        }
        let evidence = line.evidence;
        let written = entries::append(tx, allowed.locker().chain(), line).await?;
        let mut pending = Self::on(allowed, bearer, written);
        pending.core.evidence = evidence;
        Ok(pending)
    }

    /// The same for a reading, with the note that it is under way; gives the wraps that lead to what is read. `access` alone
    /// calls this.
    pub(crate) async fn issue_reading(
        tx: &mut Tx,
        allowed: Allowed,
        bearer: Bearer,
        line: Line,
    ) -> Result<(Self, Vec<WrapRow>), StoreError> {
        if allowed.action() != A::ACTION || line.action != A::ACTION {
            return Err(StoreError::Other);
        }
        let session = bearer.session.ok_or(StoreError::Other)?;
        let paper =
            bearer.paper.as_deref().filter(|paper| paper.locker == allowed.locker()).ok_or(StoreError::Other)?;
        let (written, wraps) = entries::append_reading(tx, allowed.locker(), line, session, paper).await?;
        Ok((Self::on(allowed, bearer, written), wraps))
    }

    /// The same where help is given; gives with it what opens the locker's collections. `access` alone calls this.
    pub(crate) async fn issue_with_shelves(
        tx: &mut Tx,
        allowed: Allowed,
        bearer: Bearer,
        line: Line,
    ) -> Result<(Self, WithShelves), StoreError>
    where
        A: GivesMandate,
    {
        if allowed.action() != A::ACTION || line.action != A::ACTION {
            return Err(StoreError::Other);
        }
        let evidence = line.evidence;
        let (written, shelves) = offering::begin_giving(tx, allowed.locker(), line).await?;
        let mut pending = Self::on(allowed, bearer, written);
        pending.core.evidence = evidence;
        Ok((pending, shelves))
    }

    /// The same for a code of the granted locker, which is written with it. `access` alone calls this.
    pub(crate) async fn issue_code(
        tx: &mut Tx,
        allowed: Allowed,
        bearer: Bearer,
        line: Line,
        row: &HelpCodeRow,
    ) -> Result<Self, StoreError> {
        let is_right = allowed.action() == A::ACTION && line.action == A::ACTION && row.locker == allowed.locker();
        if !is_right {
            return Err(StoreError::Other);
        }
        let written = offering::make_code(tx, row, line).await?;
        Ok(Self::on(allowed, bearer, written))
    }

    /// Writes several entries of one right, of which nothing is opened afterwards: closings. `access` alone calls this.
    pub(crate) async fn issue_all(tx: &mut Tx, allowed: Allowed, lines: Vec<Line>) -> Result<(), StoreError> {
        if allowed.action() != A::ACTION || lines.iter().any(|line| line.action != A::ACTION) {
            return Err(StoreError::Other);
        }
        entries::append_all(tx, allowed.locker().chain(), lines).await.map(|_| ())
    }

    /// A right that goes on under an entry committed earlier: ranges of one reading. `access` alone calls this.
    pub(crate) fn resume(allowed: Allowed, bearer: Bearer, written: Written) -> Result<Self, StoreError> {
        if allowed.action() != A::ACTION || written.chain != allowed.locker().chain() {
            return Err(StoreError::Other);
        }
        Ok(Self::on(allowed, bearer, written))
    }

    fn on(allowed: Allowed, bearer: Bearer, written: Written) -> Self {
        let Bearer { person, session, paper, help, share, issuer } = bearer;
        let (ground, locker) = (allowed.ground(), allowed.locker());
        Self {
            core: Core { ground, locker, person, session, written, evidence: None, paper, help, share, issuer },
            act: PhantomData,
        }
    }

    /// Commits the transaction that holds the entry; only then does anything open.
    pub(crate) async fn commit(self, tx: Tx) -> Result<Grant<A>, StoreError> {
        tx.commit().await?;
        Ok(Grant { core: self.core, act: PhantomData })
    }
}

macro_rules! held {
    ($($name:ident)*) => {$(
        impl<A: Act> Held for $name<A> {
            fn action(&self) -> Action {
                A::ACTION
            }
            fn ground(&self) -> Ground {
                self.core.ground
            }
            fn locker(&self) -> LockerId {
                self.core.locker
            }
            fn person(&self) -> Option<PersonId> {
                self.core.person
            }
            fn session(&self) -> Option<SessionId> {
                self.core.session
            }
            fn written(&self) -> Written {
                self.core.written
            }
            fn evidence(&self) -> Option<[u8; 32]> {
                self.core.evidence
            }
            fn paper(&self) -> Option<&Paper> {
                self.core.paper.as_deref()
            }
            fn help(&self) -> Option<&Help> {
                self.core.help.as_deref()
            }
            fn share(&self) -> Option<(Actor, ShareId)> {
                self.core.share
            }
            fn issuer(&self) -> Option<&Issuer> {
                self.core.issuer.as_deref()
            }
        }

        impl<A: Act> fmt::Debug for $name<A> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "<{}>({}, entry {})"), A::ACTION.code(), self.core.locker, self.core.written.seq)
            }
        }
    )*};
}
held! { Pending Grant }
