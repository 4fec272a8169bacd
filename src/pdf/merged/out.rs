//! A PDF being written: its objects, one after the other, and where each stands.
//!
//! What lives here: numbers, offsets, the end of the file, pages as they will be drawn. What must not: what the objects mean.

use std::collections::BTreeMap;
use std::io::Write as _;

use super::LeftOut;
use super::object::{Dict, Object, dict, write_dict};

/// What is drawn on a page: each object, and where.
pub(super) struct Sheet {
    /// Left, bottom, right, top, as the page counts.
    pub area: [f64; 4],
    /// By how many degrees it is turned when it is shown.
    pub turned: i32,
    /// How many points one of its units is, if not one.
    pub unit: Option<f64>,
    /// What is drawn, and by which matrix.
    pub drawn: Vec<([f64; 6], u32)>,
}

impl Sheet {
    pub fn width(&self) -> f64 {
        self.area[2] - self.area[0]
    }

    pub fn height(&self) -> f64 {
        self.area[3] - self.area[1]
    }
}

/// Objects, written.
pub(super) struct Out {
    bytes: Vec<u8>,
    offsets: BTreeMap<u32, usize>,
    next: u32,
    most: usize,
}

/// A place to go back to.
pub(super) struct Mark(usize, u32);

impl Out {
    /// Nothing yet; never more bytes than this.
    pub fn new(most: usize) -> Self {
        // The second line tells programs that send files that this is no text.
        Self { bytes: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec(), offsets: BTreeMap::new(), next: 1, most }
    }

    pub fn mark(&self) -> Mark {
        Mark(self.bytes.len(), self.next)
    }

    /// Forgets what was written since.
    pub fn back_to(&mut self, mark: &Mark) {
        self.bytes.truncate(mark.0);
        self.next = mark.1;
        self.offsets.split_off(&mark.1);
    }

    /// From now on so many bytes more than before are allowed: for what is made here, not brought.
    pub fn allow(&mut self, more: usize) {
        self.most = self.most.saturating_add(more);
    }

    /// A number for an object that is written later.
    pub fn reserve(&mut self) -> u32 {
        let number = self.next;
        self.next += 1;
        number
    }

    /// Writes an object under its number.
    pub fn put(&mut self, number: u32, object: &Object) -> Result<(), LeftOut> {
        self.offsets.insert(number, self.bytes.len());
        let _ = writeln!(self.bytes, "{number} 0 obj");
        object.write(&mut self.bytes);
        self.bytes.extend(b"\nendobj\n");
        self.hold()
    }

    /// Writes a stream under its number.
    pub fn stream(&mut self, number: u32, mut told: Dict, data: &[u8]) -> Result<(), LeftOut> {
        if self.bytes.len().saturating_add(data.len()) > self.most {
            return Err(LeftOut::TooLarge);
        }
        #[expect(clippy::cast_precision_loss, reason = "a length is within what a file may hold")]
        let length = data.len() as f64;
        told.insert(b"Length".to_vec(), Object::Number(length));
        self.offsets.insert(number, self.bytes.len());
        let _ = writeln!(self.bytes, "{number} 0 obj");
        write_dict(&told, &mut self.bytes);
        self.bytes.extend(b"\nstream\n");
        self.bytes.extend(data);
        self.bytes.extend(b"\nendstream\nendobj\n");
        self.hold()
    }

    fn hold(&self) -> Result<(), LeftOut> {
        if self.bytes.len() > self.most { Err(LeftOut::TooLarge) } else { Ok(()) }
    }

    /// The whole file: what it hangs on, what it says of itself.
    pub fn finish(mut self, root: u32, about: u32) -> Vec<u8> {
        let start = self.bytes.len();
        let _ = writeln!(self.bytes, "xref\n0 {}\n0000000000 65535 f ", self.next);
        for number in 1..self.next {
            let _ = match self.offsets.get(&number) {
                Some(offset) => writeln!(self.bytes, "{offset:010} 00000 n "),
                None => writeln!(self.bytes, "0000000000 65535 f "),
            };
        }
        let trailer = dict([
            ("Size", Object::Number(f64::from(self.next))),
            ("Root", Object::Ref(root)),
            ("Info", Object::Ref(about)),
        ]);
        self.bytes.extend(b"trailer\n");
        write_dict(&trailer, &mut self.bytes);
        let _ = writeln!(self.bytes, "\nstartxref\n{start}\n%%EOF");
        self.bytes
    }
}
