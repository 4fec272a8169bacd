//! What a PDF is made of, read from bytes that nobody vouches for, and written.
//!
//! What lives here: the six kinds of value and names, how they are spelled. What must not: where they stand in a file, what they mean.
//! Everything is bounded: how deep values nest, how many there are, how many bytes are looked at.

use std::collections::BTreeMap;
use std::io::Write as _;

use super::LeftOut;

/// How deep arrays and dictionaries may stand in each other. Papers stay below ten.
const DEEPEST: usize = 48;

/// A dictionary, by its keys.
pub(super) type Dict = BTreeMap<Vec<u8>, Object>;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Object {
    Null,
    Bool(bool),
    Number(f64),
    Text(Vec<u8>),
    Name(Vec<u8>),
    Array(Vec<Object>),
    Dict(Dict),
    /// Another object, by its number. Generations are ignored: the newest object of a number is meant.
    Ref(u32),
}

impl Object {
    pub fn name(name: &str) -> Self {
        Self::Name(name.as_bytes().to_vec())
    }

    pub fn as_dict(&self) -> Option<&Dict> {
        if let Self::Dict(dict) = self { Some(dict) } else { None }
    }

    pub fn as_array(&self) -> Option<&[Self]> {
        if let Self::Array(items) = self { Some(items) } else { None }
    }

    pub fn as_name(&self) -> Option<&[u8]> {
        if let Self::Name(name) = self { Some(name) } else { None }
    }

    pub fn as_number(&self) -> Option<f64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    /// A whole number that counts something.
    pub fn as_count(&self) -> Option<usize> {
        self.as_number().and_then(whole)
    }

    /// As a file has it.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.extend(b"null"),
            Self::Bool(is) => out.extend(if *is { b"true".as_slice() } else { b"false" }),
            Self::Number(number) => spell(*number, out),
            Self::Text(bytes) => {
                out.push(b'<');
                for byte in bytes {
                    hex(*byte, out);
                }
                out.push(b'>');
            }
            Self::Name(name) => spell_name(name, out),
            Self::Array(items) => {
                out.push(b'[');
                for item in items {
                    item.write(out);
                    out.push(b' ');
                }
                out.push(b']');
            }
            Self::Dict(dict) => write_dict(dict, out),
            Self::Ref(number) => {
                spell(f64::from(*number), out);
                out.extend(b" 0 R");
            }
        }
    }
}

pub(super) fn write_dict(dict: &Dict, out: &mut Vec<u8>) {
    out.extend(b"<<");
    for (key, value) in dict {
        spell_name(key, out);
        out.push(b' ');
        value.write(out);
        out.push(b'\n');
    }
    out.extend(b">>");
}

/// A dictionary of what is given.
pub(super) fn dict<const N: usize>(entries: [(&str, Object); N]) -> Dict {
    entries.into_iter().map(|(key, value)| (key.as_bytes().to_vec(), value)).collect()
}

pub(super) fn numbers(all: &[f64]) -> Object {
    Object::Array(all.iter().copied().map(Object::Number).collect())
}

/// What people read, as the format has it: UTF-16 with its mark.
pub(super) fn words(text: &str) -> Object {
    Object::Text([0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect())
}

fn spell(number: f64, out: &mut Vec<u8>) {
    let number = if number.is_finite() { number.clamp(-1e15, 1e15) } else { 0.0 };
    // Writing to a vector doesn't fail.
    let _ = if number.fract() == 0.0 { write!(out, "{number:.0}") } else { write!(out, "{number:.7}") };
}

fn hex(byte: u8, out: &mut Vec<u8>) {
    for half in [byte >> 4, byte & 15] {
        out.push(if half < 10 { b'0' + half } else { b'a' + half - 10 });
    }
}

fn spell_name(name: &[u8], out: &mut Vec<u8>) {
    out.push(b'/');
    for byte in name {
        if byte.is_ascii_alphanumeric() || b"_-+.,:;*&@!$".contains(byte) {
            out.push(*byte);
        } else {
            out.push(b'#');
            hex(*byte, out);
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, and within what both hold")]
pub(super) fn whole(number: f64) -> Option<usize> {
    (number.fract() == 0.0 && (0.0..=4_294_967_295.0).contains(&number)).then_some(number as usize)
}

/// What may still be spent on a plan, all its pieces together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    /// Values read.
    pub values: usize,
    /// Bytes looked at.
    pub work: usize,
    /// Bytes unpacked and kept.
    pub unpacked: usize,
}

impl Budget {
    pub const fn new() -> Self {
        Self { values: 2_000_000, work: 2 << 30, unpacked: 128 << 20 }
    }

    /// Takes some of the work.
    pub fn work(&mut self, bytes: usize) -> Result<(), LeftOut> {
        self.work = self.work.checked_sub(bytes).ok_or(LeftOut::TooLarge)?;
        Ok(())
    }

    /// Half of what is left.
    pub const fn half(&self) -> Self {
        Self { values: self.values / 2, work: self.work / 2, unpacked: self.unpacked / 2 }
    }

    /// Takes what was spent of a share.
    pub const fn spend(&mut self, before: &Self, after: &Self) {
        self.values = self.values.saturating_sub(before.values.saturating_sub(after.values));
        self.work = self.work.saturating_sub(before.work.saturating_sub(after.work));
        self.unpacked = self.unpacked.saturating_sub(before.unpacked.saturating_sub(after.unpacked));
    }

    fn value(&mut self) -> Result<(), LeftOut> {
        self.values = self.values.checked_sub(1).ok_or(LeftOut::TooLarge)?;
        Ok(())
    }
}

/// A place in bytes, from which values are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    pub at: usize,
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

const fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

impl<'a> Lexer<'a> {
    pub const fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    pub fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    pub fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    pub fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                while self.peek().is_some_and(|byte| byte != b'\n' && byte != b'\r') {
                    self.at += 1;
                }
            } else if is_space(byte) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    /// Goes over a word, if it stands here after space.
    pub fn take(&mut self, word: &[u8]) -> bool {
        self.skip_space();
        let is_here = self.rest().starts_with(word);
        if is_here {
            self.at += word.len();
        }
        is_here
    }

    /// A whole number that counts something.
    pub fn count(&mut self) -> Option<usize> {
        self.skip_space();
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        let digits = self.bytes.get(start..self.at).filter(|digits| (1..=12).contains(&digits.len()))?;
        std::str::from_utf8(digits).ok()?.parse().ok()
    }

    /// The head of an object: its number.
    pub fn head(&mut self) -> Option<u32> {
        let number = self.count()?;
        self.count()?;
        if self.take(b"obj") { u32::try_from(number).ok() } else { None }
    }

    /// A value. What doesn't read is damaged, what is too much is too large.
    pub fn value(&mut self, budget: &mut Budget) -> Result<Object, LeftOut> {
        let start = self.at;
        let value = self.nested(budget, 0);
        budget.work(self.at.saturating_sub(start))?;
        value
    }

    fn nested(&mut self, budget: &mut Budget, depth: usize) -> Result<Object, LeftOut> {
        budget.value()?;
        if depth > DEEPEST {
            return Err(LeftOut::Damaged);
        }
        self.skip_space();
        match self.peek().ok_or(LeftOut::Damaged)? {
            b'/' => self.name().map(Object::Name).ok_or(LeftOut::Damaged),
            b'(' => self.text().map(Object::Text).ok_or(LeftOut::Damaged),
            b'<' if self.rest().starts_with(b"<<") => self.dict(budget, depth).map(Object::Dict),
            b'<' => self.hexadecimal().map(Object::Text).ok_or(LeftOut::Damaged),
            b'[' => {
                self.at += 1;
                let mut items = Vec::new();
                while !self.take(b"]") {
                    items.push(self.nested(budget, depth + 1)?);
                }
                Ok(Object::Array(items))
            }
            b'+' | b'-' | b'.' | b'0'..=b'9' => self.number_or_ref().ok_or(LeftOut::Damaged),
            _ => self.word().ok_or(LeftOut::Damaged),
        }
    }

    fn dict(&mut self, budget: &mut Budget, depth: usize) -> Result<Dict, LeftOut> {
        self.at += 2;
        let mut dict = Dict::new();
        while !self.take(b">>") {
            let key = self.name().ok_or(LeftOut::Damaged)?;
            self.skip_space();
            let value = if self.rest().starts_with(b">>") { Object::Null } else { self.nested(budget, depth + 1)? };
            dict.insert(key, value);
        }
        Ok(dict)
    }

    fn word(&mut self) -> Option<Object> {
        let start = self.at;
        while self.peek().is_some_and(is_regular) {
            self.at += 1;
        }
        match self.bytes.get(start..self.at)? {
            b"true" => Some(Object::Bool(true)),
            b"false" => Some(Object::Bool(false)),
            b"null" => Some(Object::Null),
            _ => None,
        }
    }

    fn name(&mut self) -> Option<Vec<u8>> {
        if self.next()? != b'/' {
            return None;
        }
        let mut name = Vec::new();
        while let Some(byte) = self.peek().filter(|byte| is_regular(*byte)) {
            self.at += 1;
            let escaped = || {
                let digits = self.bytes.get(self.at..self.at + 2)?;
                u8::from_str_radix(std::str::from_utf8(digits).ok().filter(|_| digits.is_ascii())?, 16).ok()
            };
            match escaped().filter(|_| byte == b'#') {
                Some(byte) => {
                    self.at += 2;
                    name.push(byte);
                }
                None => name.push(byte),
            }
        }
        Some(name)
    }

    fn number_or_ref(&mut self) -> Option<Object> {
        let mut ahead = *self;
        if let Some(number) = ahead.count() {
            let generation = ahead.count();
            let is_ref = generation.is_some() && ahead.take(b"R") && !ahead.peek().is_some_and(is_regular);
            if let Some(number) = u32::try_from(number).ok().filter(|_| is_ref) {
                self.at = ahead.at;
                return Some(Object::Ref(number));
            }
        }
        let start = self.at;
        while self.peek().is_some_and(|byte| matches!(byte, b'+' | b'-' | b'.' | b'0'..=b'9')) {
            self.at += 1;
        }
        let spelled = std::str::from_utf8(self.bytes.get(start..self.at)?).ok()?;
        // Some programs write `--5` or `5-3`: what comes before the odd sign counts.
        let sign = if spelled.starts_with('-') { -1.0 } else { 1.0 };
        let digits = spelled.trim_start_matches(['+', '-']);
        let digits = digits.split(['+', '-']).next().unwrap_or_default();
        let digits = digits.get(..digits.len().min(40))?;
        let number: f64 = if digits.is_empty() || digits == "." { 0.0 } else { digits.parse().ok()? };
        Some(Object::Number(sign * number))
    }

    fn hexadecimal(&mut self) -> Option<Vec<u8>> {
        self.at += 1;
        let (mut bytes, mut half) = (Vec::new(), None);
        loop {
            let digit = match self.next()? {
                b'>' => break,
                byte if is_space(byte) => continue,
                byte => u8::try_from(char::from(byte).to_digit(16)?).ok()?,
            };
            match half.take() {
                None => half = Some(digit << 4),
                Some(high) => bytes.push(high | digit),
            }
        }
        bytes.extend(half);
        Some(bytes)
    }

    fn text(&mut self) -> Option<Vec<u8>> {
        self.at += 1;
        let (mut bytes, mut open) = (Vec::new(), 1_usize);
        loop {
            match self.next()? {
                b'(' => {
                    open += 1;
                    bytes.push(b'(');
                }
                b')' => {
                    open -= 1;
                    if open == 0 {
                        return Some(bytes);
                    }
                    bytes.push(b')');
                }
                b'\\' => match self.next()? {
                    b'n' => bytes.push(b'\n'),
                    b'r' => bytes.push(b'\r'),
                    b't' => bytes.push(b'\t'),
                    b'b' => bytes.push(8),
                    b'f' => bytes.push(12),
                    b'\r' => {
                        self.at += usize::from(self.peek() == Some(b'\n'));
                    }
                    b'\n' => {}
                    digit @ b'0'..=b'7' => {
                        let mut code = u32::from(digit - b'0');
                        for _ in 0..2 {
                            if let Some(digit @ b'0'..=b'7') = self.peek() {
                                self.at += 1;
                                code = code * 8 + u32::from(digit - b'0');
                            }
                        }
                        bytes.push(u8::try_from(code & 255).unwrap_or_default());
                    }
                    other => bytes.push(other),
                },
                byte => bytes.push(byte),
            }
        }
    }
}
