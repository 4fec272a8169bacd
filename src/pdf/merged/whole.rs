//! The file as a whole: the cover, the pages behind it, bookmarks, and the tree of tags that says in which order all is read.
//!
//! What lives here: what the file hangs on. What must not: reading what was brought.

use std::io::Write as _;

use jiff::tz::TimeZone;

use super::cleaned::{Copier, Seen};
use super::file::File;
use super::kinds::Kind;
use super::object::{Budget, Dict, Object, dict, numbers, words};
use super::out::{Out, Sheet};
use super::sheets::pages;
use super::stamp::Stamp;
use super::{LeftOut, Prepared};
use crate::domain::source::Timestamp;
use crate::pdf::PdfError;

/// How many pages a cover may have.
const COVER: usize = 500;
/// What the words across are called on a page.
const ACROSS: &str = "Across";

/// What a file says of itself.
pub(super) struct About<'a> {
    pub title: &'a str,
    pub language: &'a str,
    pub made_at: Option<Timestamp>,
}

/// A file that is being put together.
pub(super) struct Whole {
    out: Out,
    stamp: Option<Stamp>,
    budget: Budget,
    /// What all pages hang on, and all tags.
    tree: u32,
    tags: u32,
    kids: Vec<Object>,
    /// What stands at the top of the tags, and which of them each page has.
    tops: Vec<Object>,
    parents: Vec<Object>,
    next_parent: u32,
    stops: Vec<(String, u32)>,
    /// What the cover says of its tags.
    more: Dict,
}

/// How many pages a paper has that was set here.
pub(super) fn pages_of(set: &[u8]) -> Result<usize, PdfError> {
    let mut budget = Budget::new();
    let count = File::told(set, &mut budget).and_then(|mut file| {
        let root = file.root(&mut budget)?;
        Ok(pages(&mut file, &root, COVER, &mut budget)?.len())
    });
    count.map_err(|error| PdfError::Refused(error.to_string()))
}

impl Whole {
    pub fn new(mut out: Out, stamp: Option<Stamp>, budget: Budget) -> Self {
        let (tree, tags) = (out.reserve(), out.reserve());
        let (kids, tops, parents, stops, more) = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Dict::new());
        Self { out, stamp, budget, tree, tags, kids, tops, parents, next_parent: 0, stops, more }
    }

    pub fn write(
        mut self,
        cover: Option<&[u8]>,
        pieces: &[Prepared],
        seen: &Seen,
        about: &About<'_>,
    ) -> Result<Vec<u8>, LeftOut> {
        if let Some(cover) = cover {
            self.cover(cover, about)?;
        }
        for piece in pieces {
            if let Ok(sheets) = &piece.sheets {
                self.piece(piece, sheets)?;
            }
        }
        self.rest(seen, about)
    }

    /// The cover as it was set: its pages, and its tags.
    fn cover(&mut self, set: &[u8], about: &About<'_>) -> Result<(), LeftOut> {
        let mut file = File::told(set, &mut self.budget)?;
        let root = file.root(&mut self.budget)?;
        let pages = pages(&mut file, &root, COVER, &mut self.budget)?;
        let mut copier = Copier::new(&mut file, &mut self.out, &mut self.budget);
        let mut placed = Vec::new();
        for page in pages {
            let number = copier.out.reserve();
            if let Some(Object::Ref(from)) = page.get(b"Self".as_slice()) {
                copier.stands_for(*from, Kind::Own, number);
            }
            placed.push((number, page));
        }
        if let Some((number, _)) = placed.first() {
            self.stops.push((about.title.to_owned(), *number));
        }
        for (number, page) in placed {
            let page = of_cover(&mut copier, page, self.stamp.as_ref(), self.tree)?;
            copier.out.put(number, &Object::Dict(page))?;
            self.kids.push(Object::Ref(number));
        }
        if let Some(at @ Object::Ref(from)) = root.get(b"StructTreeRoot".as_slice()) {
            copier.stands_for(*from, Kind::Own, self.tags);
            let tags = copier.file.dict(Some(at), copier.budget)?.unwrap_or_default();
            match copier.file.plain(tags.get(b"K".as_slice()), copier.budget)? {
                Object::Array(tops) => {
                    for top in &tops {
                        self.tops.push(copier.value(top, Kind::Own));
                    }
                }
                Object::Null => {}
                _ => self.tops.extend(tags.get(b"K".as_slice()).map(|top| copier.value(top, Kind::Own))),
            }
            let parents = copier.file.dict(tags.get(b"ParentTree".as_slice()), copier.budget)?.unwrap_or_default();
            if let Object::Array(pairs) = copier.file.plain(parents.get(b"Nums".as_slice()), copier.budget)? {
                for pair in pairs.chunks_exact(2) {
                    let key = pair.first().and_then(Object::as_count).and_then(|key| u32::try_from(key).ok());
                    self.next_parent = self.next_parent.max(key.map_or(0, |key| key + 1));
                    self.parents.extend(pair.iter().map(|value| copier.value(value, Kind::Own)));
                }
            }
            for key in ["RoleMap", "ClassMap", "Namespaces"] {
                let value = tags.get(key.as_bytes()).map(|value| copier.value(value, Kind::Own));
                self.more.extend(value.map(|value| (key.as_bytes().to_vec(), value)));
            }
        }
        copier.settle()
    }

    /// The pages of a paper, one part of the whole.
    fn piece(&mut self, piece: &Prepared, sheets: &[Sheet]) -> Result<(), LeftOut> {
        let part = self.out.reserve();
        let mut inner = Vec::new();
        for sheet in sheets {
            let (page, tag) = (self.out.reserve(), self.out.reserve());
            if inner.is_empty() {
                self.stops.push((piece.label.clone(), page));
            }
            let mut told = dict([
                ("Type", Object::name("StructElem")),
                ("S", Object::name(if piece.is_picture { "Figure" } else { "P" })),
                ("P", Object::Ref(part)),
                ("Pg", Object::Ref(page)),
                ("K", Object::Number(0.0)),
            ]);
            if piece.is_picture {
                told.insert(b"Alt".to_vec(), words(&piece.label));
            }
            self.out.put(tag, &Object::Dict(told))?;
            inner.push(Object::Ref(tag));
            let key = Object::Number(f64::from(self.next_parent));
            self.next_parent += 1;
            self.parents.extend([key.clone(), Object::Array(vec![Object::Ref(tag)])]);
            self.sheet(sheet, page, key, piece.is_picture)?;
            self.kids.push(Object::Ref(page));
        }
        let told = dict([
            ("Type", Object::name("StructElem")),
            ("S", Object::name("Sect")),
            ("P", Object::Ref(self.tags)),
            ("T", words(&piece.label)),
            ("K", Object::Array(inner)),
        ]);
        self.out.put(part, &Object::Dict(told))?;
        self.tops.push(Object::Ref(part));
        Ok(())
    }

    fn sheet(&mut self, sheet: &Sheet, page: u32, key: Object, is_picture: bool) -> Result<(), LeftOut> {
        let mut drawn = Vec::new();
        // Writing to a vector doesn't fail.
        let _ = writeln!(drawn, "/{} <</MCID 0>> BDC", if is_picture { "Figure" } else { "P" });
        let mut pictures = Dict::new();
        for (at, ([a, b, c, d, e, f], number)) in sheet.drawn.iter().enumerate() {
            let _ = writeln!(drawn, "q {a:.6} {b:.6} {c:.6} {d:.6} {e:.4} {f:.4} cm /D{at} Do Q");
            pictures.insert(format!("D{at}").into_bytes(), Object::Ref(*number));
        }
        drawn.extend(b"EMC\n");
        if let Some(stamp) = &self.stamp {
            drawn.extend(stamp.across(sheet, ACROSS));
            pictures.insert(ACROSS.as_bytes().to_vec(), Object::Ref(stamp.number));
        }
        let contents = self.out.reserve();
        self.out.stream(contents, dict([("Filter", Object::name("FlateDecode"))]), &super::packed(&drawn)?)?;
        let mut told = dict([
            ("Type", Object::name("Page")),
            ("Parent", Object::Ref(self.tree)),
            ("MediaBox", numbers(&sheet.area)),
            ("Rotate", Object::Number(f64::from(sheet.turned))),
            ("Resources", Object::Dict(dict([("XObject", Object::Dict(pictures))]))),
            ("Contents", Object::Ref(contents)),
            ("StructParents", key),
            ("Tabs", Object::name("S")),
        ]);
        told.extend(sheet.unit.map(|unit| (b"UserUnit".to_vec(), Object::Number(unit))));
        self.out.put(page, &Object::Dict(told))
    }

    /// What everything hangs on.
    fn rest(mut self, seen: &Seen, about: &About<'_>) -> Result<Vec<u8>, LeftOut> {
        let (root, stops, info) = (self.out.reserve(), self.out.reserve(), self.out.reserve());
        let tree = dict([
            ("Type", Object::name("Pages")),
            ("Count", count(self.kids.len())),
            ("Kids", Object::Array(std::mem::take(&mut self.kids))),
        ]);
        self.out.put(self.tree, &Object::Dict(tree))?;
        let mut tags = std::mem::take(&mut self.more);
        tags.extend(dict([
            ("Type", Object::name("StructTreeRoot")),
            ("K", Object::Array(std::mem::take(&mut self.tops))),
            ("ParentTree", Object::Dict(dict([("Nums", Object::Array(std::mem::take(&mut self.parents)))]))),
            ("ParentTreeNextKey", Object::Number(f64::from(self.next_parent))),
        ]));
        self.out.put(self.tags, &Object::Dict(tags))?;
        self.bookmarks(stops)?;
        let mut said = dict([("Title", words(about.title)), ("Creator", words("Consigne"))]);
        // Drawn across, they are no words: here they are.
        said.extend(self.stamp.as_ref().map(|stamp| (b"Subject".to_vec(), words(&stamp.words))));
        said.extend(about.made_at.map(|at| (b"CreationDate".to_vec(), Object::Text(date(at).into_bytes()))));
        self.out.put(info, &Object::Dict(said))?;
        let mut catalog = dict([
            ("Type", Object::name("Catalog")),
            ("Pages", Object::Ref(self.tree)),
            ("Outlines", Object::Ref(stops)),
            ("PageMode", Object::name("UseOutlines")),
            ("Lang", words(about.language)),
            ("MarkInfo", Object::Dict(dict([("Marked", Object::Bool(true))]))),
            ("StructTreeRoot", Object::Ref(self.tags)),
            ("ViewerPreferences", Object::Dict(dict([("DisplayDocTitle", Object::Bool(true))]))),
        ]);
        if !seen.all.is_empty() {
            let refs = |all: &[u32]| Object::Array(all.iter().copied().map(Object::Ref).collect());
            let shown = dict([("BaseState", Object::name("ON")), ("OFF", refs(&seen.hidden))]);
            let layers = dict([("OCGs", refs(&seen.all)), ("D", Object::Dict(shown))]);
            catalog.insert(b"OCProperties".to_vec(), Object::Dict(layers));
        }
        self.out.put(root, &Object::Dict(catalog))?;
        Ok(self.out.finish(root, info))
    }

    fn bookmarks(&mut self, top: u32) -> Result<(), LeftOut> {
        let stops: Vec<_> = std::mem::take(&mut self.stops)
            .into_iter()
            .map(|(label, page)| (self.out.reserve(), label, page))
            .collect();
        let own: Vec<u32> = stops.iter().map(|(own, _, _)| *own).collect();
        for (at, (number, label, page)) in stops.into_iter().enumerate() {
            let mut told = dict([
                ("Title", words(&label)),
                ("Parent", Object::Ref(top)),
                ("Dest", Object::Array(vec![Object::Ref(page), Object::name("Fit")])),
            ]);
            let before = at.checked_sub(1).and_then(|before| own.get(before));
            for (key, other) in [("Prev", before), ("Next", own.get(at + 1))] {
                told.extend(other.map(|other| (key.as_bytes().to_vec(), Object::Ref(*other))));
            }
            self.out.put(number, &Object::Dict(told))?;
        }
        let mut told = dict([("Type", Object::name("Outlines")), ("Count", count(own.len()))]);
        for (key, end) in [("First", own.first()), ("Last", own.last())] {
            told.extend(end.map(|end| (key.as_bytes().to_vec(), Object::Ref(*end))));
        }
        self.out.put(top, &Object::Dict(told))
    }
}

/// A page of the cover, with the words across it.
fn of_cover(copier: &mut Copier<'_, '_>, mut page: Dict, stamp: Option<&Stamp>, tree: u32) -> Result<Dict, LeftOut> {
    for key in ["Self", "Parent", "Annots"] {
        page.remove(key.as_bytes());
    }
    let contents = page.remove(b"Contents".as_slice());
    let resources = copier.file.dict(page.remove(b"Resources".as_slice()).as_ref(), copier.budget)?;
    let mut resources = resources.unwrap_or_default();
    let pictures = copier.file.dict(resources.remove(b"XObject".as_slice()).as_ref(), copier.budget)?;
    let mut pictures = copier.dict(&pictures.unwrap_or_default(), Kind::Own);
    let mut resources = copier.dict(&resources, Kind::Own);
    let area = page.get(b"MediaBox".as_slice()).and_then(Object::as_array).unwrap_or_default();
    let area: Vec<f64> = area.iter().filter_map(Object::as_number).collect();
    let mut page = copier.dict(&page, Kind::Own);
    let mut parts: Vec<Object> = contents.iter().map(|part| copier.value(part, Kind::Own)).collect();
    if let (Some(stamp), Ok(area)) = (stamp, area.try_into()) {
        let (before, after) = (copier.out.reserve(), copier.out.reserve());
        let mut across = b"\nQ\n".to_vec();
        across.extend(stamp.across(&Sheet { area, turned: 0, unit: None, drawn: Vec::new() }, ACROSS));
        copier.out.stream(before, Dict::new(), b"q\n")?;
        copier.out.stream(after, dict([("Filter", Object::name("FlateDecode"))]), &super::packed(&across)?)?;
        parts.insert(0, Object::Ref(before));
        parts.push(Object::Ref(after));
        pictures.insert(ACROSS.as_bytes().to_vec(), Object::Ref(stamp.number));
    }
    resources.insert(b"XObject".to_vec(), Object::Dict(pictures));
    page.insert(b"Resources".to_vec(), Object::Dict(resources));
    page.insert(b"Contents".to_vec(), Object::Array(parts));
    page.insert(b"Parent".to_vec(), Object::Ref(tree));
    Ok(page)
}

#[expect(clippy::cast_precision_loss, reason = "there are never so many pages")]
const fn count(all: usize) -> Object {
    Object::Number(all as f64)
}

/// A moment, as the format has it.
fn date(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_microsecond(at.micros()).unwrap_or_default();
    let at = TimeZone::UTC.to_datetime(at);
    let [year, month, day] = [i32::from(at.year()), i32::from(at.month()), i32::from(at.day())];
    format!("D:{year:04}{month:02}{day:02}{:02}{:02}{:02}Z", at.hour(), at.minute(), at.second())
}
