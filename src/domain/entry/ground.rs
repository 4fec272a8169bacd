//! By what right something was done. The rules of [`super`] hold: a number keeps its meaning for ever.

coded! {
    /// By what right (DESIGN §2).
    Ground {
        /// None: the access was refused, or concerns no locker.
        None = 0, "none";
        /// It is their own locker.
        Ownership = 1, "ownership";
        /// The holder has let them, within limits (the entry names the mandate).
        Mandate = 2, "mandate";
        /// The holder handed it over to them, for a purpose, until a date (the entry names the share).
        Share = 3, "share";
        /// The holder agreed that they deposit papers (the entry names the agreement).
        Agreement = 4, "agreement";
        /// Upkeep: opens nothing of the content.
        Maintenance = 5, "maintenance";
        /// They belong to the organisation.
        Membership = 6, "membership";
        /// A court decided, within limits (the entry names the mandate).
        Judgment = 7, "judgment";
        /// They are a registered institution.
        Registration = 8, "registration";
    }
}
