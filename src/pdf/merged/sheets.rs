//! The pages of a PDF that somebody brought, each as one drawing with what was filled in and noted on it.
//!
//! A drawing keeps to itself: whatever it does to how things are drawn ends with it. What lives here: the tree of pages, what a page
//! inherits, what stands on it. What must not: what is drawn over it.

use std::collections::BTreeSet;

use super::LeftOut;
use super::cleaned::{Copier, Seen};
use super::file::{File, Found};
use super::kinds::Kind;
use super::object::{Budget, Dict, Object, dict, numbers};
use super::out::{Out, Sheet};
use super::unpacking::{unpacked, weighed};

/// How many nodes a tree of pages may have beside its pages.
const NODES: usize = 20_000;
/// How many notes and fields a page may have.
const NOTES: usize = 4_000;
/// A page without a size.
const A4: [f64; 4] = [0.0, 0.0, 595.28, 841.89];
/// How wide and how high a page may be, in points: the format's own bounds.
const SIDES: std::ops::RangeInclusive<f64> = 3.0..=14_400.0;
/// What a page has from what it hangs on.
const INHERITED: [&str; 4] = ["Resources", "MediaBox", "CropBox", "Rotate"];

/// The pages of a PDF, written, at most so many.
pub(super) fn sheets(
    bytes: &[u8],
    most: usize,
    out: &mut Out,
    budget: &mut Budget,
) -> Result<(Vec<Sheet>, Seen), LeftOut> {
    let mark = out.mark();
    let told = File::told(bytes, budget).and_then(|mut file| {
        let sheets = all(&mut file, most, out, budget)?;
        if file.is_astray { Err(LeftOut::Damaged) } else { Ok(sheets) }
    });
    if !matches!(told, Err(LeftOut::Damaged)) {
        return told;
    }
    out.back_to(&mark);
    all(&mut File::searched(bytes, budget)?, most, out, budget)
}

fn all(file: &mut File<'_>, most: usize, out: &mut Out, budget: &mut Budget) -> Result<(Vec<Sheet>, Seen), LeftOut> {
    if file.is_encrypted() {
        return Err(LeftOut::Encrypted);
    }
    let root = file.root(budget)?;
    // What only its own program shows, and a cover of files within.
    let needs_its_program = root.get(b"NeedsRendering".as_slice()) == Some(&Object::Bool(true));
    if needs_its_program || root.contains_key(b"Collection".as_slice()) {
        return Err(LeftOut::Kind);
    }
    let pages = pages(file, &root, most, budget)?;
    let hidden = hidden(file, &root, budget)?;
    let mut copier = Copier::new(file, out, budget);
    copier.hidden = hidden;
    let sheets = pages.iter().map(|page| sheet(&mut copier, page)).collect::<Result<_, _>>()?;
    copier.settle()?;
    Ok((sheets, copier.seen))
}

/// Every page, with what it inherits, in the order in which they are read.
pub(super) fn pages(file: &mut File<'_>, root: &Dict, most: usize, budget: &mut Budget) -> Result<Vec<Dict>, LeftOut> {
    let top = root.get(b"Pages".as_slice()).cloned().ok_or(LeftOut::Damaged)?;
    let mut waiting = vec![(top, Dict::new())];
    let (mut seen, mut pages) = (BTreeSet::new(), Vec::new());
    while let Some((at, inherited)) = waiting.pop() {
        budget.work(64)?;
        let mut node = file.dict(Some(&at), budget)?.ok_or(LeftOut::Damaged)?;
        for (key, value) in inherited {
            node.entry(key).or_insert(value);
        }
        let Some(kids) = node.get(b"Kids".as_slice()) else {
            if pages.len() == most {
                return Err(LeftOut::TooLarge);
            }
            // Where it stands, for what points at it.
            node.insert(b"Self".to_vec(), at);
            pages.push(node);
            continue;
        };
        // A tree that comes back to itself has no end, and one whose branches meet has too many.
        if let Object::Ref(number) = at
            && (!seen.insert(number) || seen.len() > NODES)
        {
            return Err(LeftOut::Damaged);
        }
        let Object::Array(kids) = file.plain(Some(kids), budget)? else { return Err(LeftOut::Damaged) };
        if kids.len() > NODES.max(most) {
            return Err(LeftOut::TooLarge);
        }
        let inherited: Dict = INHERITED
            .iter()
            .filter_map(|key| Some((key.as_bytes().to_vec(), node.get(key.as_bytes())?.clone())))
            .collect();
        waiting.extend(kids.into_iter().rev().map(|kid| (kid, inherited.clone())));
        if waiting.len() > NODES.max(most) * 2 {
            return Err(LeftOut::TooLarge);
        }
    }
    if pages.is_empty() { Err(LeftOut::Damaged) } else { Ok(pages) }
}

/// The layers that are not shown.
fn hidden(file: &mut File<'_>, root: &Dict, budget: &mut Budget) -> Result<BTreeSet<u32>, LeftOut> {
    let Some(layers) = file.dict(root.get(b"OCProperties".as_slice()), budget)? else { return Ok(BTreeSet::new()) };
    let shown = file.dict(layers.get(b"D".as_slice()), budget)?.unwrap_or_default();
    let mut refs = |object: Option<&Object>| -> Result<BTreeSet<u32>, LeftOut> {
        let Object::Array(items) = file.plain(object, budget)? else { return Ok(BTreeSet::new()) };
        Ok(items.iter().filter_map(|item| if let Object::Ref(number) = item { Some(*number) } else { None }).collect())
    };
    let (on, off) = (refs(shown.get(b"ON".as_slice()))?, refs(shown.get(b"OFF".as_slice()))?);
    if shown.get(b"BaseState".as_slice()).and_then(Object::as_name) == Some(b"OFF") {
        let all = refs(layers.get(b"OCGs".as_slice()))?;
        return Ok(all.difference(&on).copied().collect());
    }
    Ok(off)
}

fn sheet(copier: &mut Copier<'_, '_>, page: &Dict) -> Result<Sheet, LeftOut> {
    let media = rect(copier, page.get(b"MediaBox".as_slice()))?.unwrap_or(A4);
    let crop = rect(copier, page.get(b"CropBox".as_slice()))?.unwrap_or(media);
    let within = [crop[0].max(media[0]), crop[1].max(media[1]), crop[2].min(media[2]), crop[3].min(media[3])];
    let area = if within[2] - within[0] > 1.0 && within[3] - within[1] > 1.0 { within } else { media };
    let turned = copier.file.plain(page.get(b"Rotate".as_slice()), copier.budget)?.as_number().unwrap_or(0.0);
    let turned = [90, 180, 270].into_iter().find(|angle| (turned.rem_euclid(360.0) - f64::from(*angle)).abs() < 0.5);
    let unit = copier.file.plain(page.get(b"UserUnit".as_slice()), copier.budget)?.as_number();
    let unit = unit.filter(|unit| (0.1..=100.0).contains(unit) && (*unit - 1.0).abs() > 1e-6);
    let mut sheet = Sheet { area, turned: turned.unwrap_or(0), unit, drawn: Vec::new() };
    if !SIDES.contains(&sheet.width()) || !SIDES.contains(&sheet.height()) {
        return Err(LeftOut::Damaged);
    }
    let own = drawing(copier, page, area)?;
    sheet.drawn.push(([1.0, 0.0, 0.0, 1.0, 0.0, 0.0], own));
    notes(copier, page, &mut sheet)?;
    Ok(sheet)
}

fn rect(copier: &mut Copier<'_, '_>, object: Option<&Object>) -> Result<Option<[f64; 4]>, LeftOut> {
    let sides = row(copier, object)?;
    let Ok([a, b, c, d]) = <[f64; 4]>::try_from(sides) else { return Ok(None) };
    Ok(Some([a.min(c), b.min(d), a.max(c), b.max(d)]).filter(|[left, bottom, right, top]| left < right && bottom < top))
}

/// A row of numbers.
fn row(copier: &mut Copier<'_, '_>, object: Option<&Object>) -> Result<Vec<f64>, LeftOut> {
    let Object::Array(items) = copier.file.plain(object, copier.budget)? else { return Ok(Vec::new()) };
    if items.len() > 16 {
        return Ok(Vec::new());
    }
    let mut row = Vec::new();
    for item in &items {
        row.extend(copier.file.plain(Some(item), copier.budget)?.as_number().filter(|number| number.abs() < 1e7));
    }
    Ok(row)
}

/// What a page draws, as one drawing.
fn drawing(copier: &mut Copier<'_, '_>, page: &Dict, area: [f64; 4]) -> Result<u32, LeftOut> {
    let mut told =
        dict([("Type", Object::name("XObject")), ("Subtype", Object::name("Form")), ("BBox", numbers(&area))]);
    let resources = copier.file.dict(page.get(b"Resources".as_slice()), copier.budget)?.unwrap_or_default();
    told.insert(b"Resources".to_vec(), Object::Dict(resources));
    // What shines through is mixed on the page by itself, as it was.
    let group = copier.file.dict(page.get(b"Group".as_slice()), copier.budget)?;
    told.extend(group.map(|group| (b"Group".to_vec(), Object::Dict(group))));
    let parts = match page.get(b"Contents".as_slice()) {
        None | Some(Object::Null) => Vec::new(),
        Some(contents) => match copier.file.found(contents, copier.budget)? {
            Found::Stream(packed, data) => vec![(packed, data)],
            Found::Plain(Object::Array(items)) => {
                let mut parts = Vec::new();
                for item in &items {
                    match copier.file.found(item, copier.budget)? {
                        Found::Stream(packed, data) => parts.push((packed, data)),
                        Found::Plain(_) => return Err(LeftOut::Damaged),
                    }
                }
                parts
            }
            Found::Plain(_) => return Err(LeftOut::Damaged),
        },
    };
    let number = copier.out.reserve();
    if let [(packed, data)] = parts.as_slice() {
        weighed(packed, data, copier.budget)?;
        for key in ["Filter", "DecodeParms"] {
            let value = copier.file.plain(packed.get(key.as_bytes()), copier.budget)?;
            told.extend(Some((key.as_bytes().to_vec(), value)).filter(|(_, value)| *value != Object::Null));
        }
        copier.stream(number, &told, data, Kind::Picture)?;
        return Ok(number);
    }
    // Several streams are one drawing cut anywhere: they are put together again.
    let mut whole = Vec::new();
    for (packed, data) in parts {
        whole.extend(unpacked(&packed, data, copier.budget)?);
        whole.push(b'\n');
    }
    let whole = super::packed(&whole)?;
    told.insert(b"Filter".to_vec(), Object::name("FlateDecode"));
    copier.stream(number, &told, &whole, Kind::Picture)?;
    Ok(number)
}

/// What is noted on a page and filled in: as it looks, without what it does.
fn notes(copier: &mut Copier<'_, '_>, page: &Dict, sheet: &mut Sheet) -> Result<(), LeftOut> {
    let Object::Array(notes) = copier.file.plain(page.get(b"Annots".as_slice()), copier.budget)? else { return Ok(()) };
    if notes.len() > NOTES {
        return Err(LeftOut::TooLarge);
    }
    for note in &notes {
        let Some(note) = copier.file.dict(Some(note), copier.budget)? else { continue };
        let flags = copier.file.plain(note.get(b"F".as_slice()), copier.budget)?.as_count().unwrap_or(0);
        let subtype = note.get(b"Subtype".as_slice()).and_then(Object::as_name);
        // Hidden, or not to be looked at: bits 2 and 6.
        if flags & 0b10_0010 != 0 || matches!(subtype, Some(b"Popup" | b"Link")) {
            continue;
        }
        sheet.drawn.extend(look(copier, &note)?);
    }
    Ok(())
}

/// How a note looks now, and by which matrix it comes to its place.
fn look(copier: &mut Copier<'_, '_>, note: &Dict) -> Result<Option<([f64; 6], u32)>, LeftOut> {
    let Some(looks) = copier.file.dict(note.get(b"AP".as_slice()), copier.budget)? else { return Ok(None) };
    let Some(mut normal) = looks.get(b"N".as_slice()).cloned() else { return Ok(None) };
    if let Some(states) = copier.file.dict(Some(&normal), copier.budget)? {
        let state = copier.file.plain(note.get(b"AS".as_slice()), copier.budget)?;
        match state.as_name().and_then(|state| states.get(state)) {
            Some(one) => normal = one.clone(),
            None => return Ok(None),
        }
    }
    let (Object::Ref(_), Found::Stream(form, _)) = (&normal, copier.file.found(&normal, copier.budget)?) else {
        return Ok(None);
    };
    let (Some(place), Some(bounds)) =
        (rect(copier, note.get(b"Rect".as_slice()))?, rect(copier, form.get(b"BBox".as_slice()))?)
    else {
        return Ok(None);
    };
    if form.get(b"Subtype".as_slice()).and_then(Object::as_name) != Some(b"Form") {
        return Ok(None);
    }
    let matrix = row(copier, form.get(b"Matrix".as_slice()))?;
    let matrix = <[f64; 6]>::try_from(matrix).unwrap_or([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
    let corners = [(0, 1), (2, 1), (0, 3), (2, 3)].map(|(x, y)| {
        let at = |index: usize| bounds.get(index).copied().unwrap_or_default();
        let [across, up] = [at(x), at(y)];
        (matrix[0] * across + matrix[2] * up + matrix[4], matrix[1] * across + matrix[3] * up + matrix[5])
    });
    let least = |of: fn(&(f64, f64)) -> f64| corners.iter().map(of).fold(f64::INFINITY, f64::min);
    let most = |of: fn(&(f64, f64)) -> f64| corners.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
    let (left, bottom, right, top) =
        (least(|corner| corner.0), least(|corner| corner.1), most(|corner| corner.0), most(|corner| corner.1));
    if right - left < 1e-3 || top - bottom < 1e-3 {
        return Ok(None);
    }
    let (wide, high) = ((place[2] - place[0]) / (right - left), (place[3] - place[1]) / (top - bottom));
    let matrix = [wide, 0.0, 0.0, high, place[0] - left * wide, place[1] - bottom * high];
    match copier.value(&normal, Kind::Picture) {
        Object::Ref(number) => Ok(Some((matrix, number))),
        _ => Ok(None),
    }
}
