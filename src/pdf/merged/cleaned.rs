//! Objects of a PDF that somebody brought, copied to the one being written: what draws, and nothing else.
//!
//! What lives here: copying, new numbers, the sizes of pictures. What must not: which key is kept, which is in `kinds`.

use std::collections::{BTreeMap, BTreeSet};

use super::LeftOut;
use super::file::{File, Found};
use super::kinds::{Kind, of_stream};
use super::object::{Budget, Dict, Object};
use super::out::Out;
use super::unpacking::{filters, weighed};

/// How many points a picture may have: more than any scanner or telephone makes.
const POINTS: usize = 300_000_000;

/// Layers, as they were found: all, and those that are not shown.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub all: Vec<u32>,
    pub hidden: Vec<u32>,
}

/// Copies from one file.
pub(super) struct Copier<'c, 'a> {
    pub file: &'c mut File<'a>,
    pub out: &'c mut Out,
    pub budget: &'c mut Budget,
    /// Which layers of it are not shown.
    pub hidden: BTreeSet<u32>,
    pub seen: Seen,
    numbers: BTreeMap<(u32, Kind), u32>,
    waiting: Vec<(u32, Kind, u32)>,
}

impl<'c, 'a> Copier<'c, 'a> {
    pub fn new(file: &'c mut File<'a>, out: &'c mut Out, budget: &'c mut Budget) -> Self {
        let (numbers, waiting) = (BTreeMap::new(), Vec::new());
        Self { file, out, budget, hidden: BTreeSet::new(), seen: Seen::default(), numbers, waiting }
    }

    /// Says under which number an object is, or will be, written by somebody else.
    pub fn stands_for(&mut self, from: u32, kind: Kind, number: u32) {
        self.numbers.insert((from, kind), number);
    }

    /// A value, as it is passed on.
    pub fn value(&mut self, object: &Object, kind: Kind) -> Object {
        match object {
            Object::Ref(from) => Object::Ref(self.number(*from, kind)),
            Object::Array(items) => Object::Array(items.iter().map(|item| self.value(item, kind)).collect()),
            Object::Dict(dict) => Object::Dict(self.dict(dict, kind)),
            plain => plain.clone(),
        }
    }

    /// A dictionary, as it is passed on.
    pub fn dict(&mut self, dict: &Dict, kind: Kind) -> Dict {
        dict.iter().filter_map(|(key, value)| Some((key.clone(), self.value(value, kind.of(key)?)))).collect()
    }

    /// The new number of an object; it is copied later.
    fn number(&mut self, from: u32, kind: Kind) -> u32 {
        if let Some(number) = self.numbers.get(&(from, kind)) {
            return *number;
        }
        let number = self.out.reserve();
        self.numbers.insert((from, kind), number);
        self.waiting.push((from, kind, number));
        number
    }

    /// Copies what is waited for, and what that needs.
    pub fn settle(&mut self) -> Result<(), LeftOut> {
        while let Some((from, kind, number)) = self.waiting.pop() {
            self.budget.work(16)?;
            match self.file.found(&Object::Ref(from), self.budget)? {
                Found::Plain(object) => {
                    if kind == Kind::Layer && is_layer(&object) {
                        self.seen.all.push(number);
                        if self.hidden.contains(&from) {
                            self.seen.hidden.push(number);
                        }
                    }
                    let object = self.value(&object, kind);
                    self.out.put(number, &object)?;
                }
                Found::Stream(dict, data) => self.stream(number, &dict, data, kind)?,
            }
        }
        Ok(())
    }

    /// Copies a stream under a number, as it is packed.
    pub fn stream(&mut self, number: u32, dict: &Dict, data: &[u8], kind: Kind) -> Result<(), LeftOut> {
        let mut dict = dict.clone();
        for key in ["Filter", "DecodeParms"] {
            if let Some(at @ Object::Ref(_)) = dict.get(key.as_bytes()).cloned() {
                dict.insert(key.as_bytes().to_vec(), self.file.plain(Some(&at), self.budget)?);
            }
        }
        let dict = &dict;
        filters(dict)?;
        let subtype = dict.get(b"Subtype".as_slice()).and_then(Object::as_name);
        match (kind, subtype) {
            (Kind::Picture, Some(b"Image")) => {
                let mut side = |key: &str| -> Result<usize, LeftOut> {
                    let side = self.file.plain(dict.get(key.as_bytes()), self.budget)?;
                    side.as_count().ok_or(LeftOut::Damaged)
                };
                if side("Width")?.saturating_mul(side("Height")?) > POINTS {
                    return Err(LeftOut::TooLarge);
                }
            }
            (Kind::Picture, Some(b"Form")) | (Kind::Pattern | Kind::Stream | Kind::Encoding, _) => {
                weighed(dict, data, self.budget)?;
            }
            // What a printer would run, or nobody knows.
            (Kind::Picture, _) => return self.out.put(number, &Object::Null),
            _ => {}
        }
        self.budget.work(data.len())?;
        let mut told = self.dict(dict, kind);
        if kind != Kind::Own {
            for (key, value) in dict {
                if let Some(kind) = of_stream(key) {
                    let value = self.value(value, kind);
                    told.insert(key.clone(), value);
                }
            }
        }
        self.out.stream(number, told, data)
    }
}

fn is_layer(object: &Object) -> bool {
    object.as_dict().and_then(|dict| dict.get(b"Type".as_slice())).and_then(Object::as_name) == Some(b"OCG")
}
