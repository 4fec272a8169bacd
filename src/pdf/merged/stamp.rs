//! Words across a page: for whom a copy is, what for, since when. They are repeated, and let what is below be read.
//!
//! What lives here: how the words look, where they stand on a page of any size. What must not: which words.

use std::io::Write as _;

use krilla::Document;
use krilla::color::luma;
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, Stroke};

use super::object::Budget;
use super::out::{Out, Sheet};
use super::sheets::sheets;
use crate::pdf::PdfError;
use crate::pdf::drawing::line;
use crate::pdf::fonts::{Fonts, Style};

const STYLE: Style = Style { size: 15.0, bold: true };
/// How wide the words may become before they go on below.
const WIDEST: f32 = 300.0;
/// How many letters are set; more would cover the page.
const LETTERS: usize = 400;
/// What is left free beside the words, and below them.
const BESIDE: f64 = 46.0;
const BELOW: f64 = 78.0;
/// How they climb, in degrees.
const CLIMB: f64 = 32.0;
/// Left free around the words, so that the edges of letters are not cut.
const AROUND: f32 = 3.0;
/// The shorter side of a page on which the words have their own size.
const USUAL: f64 = 595.28;

/// Words, drawn once, to be put on many pages.
pub(super) struct Stamp {
    /// The drawing.
    pub number: u32,
    /// The words that are set.
    pub words: String,
    width: f64,
    height: f64,
}

impl Stamp {
    /// Draws the words.
    pub fn new(words: &str, out: &mut Out, budget: &mut Budget) -> Result<Self, PdfError> {
        let refused = |error: &dyn std::fmt::Debug| PdfError::Refused(format!("{error:?}"));
        let mut fonts = Fonts::new()?;
        let mut kept: String = words.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some((end, _)) = kept.char_indices().nth(LETTERS) {
            kept.truncate(end);
            kept.push('…');
        }
        let wide = fonts.lines(&kept, STYLE, WIDEST, None).layout.width().clamp(1.0, WIDEST) + 1.0;
        let lines = fonts.lines(&kept, STYLE, wide, None);
        let (width, height) = (wide + 2.0 * AROUND, lines.layout.height().max(1.0) + 2.0 * AROUND);
        let mut document = Document::new();
        let size = PageSettings::from_wh(width, height).ok_or(PdfError::Fonts)?;
        let mut page = document.start_page_with(size);
        let mut surface = page.surface();
        // White around the letters, so that they are seen on what is dark; then the letters, lighter than what they stand on.
        let white = |opacity| Stroke {
            paint: luma::Color::white().into(),
            width: 1.6,
            opacity: NormalizedF32::new(opacity).unwrap_or(NormalizedF32::ONE),
            ..Stroke::default()
        };
        let black = |opacity| Fill {
            paint: luma::Color::black().into(),
            opacity: NormalizedF32::new(opacity).unwrap_or(NormalizedF32::ONE),
            rule: FillRule::default(),
        };
        for (stroke, fill) in [(Some(white(0.3)), None), (None, Some(black(0.22)))] {
            surface.set_stroke(stroke);
            surface.set_fill(fill);
            let mut top = AROUND;
            for index in 0..lines.layout.len() {
                // As they look: the words below can still be taken out, read aloud and searched without these between them.
                line(&mut surface, &fonts, &lines, index, (AROUND, top), true);
                top += lines.layout.get(index).map_or(0.0, |line| line.metrics().line_height);
            }
        }
        surface.finish();
        page.finish();
        let drawn = document.finish().map_err(|error| refused(&error))?;
        let (sheets, _) = sheets(&drawn, 1, out, budget).map_err(|error| refused(&error))?;
        let number = sheets.first().and_then(|sheet| sheet.drawn.first()).map(|(_, number)| *number);
        let number = number.ok_or(PdfError::Fonts)?;
        Ok(Self { number, words: kept, width: f64::from(width), height: f64::from(height) })
    }

    /// What puts the words all over a page, as the content of a page says it; the drawing is called as told.
    pub fn across(&self, sheet: &Sheet, name: &str) -> Vec<u8> {
        let (width, height) = (sheet.width(), sheet.height());
        let scale = (width.min(height) / USUAL).clamp(0.02, 30.0);
        let (wide, high) = (self.width * scale, self.height * scale);
        let (step, rise) = (wide + BESIDE * scale, high + BELOW * scale);
        // Pages that are shown turned have their words turned with them.
        let (sine, cosine) = (CLIMB + f64::from(sheet.turned)).to_radians().sin_cos();
        let (middle_x, middle_y) = (sheet.area[0] + width / 2.0, sheet.area[1] + height / 2.0);
        let reach = width.hypot(height) / 2.0;
        let mut drawn = b"/Artifact BMC\n".to_vec();
        let rows = steps(reach, rise);
        for row in -rows..=rows {
            let up = f64::from(row) * rise;
            let shift = if row % 2 == 0 { 0.0 } else { step / 2.0 };
            let columns = steps(reach, step) + 1;
            for column in -columns..=columns {
                let along = f64::from(column) * step + shift;
                let (x, y) = (middle_x + along * cosine - up * sine, middle_y + along * sine + up * cosine);
                let half = wide.hypot(high) / 2.0;
                if (x - middle_x).abs() > width / 2.0 + half || (y - middle_y).abs() > height / 2.0 + half {
                    continue;
                }
                let (x, y) = (x - wide / 2.0 * cosine + high / 2.0 * sine, y - wide / 2.0 * sine - high / 2.0 * cosine);
                let (c, s) = (cosine * scale, sine * scale);
                // Writing to a vector doesn't fail.
                let _ = writeln!(drawn, "q {c:.5} {s:.5} {:.5} {c:.5} {x:.3} {y:.3} cm /{name} Do Q", -s);
            }
        }
        drawn.extend(b"EMC\n");
        drawn
    }
}

/// How many steps reach so far. A page is at most some thousand times as long as it is wide.
fn steps(reach: f64, step: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "bounded")]
    let steps = (reach / step).ceil().clamp(0.0, 200.0) as i32;
    steps
}
