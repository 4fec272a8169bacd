//! The font: `DejaVu Sans`, regular and bold, built in. It covers Latin, Greek, Cyrillic, Arabic, Hebrew, Armenian and Georgian; what it has no
//! letter for becomes U+FFFD, which it has.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use krilla::text::Font;
use parley::fontique::{Blob, Collection, CollectionOptions, SourceCache};
use parley::layout::{Alignment, Layout};
use parley::style::{FontFamily, FontFamilyName, FontWeight, LineHeight, OverflowWrap, StyleProperty};
use parley::{FontContext, LayoutContext};
use skrifa::charmap::Charmap;
use skrifa::{FontRef, MetadataProvider};

use super::PdfError;

static REGULAR: &[u8] = include_bytes!("../../assets/fonts/DejaVuSans.ttf");
static BOLD: &[u8] = include_bytes!("../../assets/fonts/DejaVuSans-Bold.ttf");
const FAMILY: &str = "DejaVu Sans";
/// Stands for a letter that the font has not.
const UNKNOWN: char = '\u{fffd}';

/// How words look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Style {
    /// Size in points.
    pub size: f32,
    /// Whether they are bold.
    pub bold: bool,
}

/// Words, broken into lines.
pub(super) struct Lines {
    /// As they are drawn, which is as they were asked for but for letters that the font has not.
    pub text: String,
    /// Where everything stands.
    pub layout: Layout<()>,
    /// Their language, where it is not the paper's first.
    pub language: Option<&'static str>,
}

/// Fonts, ready to set words and to draw them.
pub(super) struct Fonts {
    context: FontContext,
    layouts: LayoutContext<()>,
    drawn: HashMap<u64, Font>,
    letters: Charmap<'static>,
}

impl Fonts {
    pub fn new() -> Result<Self, PdfError> {
        let options = CollectionOptions { shared: false, system_fonts: false };
        let mut context = FontContext { collection: Collection::new(options), source_cache: SourceCache::default() };
        let mut drawn = HashMap::new();
        for data in [REGULAR, BOLD] {
            let blob = Blob::new(Arc::new(data));
            let font = Font::new(data.into(), 0).ok_or(PdfError::Fonts)?;
            drawn.insert(blob.id(), font);
            if context.collection.register_fonts(blob, None).is_empty() {
                return Err(PdfError::Fonts);
            }
        }
        let letters = FontRef::new(REGULAR).map_err(|_| PdfError::Fonts)?.charmap();
        Ok(Self { context, layouts: LayoutContext::new(), drawn, letters })
    }

    /// The font to draw a run of words with.
    pub fn drawn(&self, id: u64) -> Option<&Font> {
        self.drawn.get(&id)
    }

    /// Sets words in lines of a width, in points.
    pub fn lines(&mut self, words: &str, style: Style, width: f32, language: Option<&'static str>) -> Lines {
        let text: String = words.chars().map(|c| if self.has(c) { c } else { UNKNOWN }).collect();
        let layout = self.layout(&text, style, width);
        Lines { text, layout, language }
    }

    /// Whether the font has a letter for this, or needs none: what only steers the setting.
    fn has(&self, c: char) -> bool {
        matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}')
            || (!is_unfit(c) && self.letters.map(c).is_some_and(|id| id.to_u32() != 0))
    }

    fn layout(&mut self, text: &str, style: Style, width: f32) -> Layout<()> {
        let mut builder = self.layouts.ranged_builder(&mut self.context, text, 1.0, false);
        let family = FontFamily::Single(FontFamilyName::Named(Cow::Borrowed(FAMILY)));
        builder.push_default(StyleProperty::FontFamily(family));
        builder.push_default(StyleProperty::FontSize(style.size));
        builder.push_default(StyleProperty::LineHeight(LineHeight::FontSizeRelative(1.3)));
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
        if style.bold {
            builder.push_default(StyleProperty::FontWeight(FontWeight::BOLD));
        }
        let mut layout = builder.build(text);
        layout.break_all_lines(Some(width));
        layout.align(Alignment::Start, parley::AlignmentOptions::default());
        layout
    }
}

/// What the standards allow in no text: ends of lines are set otherwise, private letters mean something else to everybody.
const fn is_unfit(c: char) -> bool {
    matches!(c, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{e000}'..='\u{f8ff}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        | '\u{f0000}'..='\u{10ffff}')
}
