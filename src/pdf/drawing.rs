//! What was set, drawn: pages, tags, and what the standards ask of the whole.

use std::ops::Range;

use jiff::tz::TimeZone;
use krilla::Document;
use krilla::SerializeSettings;
use krilla::color::luma;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, BBox, ContentTag, Identifier, Node, SpanTag, TagGroup, TagKind, TagTree,
};
use krilla::text::{GlyphId, KrillaGlyph};
use parley::layout::Line;

use super::fonts::{Fonts, Lines, Style};
use super::setting::{Branch, Drawn, FOOT, MARGIN, PAGE, Setting};
use super::{Paper, PdfError};

const FOOT_STYLE: Style = Style { size: 7.5, bold: false };

fn refused(error: impl std::fmt::Debug) -> PdfError {
    PdfError::Refused(format!("{error:?}"))
}

fn settings() -> Result<SerializeSettings, PdfError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(refused)?;
    Ok(SerializeSettings { configuration, ..SerializeSettings::default() })
}

fn metadata(paper: &Paper) -> Metadata {
    let made = jiff::Timestamp::from_microsecond(paper.made_at.micros()).unwrap_or_default();
    let made = TimeZone::UTC.to_datetime(made);
    let small = |number: i8| u8::try_from(number).unwrap_or_default();
    let made = DateTime::new(u16::try_from(made.year()).unwrap_or_default())
        .month(small(made.month()))
        .day(small(made.day()))
        .hour(small(made.hour()))
        .minute(small(made.minute()))
        .second(small(made.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    Metadata::new()
        .title(paper.title.clone())
        .language(paper.language.to_owned())
        .creator("Consigne".to_owned())
        .creation_date(made)
}

/// Draws everything; gives the bytes.
pub(super) fn draw(mut setting: Setting, paper: &Paper) -> Result<Vec<u8>, PdfError> {
    let mut document = Document::new_with(settings()?);
    document.set_metadata(metadata(paper));
    let mut outline = Outline::new();
    for stop in &setting.stops {
        let there = XyzDestination::new(stop.page, Point::from_xy(MARGIN, stop.top));
        outline.push_child(OutlineNode::new(stop.text.clone(), there));
    }
    document.set_outline(outline);
    let mut tags: Vec<Option<Identifier>> = setting.marks.iter().map(|_| None).collect();
    let pages = setting.pages;
    for number in 0..pages {
        // The number of the only page tells nothing; before papers that follow, it would be wrong.
        let foot = if pages == 1 { paper.foot.clone() } else { format!("{} · {}/{pages}", paper.foot, number + 1) };
        let foot = setting.fonts.lines(&foot, FOOT_STYLE, PAGE.0 - 2.0 * MARGIN, None);
        let size = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or(PdfError::Fonts)?;
        let mut page = document.start_page_with(size);
        let mut surface = page.surface();
        surface.set_fill(Some(ink()));
        for (mark, tag) in setting.marks.iter().zip(&mut tags).filter(|(mark, _)| mark.page == number) {
            *tag = Some(surface.start_tagged(content(&mark.drawn)));
            one(&mut surface, &setting.fonts, &mark.drawn);
            surface.end_tagged();
        }
        surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
        for mark in setting.ornaments.iter().filter(|mark| mark.page == number) {
            one(&mut surface, &setting.fonts, &mark.drawn);
        }
        surface.end_tagged();
        surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
        for index in 0..foot.layout.len() {
            line(&mut surface, &setting.fonts, &foot, index, (MARGIN, PAGE.1 - FOOT), false);
        }
        surface.end_tagged();
        surface.finish();
        page.finish();
    }
    let mut tree = TagTree::new().with_lang(Some(paper.language.to_owned()));
    for branch in setting.branches {
        if let Some(node) = grown(branch, &setting.marks, &tags) {
            tree.push(node);
        }
    }
    document.set_tag_tree(tree);
    document.finish().map_err(refused)
}

fn ink() -> Fill {
    Fill { paint: luma::Color::black().into(), opacity: NormalizedF32::ONE, rule: FillRule::default() }
}

/// The tree as the library takes it.
fn grown(branch: Branch, marks: &[super::setting::Mark], tags: &[Option<Identifier>]) -> Option<Node> {
    match branch {
        Branch::Leaf(at) => tags.get(at).copied().flatten().map(Node::from),
        Branch::Group(tag, branches) => {
            let tag = placed(tag, &branches, marks);
            let children = branches.into_iter().filter_map(|branch| grown(branch, marks, tags)).collect();
            Some(TagGroup::with_children(tag, children).into())
        }
    }
}

/// A figure says where it stands.
fn placed(tag: TagKind, branches: &[Branch], marks: &[super::setting::Mark]) -> TagKind {
    let TagKind::Figure(figure) = tag else { return tag };
    let mark = branches.first().and_then(|branch| match branch {
        Branch::Leaf(at) => marks.get(*at),
        Branch::Group(..) => None,
    });
    let rect = mark.and_then(|mark| match &mark.drawn {
        Drawn::Squares { x, top, size, .. } => {
            Rect::from_xywh(*x, *top, *size, *size).map(|rect| BBox::new(mark.page, rect))
        }
        Drawn::Line { .. } | Drawn::Rule { .. } => None,
    });
    TagKind::Figure(figure.with_bbox(rect))
}

/// What a mark is, for who reads the paper by its tags, or takes its words out of it.
fn content(drawn: &Drawn) -> ContentTag<'_> {
    let Drawn::Line { lines, index, .. } = drawn else { return ContentTag::Other };
    let span = SpanTag::empty().with_lang(lines.language);
    // Read from the right, letters that were drawn as one are taken apart the wrong way round: the words are given with them.
    let is_turned = |line: &Line<'_, ()>| line.runs().any(|run| run.is_rtl());
    let turned = lines.layout.get(*index).filter(is_turned).and_then(|line| lines.text.get(line.text_range()));
    ContentTag::Span(span.with_actual_text(turned))
}

fn one(surface: &mut Surface<'_>, fonts: &Fonts, drawn: &Drawn) {
    match drawn {
        Drawn::Line { lines, index, x, top } => line(surface, fonts, lines, *index, (*x, *top), false),
        Drawn::Squares { dark, side, x, top, size } => squares(surface, dark, *side, (*x, *top, *size)),
        Drawn::Rule { x, top, width } => {
            let mut path = PathBuilder::new();
            if let Some(rect) = Rect::from_xywh(*x, *top, *width, 0.5) {
                path.push_rect(rect);
            }
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
    }
}

fn squares(surface: &mut Surface<'_>, dark: &[bool], across: usize, (x, top, size): (f32, f32, f32)) {
    let mut path = PathBuilder::new();
    #[expect(clippy::cast_precision_loss, reason = "a picture has fewer than two hundred squares a side")]
    let step = size / across as f32;
    let (mut row, mut column) = (0.0, 0.0);
    for (at, is_dark) in dark.iter().enumerate() {
        if at > 0 && at % across == 0 {
            (row, column) = (row + step, 0.0);
        }
        // A little over, so that no white stands between two.
        if let Some(rect) = Rect::from_xywh(x + column, top + row, step + 0.05, step + 0.05).filter(|_| *is_dark) {
            path.push_rect(rect);
        }
        column += step;
    }
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

/// Draws one line of words whose top left corner is given: as words, or as what they look like, which nobody can take out as words.
pub(super) fn line(
    surface: &mut Surface<'_>,
    fonts: &Fonts,
    lines: &Lines,
    index: usize,
    (x, top): (f32, f32),
    is_outlined: bool,
) {
    let Some(line) = lines.layout.get(index) else { return };
    let metrics = line.metrics();
    let y = top + metrics.baseline - metrics.block_min_coord;
    let mut x = x + metrics.offset;
    for run in line.runs() {
        let size = run.font_size();
        let mut glyphs: Vec<KrillaGlyph> = Vec::new();
        let start = x;
        // The second half of a ligature has no letter of its own; read from the right, it comes before the first.
        let mut half: Option<Range<usize>> = None;
        for cluster in run.visual_clusters() {
            let range = cluster.text_range();
            if cluster.is_ligature_continuation() {
                match glyphs.last_mut().filter(|_| !run.is_rtl()) {
                    Some(glyph) => glyph.text_range = both(&glyph.text_range, &range),
                    None => half = Some(half.map_or(range.clone(), |half| both(&half, &range))),
                }
                continue;
            }
            let range = half.take().map_or(range.clone(), |half| both(&half, &range));
            for glyph in cluster.glyphs() {
                let (advance, dx, dy) = (glyph.advance / size, glyph.x / size, glyph.y / size);
                glyphs.push(KrillaGlyph::new(GlyphId::new(glyph.id), advance, dx, dy, 0.0, range.clone(), None));
                x += glyph.advance;
            }
        }
        if let Some(font) = fonts.drawn(run.font().data.id()).filter(|_| !glyphs.is_empty()) {
            surface.draw_glyphs(Point::from_xy(start, y), &glyphs, font.clone(), &lines.text, size, is_outlined);
        }
    }
}

fn both(one: &Range<usize>, other: &Range<usize>) -> Range<usize> {
    one.start.min(other.start)..one.end.max(other.end)
}
