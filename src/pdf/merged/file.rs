//! A PDF that somebody brought: where its objects stand, and what they are. Read where it says they are, or searched where that is wrong.
//!
//! What lives here: the cross-reference, object streams, the trailer. What must not: pages, what is passed on.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::LeftOut;
use super::object::{Budget, Dict, Lexer, Object};
use super::unpacking::unpacked;

/// How many objects a file may have.
const OBJECTS: usize = 400_000;
/// How often a file may have been added to.
const SECTIONS: usize = 512;

/// An object that was found.
#[derive(Debug, Clone)]
pub(super) enum Found<'a> {
    Plain(Object),
    Stream(Dict, &'a [u8]),
}

#[derive(Debug, Clone, Copy)]
enum Place {
    /// So many bytes from the beginning.
    At(usize),
    /// In a stream of objects.
    In(u32),
}

/// A stream of objects, unpacked: where each begins.
struct Packed {
    bytes: Vec<u8>,
    starts: BTreeMap<u32, usize>,
}

pub(super) struct File<'a> {
    bytes: &'a [u8],
    places: BTreeMap<u32, Place>,
    trailer: Dict,
    known: BTreeMap<u32, Option<Rc<Found<'a>>>>,
    packed: BTreeMap<u32, Option<Rc<Packed>>>,
    /// Whether something was not where the file says it is.
    pub is_astray: bool,
    /// How many objects are being read, one for the sake of another.
    depth: usize,
}

impl<'a> File<'a> {
    /// Reads where everything stands, as the file tells it.
    pub fn told(bytes: &'a [u8], budget: &mut Budget) -> Result<Self, LeftOut> {
        let mut file = Self::empty(bytes)?;
        let tail = file.bytes.len().saturating_sub(2_048);
        let last = file.bytes.get(tail..).and_then(|end| rfind(end, b"startxref")).ok_or(LeftOut::Damaged)?;
        let mut lexer = Lexer::new(file.bytes, tail + last + 9);
        let mut next = vec![lexer.count().ok_or(LeftOut::Damaged)?];
        let mut seen = BTreeSet::new();
        while let Some(at) = next.pop() {
            if !seen.insert(at) || seen.len() > SECTIONS {
                return Err(LeftOut::Damaged);
            }
            let section = file.section(at, budget)?;
            // What is older is asked last.
            for key in ["Prev", "XRefStm"] {
                next.extend(section.get(key.as_bytes()).and_then(Object::as_count));
            }
            for (key, value) in section {
                file.trailer.entry(key).or_insert(value);
            }
        }
        Ok(file)
    }

    /// Searches for everything, whatever the file tells.
    pub fn searched(bytes: &'a [u8], budget: &mut Budget) -> Result<Self, LeftOut> {
        let mut file = Self::empty(bytes)?;
        budget.work(file.bytes.len())?;
        let mut last_root = None;
        for (at, _) in file.bytes.windows(3).enumerate().filter(|(_, word)| word == b"obj") {
            let Some((number, start)) = head_before(file.bytes, at) else { continue };
            file.place(number, Place::At(start), true)?;
            let Ok(Found::Stream(dict, data)) = file.body(&mut Lexer::new(file.bytes, at + 3), None, budget) else {
                if says(file.bytes, at, b"/Catalog") {
                    last_root = Some(number);
                }
                continue;
            };
            match dict.get(b"Type".as_slice()).and_then(Object::as_name) {
                Some(b"XRef") => file.trailer.extend(dict),
                Some(b"ObjStm") => {
                    if let Ok(packed) = opened(&dict, data, budget) {
                        for inner in packed.starts.keys() {
                            file.place(*inner, Place::In(number), true)?;
                            if packed.says_catalog(*inner) {
                                last_root = Some(*inner);
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        for (at, _) in file.bytes.windows(7).enumerate().filter(|(_, word)| word == b"trailer") {
            if let Ok(Object::Dict(dict)) = Lexer::new(file.bytes, at + 7).value(budget) {
                file.trailer.extend(dict);
            }
        }
        if !file.trailer.contains_key(b"Root".as_slice()) {
            file.trailer.insert(b"Root".to_vec(), Object::Ref(last_root.ok_or(LeftOut::Damaged)?));
        }
        Ok(file)
    }

    fn empty(bytes: &'a [u8]) -> Result<Self, LeftOut> {
        let start = find(bytes.get(..bytes.len().min(1_024)).unwrap_or_default(), b"%PDF-").ok_or(LeftOut::Damaged)?;
        let bytes = bytes.get(start..).unwrap_or_default();
        let (places, known, packed) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Ok(Self { bytes, places, trailer: Dict::new(), known, packed, is_astray: false, depth: 0 })
    }

    /// Whether it needs a password, or says so.
    pub fn is_encrypted(&self) -> bool {
        self.trailer.get(b"Encrypt".as_slice()).is_some_and(|entry| *entry != Object::Null)
    }

    /// What the whole hangs on.
    pub fn root(&mut self, budget: &mut Budget) -> Result<Dict, LeftOut> {
        let root = self.trailer.get(b"Root".as_slice()).cloned().ok_or(LeftOut::Damaged)?;
        self.dict(Some(&root), budget)?.ok_or(LeftOut::Damaged)
    }

    /// What stands behind a value: itself, or what it points at.
    pub fn found(&mut self, object: &Object, budget: &mut Budget) -> Result<Found<'a>, LeftOut> {
        match object {
            Object::Ref(number) => {
                let found = self.object(*number, budget)?;
                // What points on and on is nothing that a paper has.
                Ok(found.map_or(Found::Plain(Object::Null), |found| match found.as_ref() {
                    Found::Plain(Object::Ref(_)) => Found::Plain(Object::Null),
                    found => found.clone(),
                }))
            }
            other => Ok(Found::Plain(other.clone())),
        }
    }

    /// A plain value; what has bytes behind it is none.
    pub fn plain(&mut self, object: Option<&Object>, budget: &mut Budget) -> Result<Object, LeftOut> {
        Ok(match object.map(|object| self.found(object, budget)).transpose()? {
            Some(Found::Plain(object)) => object,
            Some(Found::Stream(..)) | None => Object::Null,
        })
    }

    /// A dictionary, if it is one.
    pub fn dict(&mut self, object: Option<&Object>, budget: &mut Budget) -> Result<Option<Dict>, LeftOut> {
        Ok(if let Object::Dict(dict) = self.plain(object, budget)? { Some(dict) } else { None })
    }

    /// An object, by its number; read once.
    pub fn object(&mut self, number: u32, budget: &mut Budget) -> Result<Option<Rc<Found<'a>>>, LeftOut> {
        if let Some(known) = self.known.get(&number) {
            return Ok(known.clone());
        }
        // An object may need another for its length, and that one the stream it is packed in, and that one its length.
        if self.depth > 4 {
            return Ok(None);
        }
        // Whoever asks for it while it is being read finds nothing.
        self.known.insert(number, None);
        self.depth += 1;
        let found = self.read(number, budget);
        self.depth -= 1;
        let found = found?;
        self.is_astray |= found.is_none() && self.places.contains_key(&number);
        let found = found.map(Rc::new);
        self.known.insert(number, found.clone());
        Ok(found)
    }

    fn read(&mut self, number: u32, budget: &mut Budget) -> Result<Option<Found<'a>>, LeftOut> {
        Ok(match self.places.get(&number).copied() {
            None => None,
            Some(Place::At(at)) => {
                let mut lexer = Lexer::new(self.bytes, at);
                match lexer.head() {
                    Some(head) if head == number => match self.body(&mut lexer, Some(number), budget) {
                        Err(LeftOut::Damaged) => None,
                        found => Some(found?),
                    },
                    _ => None,
                }
            }
            Some(Place::In(stream)) => self.unpacked(stream, number, budget)?,
        })
    }

    /// What stands after the head of an object.
    fn body(&mut self, lexer: &mut Lexer<'a>, own: Option<u32>, budget: &mut Budget) -> Result<Found<'a>, LeftOut> {
        let value = lexer.value(budget)?;
        let Object::Dict(dict) = value else { return Ok(Found::Plain(value)) };
        if !lexer.take(b"stream") {
            return Ok(Found::Plain(Object::Dict(dict)));
        }
        let start = lexer.at
            + match lexer.rest() {
                [b'\r', b'\n', ..] => 2,
                [b'\r' | b'\n', ..] => 1,
                _ => 0,
            };
        let length = match dict.get(b"Length".as_slice()) {
            Some(Object::Ref(number)) if own.is_some() && own != Some(*number) => {
                match self.object(*number, budget)?.as_deref() {
                    Some(Found::Plain(length)) => length.as_count(),
                    _ => None,
                }
            }
            Some(length) => length.as_count(),
            None => None,
        };
        let told = length.and_then(|length| {
            let end = start.checked_add(length).filter(|end| *end <= self.bytes.len())?;
            Lexer::new(self.bytes, end).take(b"endstream").then_some(end)
        });
        let end = if let Some(end) = told {
            end
        } else {
            let rest = self.bytes.get(start..).unwrap_or_default();
            let end = find(rest, b"endstream");
            budget.work(end.unwrap_or(rest.len()))?;
            start + end.ok_or(LeftOut::Damaged)?
        };
        Ok(Found::Stream(dict, self.bytes.get(start..end).unwrap_or_default()))
    }

    fn unpacked(&mut self, stream: u32, number: u32, budget: &mut Budget) -> Result<Option<Found<'a>>, LeftOut> {
        if !self.packed.contains_key(&stream) {
            let found = match self.places.get(&stream) {
                Some(Place::At(_)) => self.object(stream, budget)?,
                _ => None,
            };
            let packed = match found.as_deref() {
                Some(Found::Stream(dict, data)) => match opened(dict, data, budget) {
                    Err(LeftOut::TooLarge) => return Err(LeftOut::TooLarge),
                    packed => packed.ok().map(Rc::new),
                },
                _ => None,
            };
            self.packed.insert(stream, packed);
        }
        let Some(packed) = self.packed.get(&stream).cloned().flatten() else { return Ok(None) };
        let Some(start) = packed.starts.get(&number) else { return Ok(None) };
        match Lexer::new(&packed.bytes, *start).value(budget) {
            Err(LeftOut::TooLarge) => Err(LeftOut::TooLarge),
            value => Ok(value.ok().map(Found::Plain)),
        }
    }

    fn place(&mut self, number: u32, place: Place, is_newer: bool) -> Result<(), LeftOut> {
        if is_newer || !self.places.contains_key(&number) {
            self.places.insert(number, place);
        }
        if self.places.len() > OBJECTS { Err(LeftOut::TooLarge) } else { Ok(()) }
    }

    /// One section of the cross-reference: gives its trailer.
    fn section(&mut self, at: usize, budget: &mut Budget) -> Result<Dict, LeftOut> {
        let mut lexer = Lexer::new(self.bytes, at);
        if !lexer.take(b"xref") {
            lexer.head().ok_or(LeftOut::Damaged)?;
            let Found::Stream(dict, data) = self.body(&mut lexer, None, budget)? else { return Err(LeftOut::Damaged) };
            self.listed(&dict, data, budget)?;
            return Ok(dict);
        }
        while !lexer.take(b"trailer") {
            let (first, count) = (lexer.count(), lexer.count());
            let (first, count) = (first.ok_or(LeftOut::Damaged)?, count.ok_or(LeftOut::Damaged)?);
            for number in first..first.saturating_add(count) {
                let offset = lexer.count().ok_or(LeftOut::Damaged)?;
                lexer.count().ok_or(LeftOut::Damaged)?;
                budget.work(20)?;
                if lexer.take(b"n") {
                    self.place(u32::try_from(number).map_err(|_| LeftOut::Damaged)?, Place::At(offset), false)?;
                } else if !lexer.take(b"f") {
                    return Err(LeftOut::Damaged);
                }
            }
        }
        match lexer.value(budget)? {
            Object::Dict(dict) => Ok(dict),
            _ => Err(LeftOut::Damaged),
        }
    }

    /// A cross-reference that is a stream.
    fn listed(&mut self, dict: &Dict, data: &[u8], budget: &mut Budget) -> Result<(), LeftOut> {
        let counts = |key: &str| -> Option<Vec<usize>> {
            dict.get(key.as_bytes())?.as_array()?.iter().map(Object::as_count).collect()
        };
        let widths = counts("W").filter(|widths| widths.iter().all(|width| *width <= 8)).ok_or(LeftOut::Damaged)?;
        let [kind, second, third] = widths.try_into().map_err(|_| LeftOut::Damaged)?;
        let size = dict.get(b"Size".as_slice()).and_then(Object::as_count).ok_or(LeftOut::Damaged)?;
        let ranges = counts("Index").unwrap_or_else(|| vec![0, size]);
        let bytes = unpacked(dict, data, budget)?;
        let mut rows = bytes.chunks_exact((kind + second + third).max(1));
        for range in ranges.chunks_exact(2) {
            let [first, count] = range else { continue };
            for number in (*first..first.saturating_add(*count)).take(OBJECTS) {
                let Some(row) = rows.next() else { return Ok(()) };
                let (told, rest) = row.split_at_checked(kind).ok_or(LeftOut::Damaged)?;
                let (second, _) = rest.split_at_checked(second).ok_or(LeftOut::Damaged)?;
                let number = u32::try_from(number).map_err(|_| LeftOut::Damaged)?;
                match (told.is_empty(), big_endian(told)) {
                    (true, _) | (_, 1) => self.place(number, Place::At(big_endian(second)), false)?,
                    (_, 2) => {
                        let stream = u32::try_from(big_endian(second)).map_err(|_| LeftOut::Damaged)?;
                        self.place(number, Place::In(stream), false)?;
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }
}

impl Packed {
    fn says_catalog(&self, number: u32) -> bool {
        self.starts.get(&number).is_some_and(|start| says(&self.bytes, *start, b"/Catalog"))
    }
}

fn opened(dict: &Dict, data: &[u8], budget: &mut Budget) -> Result<Packed, LeftOut> {
    let count = |key: &str| dict.get(key.as_bytes()).and_then(Object::as_count).ok_or(LeftOut::Damaged);
    let (all, first) = (count("N")?.min(OBJECTS), count("First")?);
    let bytes = unpacked(dict, data, budget)?;
    let mut lexer = Lexer::new(&bytes, 0);
    let mut starts = BTreeMap::new();
    for _ in 0..all {
        let (Some(number), Some(start)) = (lexer.count(), lexer.count()) else { break };
        starts.insert(u32::try_from(number).map_err(|_| LeftOut::Damaged)?, first.saturating_add(start));
    }
    Ok(Packed { bytes, starts })
}

fn big_endian(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |number, byte| (number << 8) | usize::from(*byte))
}

/// Whether a word stands close after a place.
fn says(bytes: &[u8], at: usize, word: &[u8]) -> bool {
    let near = bytes.get(at..bytes.len().min(at.saturating_add(600))).unwrap_or_default();
    find(near, word).is_some_and(|found| find(near, b"endobj").is_none_or(|end| found < end))
}

/// The number and the beginning of an object whose `obj` stands here.
fn head_before(bytes: &[u8], at: usize) -> Option<(u32, usize)> {
    let before = bytes.get(at.saturating_sub(30)..at)?;
    let spaced = before.trim_ascii_end();
    let kept = |bytes: &[u8]| bytes.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let generation = kept(spaced);
    let rest = spaced.get(..spaced.len() - generation)?;
    let trimmed = rest.trim_ascii_end();
    let digits = kept(trimmed);
    if generation == 0 || digits == 0 || trimmed.len() == rest.len() {
        return None;
    }
    let start = trimmed.len() - digits;
    let number = std::str::from_utf8(trimmed.get(start..)?).ok()?.parse().ok()?;
    Some((number, at - (before.len() - start)))
}

pub(super) fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|window| window == word)
}

fn rfind(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).rposition(|window| window == word)
}
