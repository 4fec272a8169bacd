//! The life of a locker: what one reads before it is opened, closing it, opening it again, erasing it, long absences.

mod information;
