//! The life of a locker: what one reads before it is opened, closing it, opening it again, erasing it, long absences.

mod absence;
mod closing;
mod erased;
mod identities;
mod information;
mod killed;
mod leap;
mod restored;
