//! What who helps may answer to a request, besides with which papers: to leave out a piece that must be there, in so many words, is to say no
//! to the request. That is its holder's.

use super::Reason;

/// Whether an answer may leave out so many of the pieces that must be there. Pure. `helps`: whether somebody who helps gives it.
///
/// # Errors
/// [`Reason::HoldersNo`].
pub const fn may_leave_out(helps: bool, left_out: usize) -> Result<(), Reason> {
    if helps && left_out > 0 { Err(Reason::HoldersNo) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn to_say_no_is_its_holders() {
        for left_out in 0..4 {
            assert_eq!(may_leave_out(false, left_out), Ok(()), "{left_out}");
            let by_helper = if left_out == 0 { Ok(()) } else { Err(Reason::HoldersNo) };
            assert_eq!(may_leave_out(true, left_out), by_helper, "{left_out}");
        }
    }
}
