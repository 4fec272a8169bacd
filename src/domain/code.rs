//! Short codes that people copy by hand: letters and digits that can't be taken for one another, shown in groups, read with
//! tolerance for case, spaces and dashes (DOMAIN §3). Never stored: only a keyed hash of one is.

use std::fmt;

use zeroize::Zeroizing;

use super::source::Source;

/// No 0 and O, no 1, I and L.
const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
/// Characters of a code: 59 bits.
pub const LENGTH: usize = 12;
/// Characters between two dashes.
const GROUP: usize = 4;

/// A code of [`LENGTH`] characters, without its dashes.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(Zeroizing<String>);

impl Code {
    /// Draws a new one; every code is as likely as any other.
    pub fn draw(source: &Source) -> Self {
        loop {
            if let Some(code) = Self::of(std::iter::repeat_with(|| source.bytes::<1>()).flatten().take(16 * LENGTH)) {
                return code;
            }
        }
    }

    /// The code that some bytes stand for, of which no more are taken than are needed; none if they are too few. Random bytes make each
    /// code as likely as any other.
    pub fn of(bytes: impl IntoIterator<Item = u8>) -> Option<Self> {
        let mut text = Zeroizing::new(String::with_capacity(LENGTH));
        for byte in bytes {
            // 248 = 8 × 31: what is above would favour the first characters.
            if let (true, Some(letter)) = (byte < 248, ALPHABET.get(usize::from(byte) % ALPHABET.len())) {
                text.push(char::from(*letter));
            }
            if text.len() == LENGTH {
                return Some(Self(text));
            }
        }
        None
    }

    /// Reads what somebody typed.
    pub fn parse(typed: &str) -> Option<Self> {
        let mut text = Zeroizing::new(String::with_capacity(LENGTH));
        for letter in typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '‐' | '‑' | '–' | '—' | '.'))
        {
            let letter = letter.to_ascii_uppercase();
            let is_ours = u8::try_from(letter).is_ok_and(|byte| ALPHABET.contains(&byte));
            if !is_ours || text.len() == LENGTH {
                return None;
            }
            text.push(letter);
        }
        (text.len() == LENGTH).then_some(Self(text))
    }

    /// As it is hashed: no dashes, upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is shown: `ABCD-EFGH-JKMN`.
    pub fn shown(&self) -> Zeroizing<String> {
        let mut shown = Zeroizing::new(String::with_capacity(LENGTH + 2));
        for (at, letter) in self.0.chars().enumerate() {
            if at > 0 && at % GROUP == 0 {
                shown.push('-');
            }
            shown.push(letter);
        }
        shown
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_read_back_however_it_is_typed() {
        let source = Source::system();
        for _ in 0..200 {
            let code = Code::draw(&source);
            let shown = code.shown();
            assert_eq!(shown.len(), LENGTH + 2, "{}", *shown);
            for typed in [shown.to_string(), shown.to_lowercase(), shown.replace('-', " "), format!("  {} \n", *shown)]
            {
                assert_eq!(Code::parse(&typed).as_ref(), Some(&code), "{typed}");
            }
            assert!(!shown.contains(['0', 'O', '1', 'I', 'L']));
        }
    }

    #[test]
    fn what_is_no_code_is_not_read() {
        for typed in ["", "ABCD-EFGH-JKM", "ABCD-EFGH-JKMNP", "ABCD-EFGH-JKM0", "ÀBCD-EFGH-JKMN", "ABCD/EFGH/JKMN"] {
            assert_eq!(Code::parse(typed), None, "{typed}");
        }
    }

    #[test]
    fn nothing_of_it_is_logged() {
        let code = Code::draw(&Source::system());
        assert!(!format!("{code:?}").contains(code.as_str()));
    }
}
