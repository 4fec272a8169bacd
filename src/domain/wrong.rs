//! What may be wrong with a field that somebody fills in. The sentences are in the catalogue (`problem-field-CODE`).

/// What is wrong with a field, and its limit where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// Nothing is left once spaces and invisible characters are gone.
    #[error("empty")]
    Empty,
    /// Longer than so many characters.
    #[error("longer than {0} characters")]
    TooLong(usize),
    /// Not a date of the form `YYYY-MM-DD`.
    #[error("not a date")]
    NotADate,
    /// Not 64 hexadecimal digits.
    #[error("not a SHA-256")]
    NotAHash,
    /// It must be there, and isn't.
    #[error("missing")]
    Missing,
    /// The text that it names is not the one in force.
    #[error("out of date")]
    OutOfDate,
    /// It leaves everything as it was.
    #[error("nothing changes")]
    Unchanged,
    /// A day that is over.
    #[error("over")]
    Past,
    /// Longer than what it rests on may last, in days.
    #[error("later than {0} days from now")]
    TooFar(u16),
    /// A day that has not come yet.
    #[error("to come")]
    ToCome,
    /// What is sensitive is never given on paper.
    #[error("sensitive, on paper")]
    NotOnPaper,
    /// While the holder is present, for help that begins without them.
    #[error("present, on paper")]
    Absent,
    /// More than the measure that a court decided allows.
    #[error("beyond the measure")]
    BeyondMeasure,
    /// What is sensitive, by a court's decision that is not about the person.
    #[error("sensitive, by a decision about property")]
    NotOfPerson,
    /// It is given to one person, not to a whole desk.
    #[error("to one person only")]
    OnePerson,
    /// It would allow more than what it is to narrow.
    #[error("wider")]
    Wider,
    /// Two people do not read the same.
    #[error("otherwise")]
    Otherwise,
    /// Neither a telephone number nor an e-mail address, as the channel asks.
    #[error("not an address")]
    NotAnAddress,
    /// A telephone number that takes no text messages.
    #[error("no mobile number")]
    Landline,
    /// Not a number from 1 to so many.
    #[error("not from 1 to {0}")]
    OutOfBounds(u32),
    /// A kind of paper that the institution is not registered for.
    #[error("not registered for that kind")]
    Unregistered,
    /// An address that is not registered for the institution's server.
    #[error("not a registered callback")]
    UnregisteredCallback,
    /// It is not there, or can't be given: a paper in the trash, one that does not answer.
    #[error("no such paper")]
    NoSuchPaper,
    /// Something among them can't bear a mark, and nobody said that it may go without.
    #[error("something among them can't be marked")]
    Unmarked,
    /// Not a code of the taxonomy.
    #[error("unknown kind")]
    UnknownKind,
}
