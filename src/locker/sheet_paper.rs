//! The sheet that somebody signs, as a PDF: the words of what is proposed, in the one language that is signed, and lines to write on.

use super::attesting::{Addresses, set};
use super::sheets::SheetView;
use super::{LockerError, Lockers};
use crate::access::Caller;
use crate::domain::basis::Basis;
use crate::domain::entry::Reason;
use crate::domain::ids::MandateId;
use crate::domain::source::Timestamp;
use crate::pdf::{Block, Paper, Said};
use crate::words::{Locale, Value, moment, say, say_with};

/// The first figures of the words' SHA-256, in fours: enough to see that a sheet is of these words.
pub fn short_sum(sum: &str) -> String {
    [0..4, 4..8, 8..12, 12..16].into_iter().filter_map(|part| sum.get(part)).collect::<Vec<_>>().join(" ")
}

/// When a paper is made, and by which service.
pub(super) fn made(locale: Locale, service: &str, at: Timestamp) -> String {
    let at = moment(locale, at);
    say_with(locale, "paper-made", &[("moment", Value::Text(&at)), ("service", Value::Text(service))])
}

fn sheet(view: &SheetView, locale: Locale, made_at: Timestamp, (service, is_demo): (&str, bool)) -> Paper {
    let plain = |key: &str| Said::plain(say(locale, key));
    let reference = view.reference();
    let reference = say_with(locale, "sheet-reference", &[("reference", Value::Text(&reference))]);
    let until = moment(locale, view.proposal.until);
    // The article is in « jusqu'au ».
    let until = until.strip_prefix("le ").unwrap_or(&until);
    let sum = short_sum(&view.proposal.sha256.to_string());
    let mut blocks = vec![Block::Title(plain("sheet-title")), Block::Heading(Said::plain(&reference))];
    if is_demo {
        blocks.push(Block::Heading(plain("paper-demo")));
    }
    blocks.push(Block::Paragraph(plain("sheet-read-first")));
    blocks.extend(view.proposal.text.lines().map(|line| Block::Paragraph(Said::plain(line))));
    blocks.push(Block::Heading(plain("sheet-to-fill")));
    let fill = ["sheet-name", "sheet-place", "sheet-date", "sheet-read-by", "sheet-translated-by", "sheet-signature"];
    blocks.push(Block::Blanks(fill.map(plain).into()));
    blocks.push(Block::Paragraph(plain("sheet-then")));
    blocks.push(Block::Paragraph(Said::plain(say_with(locale, "sheet-not-before", &[("until", Value::Text(until))]))));
    blocks.push(Block::Paragraph(plain("sheet-stop")));
    blocks.push(Block::Fine(Said::plain(made(locale, service, made_at))));
    blocks.push(Block::Fine(Said::plain(say_with(locale, "sheet-printed", &[("sum", Value::Text(&sum))]))));
    Paper {
        title: say(locale, "sheet-title"),
        language: locale.code(),
        second: None,
        made_at,
        pages: Some(1),
        foot: reference,
        blocks,
    }
}

impl Lockers {
    /// When a page is printed now, and by which service, in words.
    pub fn made_now(&self, locale: Locale, addresses: &Addresses) -> String {
        made(locale, self.service_name(&addresses.home), self.source().now())
    }

    /// The sheet to sign of what the caller has proposed on paper: a PDF in one language. What a court decided has none: nobody signs it.
    pub async fn sheet_to_sign(
        &self,
        caller: &Caller,
        mandate: MandateId,
        locale: Locale,
        addresses: &Addresses,
    ) -> Result<Vec<u8>, LockerError> {
        let place = self.place_to_print(caller)?;
        let view = self.own_sheet(caller, mandate, locale).await?;
        if view.proposal.basis != Basis::Sheet {
            return Err(LockerError::Refused(Reason::UnknownMandate));
        }
        let by = (self.service_name(&addresses.home), self.is_demo());
        set(sheet(&view, locale, self.source().now(), by), place).await
    }
}
