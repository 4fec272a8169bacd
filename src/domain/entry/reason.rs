//! Why something was refused, or stopped. The rules of [`super`] hold: a number keeps its meaning for ever.

coded! {
    /// Why the answer was no, or why something stopped.
    Reason {
        /// Nobody is signed in.
        NotSignedIn = 1, "not_signed_in";
        /// The session was ended.
        SessionEnded = 2, "session_ended";
        /// Nothing was done for too long.
        SessionIdle = 3, "session_idle";
        /// The session reached its longest life.
        SessionExpired = 4, "session_expired";
        /// No right on that locker; also said when there is no such locker.
        NoRelation = 5, "no_relation";
        /// There is no such paper in that locker.
        UnknownDocument = 6, "unknown_document";
        /// The paper is in the trash, or isn't.
        WrongState = 7, "wrong_state";
        /// The locker would hold more than it may.
        QuotaExceeded = 8, "quota_exceeded";
        /// The person already has a locker.
        AlreadyOpen = 9, "already_open";
        /// The table of rights has no line that allows it.
        NotAllowed = 10, "not_allowed";
        /// It needs a proof of who they are that is a few minutes old at most.
        NotFresh = 12, "not_fresh";
        /// The locker is closed.
        LockerClosed = 13, "locker_closed";
        /// The locker is open.
        LockerOpen = 14, "locker_open";
        /// The time to open it again is over.
        ClosureOver = 15, "closure_over";
        /// What asks for it does not bear the proof that this installation wrote it.
        NotProven = 16, "not_proven";
        /// The content is larger than one paper may be.
        TooLarge = 20, "too_large";
        /// The content stopped before its end.
        Cut = 21, "cut";
        /// The content is not what the sender's SHA-256 says.
        WrongHash = 22, "wrong_hash";
        /// The content is of a kind that isn't taken.
        KindOfFile = 23, "kind_of_file";
        /// The blob store is away or full.
        StoreAway = 24, "store_away";
        /// The process stopped in the middle.
        Interrupted = 25, "interrupted";
        /// The stored content or its description does not open: damaged, moved or replaced.
        Damaged = 26, "damaged";
        /// The reader left before the end.
        ReaderLeft = 27, "reader_left";
        /// Moved whole.
        Complete = 28, "complete";
        /// The parts that were asked for were moved, and none for a while.
        Partial = 29, "partial";
        /// The sender sent nothing for too long.
        TooSlow = 30, "too_slow";
        /// The same deposit is already there.
        Replayed = 31, "replayed";
        /// One of the sender's fields is wrong.
        BadField = 32, "bad_field";
        /// The issuer's answer does not fit the question (state, nonce, signature …).
        BadAnswer = 40, "bad_answer";
        /// The person said no at the issuer.
        RefusedAtIssuer = 41, "refused_at_issuer";
        /// The issuer is away.
        IssuerAway = 42, "issuer_away";
        /// Too many attempts from one place.
        TooMany = 43, "too_many";
        /// Somebody else than the session's person proved who they are.
        AnotherPerson = 44, "another_person";
        /// The issuer vouched for an earlier proof, not for a new one.
        NotProvenAgain = 45, "not_proven_again";
        /// The clock is behind the session's last use: it ran ahead then, or runs late now.
        ClockBehind = 46, "clock_behind";
        /// The person has no such session.
        UnknownSession = 47, "unknown_session";
        /// The same deposit was made before, and its paper destroyed since.
        PaperDestroyed = 48, "paper_destroyed";
        /// The mandate has expired, or was stopped.
        MandateOver = 49, "mandate_over";
        /// The mandate has not begun, or waits to be confirmed.
        MandateToCome = 50, "mandate_to_come";
        /// They are no active member of the organisation that they act for.
        NotAMember = 51, "not_a_member";
        /// Their session has passed no second factor.
        NoSecondFactor = 52, "no_second_factor";
        /// No visit of theirs is open.
        NoVisit = 53, "no_visit";
        /// The mandate does not reach that far.
        OutOfScope = 54, "out_of_scope";
        /// The code is wrong, was used, or is over.
        WrongCode = 55, "wrong_code";
        /// Too many wrong codes in a row: none is taken for a while.
        FactorLocked = 56, "factor_locked";
        /// They have no second factor yet, or have one already.
        FactorState = 57, "factor_state";
        /// They belong to that organisation already.
        AlreadyMember = 58, "already_member";
        /// Nobody of that organisation.
        UnknownMember = 59, "unknown_member";
        /// There is no such mandate, proposal or visit in that locker.
        UnknownMandate = 60, "unknown_mandate";
        /// It is their own locker: nobody helps themselves.
        OwnLocker = 61, "own_locker";
        /// The time to take a paper back is over.
        WithdrawalOver = 62, "withdrawal_over";
        /// Somebody else added that paper.
        NotOwnDeposit = 63, "not_own_deposit";
        /// The same deposit was made before, and taken back since.
        DepositWithdrawn = 64, "deposit_withdrawn";
        /// There is no such window, or it is over.
        NoWindow = 65, "no_window";
        /// The person has no locker.
        NoLocker = 66, "no_locker";
        /// No photo of the signed sheet has been sent yet.
        NoSheet = 69, "no_sheet";
        /// It takes another person than the one who proposed.
        SecondPerson = 70, "second_person";
        /// A surer consent is in force: a less sure one does not replace it.
        SurerConsent = 71, "surer_consent";
        /// The name on the sheet is not the holder's.
        WrongHolder = 72, "wrong_holder";
        /// The operator does not let that organisation help by a court's decision.
        NoJudgments = 73, "no_judgments";
        /// It rests on a court's decision: another decision is needed.
        ByJudgment = 74, "by_judgment";
        /// The first code of a new second factor came too late: it is begun again.
        ReplacementOver = 75, "replacement_over";
        /// There is no address to which that may be sent, or it is another one by now.
        NoContact = 76, "no_contact";
        /// Whoever carries messages was away, again and again: it was given up.
        GatewayAway = 77, "gateway_away";
        /// Whoever carries messages did not take it.
        NotDelivered = 78, "not_delivered";
        /// The process stopped while it was handed over: it is not sent again.
        DeliveryUnknown = 79, "delivery_unknown";
        /// What was to be told is so no more.
        NoLongerSo = 80, "no_longer_so";
        /// As many codes went as go for one locker in a day.
        CodesOver = 81, "codes_over";
        /// As many codes went as the service sends to numbers in a day.
        ServiceCodesOver = 82, "service_codes_over";
        /// As many requests of that institution wait as may.
        RequestsFull = 83, "requests_full";
        /// The scanner found something harmful in the content.
        Infected = 85, "infected";
        /// The scanner was away or too slow, and the content is held until it was scanned.
        ScannerAway = 86, "scanner_away";
        /// The content is held until it was scanned, and larger than the scanner takes.
        TooLargeToScan = 87, "too_large_to_scan";
        /// All was sent but what nobody may open.
        LeftOut = 88, "left_out";
        /// What a program shows to prove whose it is does not prove it.
        WrongAssertion = 90, "wrong_assertion";
        /// It proved it once already.
        ReplayedAssertion = 91, "replayed_assertion";
        /// The operator has suspended that institution.
        InstitutionSuspended = 92, "institution_suspended";
        /// The institution is not registered for that.
        OutOfRegistration = 93, "out_of_registration";
        /// The token was made for something else.
        OutOfToken = 94, "out_of_token";
        /// There is no such request, or its code is of none that can be answered.
        UnknownRequest = 95, "unknown_request";
        /// Nothing of the kind was handed over to them.
        UnknownShare = 96, "unknown_share";
        /// What was handed over has ended, was stopped, or was read as often as it may be.
        ShareOver = 97, "share_over";
        /// Its holder has paused it.
        SharePaused = 98, "share_paused";
        /// What was handed over may be read, but not as often as it has papers.
        TooFewReadings = 99, "too_few_readings";
        /// What was handed over is larger than one PDF is made of.
        TooLargeToMerge = 100, "too_large_to_merge";
        /// The surname is not the holder's.
        WrongSurname = 101, "wrong_surname";
        /// It can't be marked with for whom it is, and may not be shown without.
        NotMarked = 102, "not_marked";
        /// The time of whoever came in by a code is over: they come in again.
        PassOver = 103, "pass_over";
        /// A piece that must be there is refused by the holder alone.
        HoldersNo = 104, "holders_no";
        /// The server of an institution did not take it within three days: it was given up.
        CallbackAway = 109, "callback_away";
        /// It said that it is told of nothing there any more.
        CallbackGone = 110, "callback_gone";
        /// Its name led inside a network that is not spoken to, for three days: it was given up.
        CallbackInside = 111, "callback_inside";
        /// Nothing of the kind was agreed with them.
        UnknownAgreement = 113, "unknown_agreement";
        /// What was agreed has ended, or was stopped.
        AgreementOver = 114, "agreement_over";
        /// It does not fit into what they may fill of the locker, or into the locker.
        AgreementFull = 115, "agreement_full";
        /// A kind of paper that was not agreed on.
        OutOfAgreement = 116, "out_of_agreement";
        /// What they sign does not prove that they issued it.
        WrongSignature = 117, "wrong_signature";
        /// As many papers came from them as may in a day.
        AgreementDay = 118, "agreement_day";
    }
}
