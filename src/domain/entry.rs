//! A line of the journal: who did or tried what, on what, by what right, how it ended. Ids and codes only, never a
//! name, a title or a sentence (DESIGN §5).
//!
//! Numbers given here are written for ever: a code is never given another meaning nor used twice. To add one, take the
//! next free number, add the sentence to both catalogues, and a line to `docs/formats/entry.md`.

mod line;

pub use line::{Actor, Entry, Line, Object, Outcome};

macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $number:literal, $code:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// Every value.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The number in canonical bytes.
            pub const fn number(self) -> u16 {
                match self { $(Self::$variant => $number,)* }
            }

            /// The word in the API and the catalogue.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// Reads [`Self::number`].
            pub const fn from_number(number: u16) -> Option<Self> {
                match number { $($number => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

coded! {
    /// The closed table of what can be done.
    Action {
        /// Somebody came in, or tried to.
        SignIn = 1, "sign_in";
        /// Somebody went out.
        SignOut = 2, "sign_out";
        /// Somebody looked where they are signed in.
        ListSessions = 3, "session.list";
        /// Somebody ended one of their sessions, from this one or another.
        EndSession = 4, "session.end";
        /// Somebody proved again who they are.
        StepUp = 5, "step_up";
        /// A holder opened their locker (its life begins).
        OpenLocker = 10, "locker.open";
        /// Count, size and categories of a locker.
        ViewLocker = 11, "locker.view";
        /// The holder agreed to the information as it stands.
        AcceptInformation = 12, "locker.accept_information";
        /// The holder closed their locker: it will be erased.
        CloseLocker = 13, "locker.close";
        /// The holder opened their closed locker again.
        ReopenLocker = 14, "locker.reopen";
        /// A locker was erased.
        EraseLocker = 15, "locker.erase";
        /// The holder has not come for months: a notice is due.
        InactiveNotice = 16, "locker.inactive_notice";
        /// The list of papers, or a search in it.
        ListDocuments = 20, "document.list";
        /// What describes one paper.
        ViewDocument = 21, "document.view";
        /// A deposit began: the content is on its way.
        BeginDeposit = 22, "document.deposit_begin";
        /// A paper entered the locker.
        Deposit = 23, "document.deposit";
        /// A paper went to the trash.
        Trash = 24, "document.trash";
        /// A paper came back from the trash.
        Restore = 25, "document.restore";
        /// A version of a paper replaced the one before.
        NewVersion = 26, "document.new_version";
        /// What describes a paper was changed.
        Amend = 27, "document.amend";
        /// A paper was destroyed, with all its versions.
        Destroy = 28, "document.destroy";
        /// A paper was checked: whether it is what was deposited.
        ControlDocument = 29, "document.control";
        /// The content of a paper was opened.
        ReadContent = 30, "content.read";
        /// A reading or a deposit ended: what was moved, why it stopped.
        Close = 31, "access.close";
        /// The versions of a paper, with their technical metadata.
        ListVersions = 32, "document.versions";
        /// Every paper of a locker was checked.
        ControlLocker = 33, "locker.control";
        /// Everything was taken away in one file: papers, descriptions, journal.
        Export = 34, "locker.export";
        /// Somebody else signed in on a device where a person was: that session ended.
        ReplaceSession = 36, "session.replaced";
        /// The journal was read.
        ReadJournal = 40, "journal.read";
        /// The operator checked the journal.
        VerifyJournal = 50, "maintenance.verify_journal";
        /// The operator created or migrated the tables.
        Migrate = 51, "maintenance.migrate";
        /// Blobs that belong to nothing were removed.
        Sweep = 52, "maintenance.sweep";
        /// Keys wrapped under the root key were wrapped under its newest epoch.
        RotateKeys = 53, "maintenance.rotate_keys";
        /// Wraps under older epochs of the root key were removed.
        RetireKeys = 54, "maintenance.retire_keys";
        /// The operator looked at which epochs of the root key are in use.
        ListKeys = 55, "maintenance.list_keys";
        /// Who belongs to an organisation.
        ViewOrganisation = 60, "organisation.view";
        /// The operator created an organisation.
        CreateOrganisation = 61, "organisation.create";
        /// The operator looked which organisations there are.
        ListOrganisations = 62, "organisation.list";
        /// Somebody was invited to an organisation.
        InviteMember = 63, "member.invite";
        /// Somebody accepted the invitation.
        JoinOrganisation = 64, "member.join";
        /// What a member does there was changed.
        AmendMember = 65, "member.amend";
        /// A membership was suspended.
        SuspendMember = 66, "member.suspend";
        /// A suspended membership gives rights again.
        ResumeMember = 67, "member.resume";
        /// A membership, or an invitation, ended.
        EndMember = 68, "member.end";
        /// A member has not been active for months: a notice is due.
        IdleMember = 69, "member.idle_notice";
        /// The journal of an organisation was read.
        ReadOrganisationJournal = 70, "organisation.journal_read";
        /// Somebody began to set up a second factor, or set one up.
        EnrolFactor = 75, "second_factor.enrol";
        /// Somebody passed their second factor, or tried to.
        PassFactor = 76, "second_factor.pass";
        /// Somebody had new backup codes made.
        RenewCodes = 77, "second_factor.new_codes";
        /// Somebody's second factor was taken away, so that they set up another.
        ResetFactor = 78, "second_factor.reset";
        /// An aidant proposed that a colleague helps in their place.
        ProposeTransfer = 79, "mandate.propose_transfer";
        /// The holder made a code by which somebody proposes to help.
        MakeHelpCode = 80, "help.code";
        /// Somebody proposed to help, by the holder's code.
        ProposeMandate = 81, "mandate.propose";
        /// The holder agreed: a mandate began.
        GiveMandate = 82, "mandate.give";
        /// The holder did not agree.
        DeclineMandate = 83, "mandate.decline";
        /// A mandate was stopped, by the holder or by who helps.
        RevokeMandate = 84, "mandate.revoke";
        /// The mandates of a locker were looked at.
        ListMandates = 85, "mandate.list";
        /// A mandate reached its end.
        ExpireMandate = 86, "mandate.expire";
        /// The holder stopped all help.
        StopHelp = 87, "mandate.stop_all";
        /// A mandate ended because the holder gave a newer one to the same helper.
        SupersedeMandate = 88, "mandate.supersede";
        /// The holder took back some of what a mandate allowed.
        NarrowMandate = 89, "mandate.narrow";
        /// Somebody began a visit in a locker, under a mandate.
        BeginVisit = 90, "visit.begin";
        /// Somebody ended their visit.
        EndVisit = 91, "visit.end";
        /// An aidant said that they had held the original of a version in their hands.
        SeeOriginal = 92, "document.original_seen";
        /// Who had added a paper by mistake took it back.
        WithdrawDeposit = 93, "document.withdraw";
        /// A member took back a paper that somebody had opened already: a line for their referents.
        WithdrewOpened = 94, "member.withdrew_opened";
        /// An aidant opened a window on their device, for the person beside them to sign in.
        OpenWindow = 95, "window.open";
        /// The holder signed in there, or tried to.
        EnterWindow = 96, "window.sign_in";
        /// The aidant gave a window more time.
        ExtendWindow = 97, "window.extend";
        /// The holder left a window without an answer.
        CloseWindow = 98, "window.close";
        /// One mandate was looked at, with what was done under it.
        ViewMandate = 99, "mandate.view";
        /// The photo of a signed sheet was sent.
        SendSheet = 100, "sheet.send";
        /// The photo of a signed sheet was looked at.
        ViewSheet = 101, "sheet.view";
        /// A second person confirmed a signed sheet: a mandate began.
        ConfirmSheet = 102, "sheet.confirm";
        /// A sheet was turned down, or taken back.
        RefuseSheet = 103, "sheet.refuse";
        /// The holder confirmed a mandate that was given on paper.
        AcknowledgeMandate = 104, "mandate.acknowledge";
        /// The holder made a code to keep on paper.
        MakePaperCode = 105, "help.paper_code";
        /// The holder withdrew their code kept on paper.
        DropPaperCode = 106, "help.paper_code_drop";
        /// Which sheets wait in an organisation.
        ListSheets = 107, "sheet.list";
        /// The operator let an organisation help by a court's decision, or lets it no more.
        AmendOrganisation = 108, "organisation.amend";
        /// The holder made a code to keep for help that a court decides.
        MakeJudgmentCode = 109, "help.judgment_code";
        /// A referent of another organisation took a member's second factor away: a line for the referents here.
        FactorResetElsewhere = 110, "member.factor_reset_elsewhere";
        /// The same, and the place that the member had here is suspended until a referent here resumes it.
        SetMemberAside = 111, "member.set_aside";
        /// A member replaced their second factor themselves: a line for their referents.
        FactorReplacedByMember = 112, "member.factor_replaced";
        /// Somebody began to replace the second factor that they have.
        BeginReplacement = 113, "second_factor.replace_begin";
        /// Somebody's new second factor replaced the one before.
        ReplaceFactor = 114, "second_factor.replace";
        /// A sheet went with its offer: too many wrong names were typed.
        SpoilSheet = 115, "sheet.spoil";
        /// Somebody took back what they had proposed.
        WithdrawProposal = 116, "mandate.withdraw_proposal";
        /// The holder changed how they are told of things, or took back a choice whose code had not come back.
        AmendContact = 117, "contact.amend";
        /// The holder withdrew it.
        DropJudgmentCode = 118, "help.judgment_code_drop";
        /// The holder looked where they are told of things.
        ViewContact = 120, "contact.view";
        /// The holder chose where they are told of things: a code goes there.
        ChangeContact = 121, "contact.change";
        /// The holder typed that code.
        ConfirmContact = 122, "contact.confirm";
        /// The holder wants to be told of nothing any more.
        DropContact = 123, "contact.drop";
        /// The holder was told of something, or was to be.
        SendNotice = 124, "notice.send";
        /// The dates in a locker were looked at, so that its holder is told before they come.
        LookAtDates = 125, "dates.look";
        /// A version that was held was scanned, and nothing was found: it opens from now on.
        FoundClean = 126, "content.found_clean";
        /// The same, and something harmful was found: nobody opens it.
        FoundInfected = 127, "content.found_infected";
        /// A paper was made that says who helps, until when; or that help is over.
        AttestMandate = 130, "mandate.attest";
        /// A receipt was made for a paper that somebody added.
        ReceiptDocument = 131, "document.receipt";
        /// A receipt was made for all that is in a locker.
        ReceiptLocker = 132, "locker.receipt";
        /// Somebody checked such a paper by its code, whichever it was.
        CheckAttestation = 133, "attestation.check";
        /// The operator registered an institution.
        RegisterInstitution = 140, "institution.register";
        /// The operator changed what an institution is registered with: what it may ask for, its keys, whether it may at all.
        AmendInstitution = 141, "institution.amend";
        /// The operator looked which institutions there are.
        ListInstitutions = 142, "institution.list";
        /// A program of an institution was given a token, or was not.
        IssueToken = 143, "institution.token";
        /// A program looked at what its institution is registered with.
        ViewInstitution = 144, "institution.view";
        /// An institution asked somebody for papers.
        MakeRequest = 145, "request.make";
        /// An institution looked at what it has asked for.
        FollowRequests = 146, "request.follow";
        /// An institution took back what it had asked for.
        WithdrawRequest = 147, "request.withdraw";
        /// Somebody typed the code of a request: it is in their locker.
        TakeRequest = 150, "request.take";
        /// The requests in a locker were looked at.
        ListRequests = 151, "request.list";
        /// One of them was looked at, with the papers that would answer it.
        ViewRequest = 152, "request.view";
        /// The holder said no to a request.
        DeclineRequest = 153, "request.decline";
        /// What somebody has chosen so far for a request was kept.
        SaveAnswer = 154, "request.save";
        /// Papers were handed over to an institution.
        GiveShare = 155, "share.give";
        /// What was handed over was looked at.
        ListShares = 156, "share.list";
        /// What was handed over can't be read for a while.
        PauseShare = 157, "share.pause";
        /// It can again.
        ResumeShare = 158, "share.resume";
        /// What was handed over can't be read any more.
        RevokeShare = 159, "share.revoke";
        /// An institution looked at what it was handed: the list of it.
        ReceiveShare = 161, "share.receive";
        /// A paper was destroyed: what described it was taken out of what had been handed over.
        TakeOutShared = 162, "share.take_out";
        /// What was handed over reached its end.
        ExpireShare = 163, "share.expire";
        /// An institution fetched everything that it was handed as one ZIP (the entry counts its papers).
        ReceiveArchive = 167, "share.archive";
        /// An institution fetched what it was handed as one PDF (the entry counts its papers).
        ReceiveMerged = 168, "share.merged";
        /// The holder had a receipt made of what they handed over.
        ReceiptShare = 169, "share.receipt";
        /// An institution fetched the receipt of what it was handed.
        ReceiveReceipt = 170, "share.receive_receipt";
        /// Somebody who has a code came in by it.
        EnterCode = 172, "share.enter";
        /// The paper that bears a code was made.
        PrintCode = 173, "share.print";
        /// One of what was handed over was looked at, with who read it.
        ViewShare = 174, "share.view";
        /// A member was written to about months without activity, or was to be.
        RemindMember = 175, "member.remind";
        /// The server of an institution was told of something, or was to be.
        SendWebhook = 186, "webhook.send";
        /// The holder agreed that an institution deposits papers.
        GiveAgreement = 193, "agreement.give";
        /// Which institutions may, or could, was looked at.
        ListAgreements = 194, "agreement.list";
        /// An institution can't any more.
        StopAgreement = 195, "agreement.stop";
        /// An institution looked how its agreement stands.
        ViewAgreement = 196, "agreement.view";
    }
}

mod ground;
mod jobs;
mod reason;
pub use ground::Ground;
pub use jobs::{Job, Strength};
pub use reason::Reason;

#[cfg(test)]
mod tests;
