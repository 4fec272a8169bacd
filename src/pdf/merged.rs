//! Several papers as one PDF behind a cover, and one paper with words across each of its pages.
//!
//! What lives here: what may be merged and within which bounds, in two steps: [`plan`] looks at everything and says what will stand
//! on which pages, [`merge`] writes the file behind a cover that tells it. What must not: sentences, rights, what is told to whom.
//!
//! What is merged was brought by somebody, and may be made to harm. It is read by a reader of our own that counts what it spends, and
//! only what draws is passed on, key by key: no script, action, form, link, file within. What was filled in and noted is passed on as it
//! looks. Signatures in a PDF don't survive; their look does.
//!
//! Bounds, for a whole plan: [`MOST_IN`] bytes of papers, two million values, 2 GiB of bytes read and unpacked in passing, 128 MiB
//! unpacked and kept, 50 million points in a picture that is drawn anew. No piece spends more than half of what is left, so that one
//! doesn't use up what the others need. It computes for seconds at worst: call it where waiting is allowed.
//!
//! To merge another kind: an arm in `sheets_of`.

mod cleaned;
mod file;
mod jpeg;
mod kinds;
mod object;
mod out;
mod pictures;
mod sheets;
mod stamp;
#[cfg(test)]
mod tests;
mod unpacking;
mod whole;

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::{Paper, PdfError, set};
use crate::domain::source::Timestamp;
use cleaned::Seen;
use object::Budget;
use out::{Out, Sheet};
use stamp::Stamp;
use whole::{About, Whole};

/// How many bytes of papers a plan looks at; what comes after is left out.
pub const MOST_IN: usize = 64 << 20;
/// What the cover, the words across and the list of pages may add to what was brought.
const OWN: usize = 16 << 20;

/// A paper to merge.
#[derive(Debug, Clone, Copy)]
pub struct Piece<'a> {
    /// What it is called among the bookmarks.
    pub label: &'a str,
    /// What it is said to be, such as `application/pdf`; it is left out where it isn't.
    pub media_type: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// How large the whole may become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Pages, without those of the cover.
    pub pages: usize,
    /// Bytes, without the cover and the words across.
    pub bytes: usize,
}

/// Why a paper is not in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LeftOut {
    /// It is locked, with a password or without.
    #[error("it is encrypted")]
    Encrypted,
    /// It does not read as what it is said to be.
    #[error("it does not read")]
    Damaged,
    /// It is of a kind that is not merged.
    #[error("its kind is not merged")]
    Kind,
    /// It has too many pages or bytes, or unpacks to too many.
    #[error("it is too large")]
    TooLarge,
}

/// How it went with a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is in the file.
    Merged {
        /// Its first page; the first page of the file is 1.
        first: usize,
        /// Its last page.
        last: usize,
    },
    /// It is not.
    LeftOut(LeftOut),
}

/// Why one paper was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// The paper itself doesn't allow it.
    #[error("a paper was left out: {0}")]
    LeftOut(#[from] LeftOut),
    /// What is made here was not made.
    #[error(transparent)]
    Pdf(#[from] PdfError),
}

/// Papers that were looked at: what will be in the file, on how many pages.
pub struct Plan {
    out: Out,
    pieces: Vec<Prepared>,
    seen: Seen,
}

struct Prepared {
    label: String,
    sheets: Result<Vec<Sheet>, LeftOut>,
    is_picture: bool,
}

/// Papers as one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The PDF.
    pub bytes: Vec<u8>,
    /// How it went with each paper, in the order in which they came.
    pub outcomes: Vec<Outcome>,
}

/// Looks at papers: each that can be merged is taken apart and kept, ready to be written.
pub fn plan(pieces: &[Piece<'_>], limits: Limits) -> Plan {
    let mut plan = Plan { out: Out::new(limits.bytes), pieces: Vec::new(), seen: Seen::default() };
    let (mut budget, mut pages, mut bytes) = (Budget::new(), 0, 0_usize);
    for piece in pieces {
        bytes = bytes.saturating_add(piece.bytes.len());
        let sheets = if bytes > MOST_IN {
            bytes -= piece.bytes.len();
            Err(LeftOut::TooLarge)
        } else {
            plan.taken(piece, limits.pages.saturating_sub(pages), &mut budget)
        };
        pages += sheets.as_ref().map_or(0, Vec::len);
        let is_picture = piece.media_type != PDF;
        plan.pieces.push(Prepared { label: piece.label.to_owned(), sheets, is_picture });
    }
    plan
}

const PDF: &str = "application/pdf";

impl Plan {
    /// How it will go with each paper behind a cover of so many pages.
    pub fn outcomes(&self, cover: usize) -> Vec<Outcome> {
        let mut next = cover + 1;
        let outcome = |piece: &Prepared| match &piece.sheets {
            Ok(sheets) => {
                let first = next;
                next += sheets.len();
                Outcome::Merged { first, last: next - 1 }
            }
            Err(left_out) => Outcome::LeftOut(*left_out),
        };
        self.pieces.iter().map(outcome).collect()
    }

    fn taken(&mut self, piece: &Piece<'_>, pages: usize, budget: &mut Budget) -> Result<Vec<Sheet>, LeftOut> {
        let mark = self.out.mark();
        let mut share = budget.half();
        let before = share;
        // The reader of PDF has no way to panic that we know of; those of PNG and WebP are others', and what is read was brought by
        // somebody. What was written until then is forgotten, so nothing half done is seen after.
        let taken = catch_unwind(AssertUnwindSafe(|| sheets_of(piece, pages, &mut self.out, &mut share)));
        budget.spend(&before, &share);
        match taken.unwrap_or(Err(LeftOut::Damaged)) {
            Ok((sheets, seen)) => {
                self.seen.all.extend(seen.all);
                self.seen.hidden.extend(seen.hidden);
                Ok(sheets)
            }
            Err(left_out) => {
                self.out.back_to(&mark);
                Err(left_out)
            }
        }
    }
}

fn sheets_of(
    piece: &Piece<'_>,
    pages: usize,
    out: &mut Out,
    budget: &mut Budget,
) -> Result<(Vec<Sheet>, Seen), LeftOut> {
    let picture = match piece.media_type {
        PDF => return sheets::sheets(piece.bytes, pages, out, budget),
        "image/jpeg" => pictures::jpeg,
        "image/png" => pictures::png,
        "image/webp" => pictures::webp,
        _ => return Err(LeftOut::Kind),
    };
    if pages == 0 {
        return Err(LeftOut::TooLarge);
    }
    Ok((vec![picture(piece.bytes, out, budget)?], Seen::default()))
}

/// Writes the file: the cover, and behind it every paper that can be merged. The cover is asked for with what it is to tell; how many pages
/// it takes is known only then, so it is asked for again where the pages have moved.
pub fn merge(plan: Plan, cover: impl Fn(&[Outcome]) -> Paper, across: Option<&str>) -> Result<Merged, PdfError> {
    let mut expected = 1;
    for _ in 0..4 {
        let outcomes = plan.outcomes(expected);
        let paper = cover(&outcomes);
        let set = set(&paper)?;
        let pages = whole::pages_of(&set)?;
        if pages == expected {
            let about = About { title: &paper.title, language: paper.language, made_at: Some(paper.made_at) };
            let bytes = written(plan, Some(&set), &about, across)?;
            return Ok(Merged { bytes, outcomes });
        }
        expected = pages;
    }
    Err(PdfError::Refused("the cover takes another number of pages each time".to_owned()))
}

/// One paper as a PDF with words across each page. It is called as the piece is, and read in the language given, a BCP 47 tag.
pub fn watermarked(piece: &Piece<'_>, across: &str, language: &str, limits: Limits) -> Result<Vec<u8>, MergeError> {
    let plan = plan(&[*piece], limits);
    if let Some(Err(left_out)) = plan.pieces.first().map(|piece| piece.sheets.as_ref()) {
        return Err((*left_out).into());
    }
    let about = About { title: piece.label, language, made_at: None::<Timestamp> };
    Ok(written(plan, None, &about, Some(across))?)
}

fn written(mut plan: Plan, cover: Option<&[u8]>, about: &About<'_>, across: Option<&str>) -> Result<Vec<u8>, PdfError> {
    plan.out.allow(OWN);
    let refused = |left_out: LeftOut| PdfError::Refused(left_out.to_string());
    let mut budget = Budget::new();
    let stamp = across.map(|across| Stamp::new(across, &mut plan.out, &mut budget)).transpose()?;
    let whole = Whole::new(plan.out, stamp, budget);
    whole.write(cover, &plan.pieces, &plan.seen, about).map_err(refused)
}

fn packed(bytes: &[u8]) -> Result<Vec<u8>, LeftOut> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::new(6));
    packer.write_all(bytes).and_then(|()| packer.finish()).map_err(|_| LeftOut::Damaged)
}
