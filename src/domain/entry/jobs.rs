//! Who acts by itself, and how surely somebody was known: codes of entries, as in `entry`.

coded! {
    /// The work that runs by itself.
    Job {
        /// Writes how readings and deposits ended.
        Closing = 1, "closing";
        /// Removes blobs that belong to nothing.
        Sweeper = 2, "sweeper";
        /// Moves locker keys to the newest epoch of the root key.
        KeyRotation = 3, "key_rotation";
        /// Erases lockers whose closure is over.
        Eraser = 4, "eraser";
        /// Notes long absences, and suspends members who are not active.
        Inactivity = 5, "inactivity";
        /// Notes mandates that have reached their end, and windows whose time was over.
        Expiry = 6, "expiry";
        /// Tells holders, outside the service, of what happened.
        Notices = 7, "notices";
        /// Tells servers of institutions of what they asked for.
        Webhooks = 10, "webhooks";
    }
}

coded! {
    /// How surely the actor was known.
    Strength {
        /// Not at all, or not applicable.
        None = 0, "none";
        /// An issuer vouched for them (eIDAS low, or none stated).
        Low = 1, "low";
        /// eIDAS substantial.
        Substantial = 2, "substantial";
        /// eIDAS high.
        High = 3, "high";
    }
}
