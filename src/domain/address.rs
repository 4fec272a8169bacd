//! Where somebody is told: a telephone number or an e-mail address, read as people write them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::document::FieldError;
use super::notice::Channel;

/// Where somebody is told: a telephone number (E.164) or an e-mail address (RFC 5321, ASCII). Nothing that could end a line or add
/// somebody else is ever in it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address(String);

impl Address {
    /// Reads what somebody typed. A number without a country is French.
    ///
    /// # Errors
    /// When it is no number or address, or a number that takes no text messages.
    pub fn parse(channel: Channel, typed: &str) -> Result<Self, FieldError> {
        if typed.trim().is_empty() {
            return Err(FieldError::Missing);
        }
        let read = match channel {
            Channel::Sms => phone(typed),
            Channel::Email => email(typed),
        };
        let read = read.ok_or(FieldError::NotAnAddress)?;
        if channel == Channel::Sms && is_landline(&read) { Err(FieldError::Landline) } else { Ok(Self(read)) }
    }

    /// The address itself, for who sends.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Enough of it to know it again, and no more: `+33 … 89`, `l…@exemple.fr`.
    pub fn hint(&self, channel: Channel) -> String {
        match channel {
            Channel::Sms => {
                let (start, end) = (self.0.get(..3).unwrap_or_default(), self.0.len().saturating_sub(2));
                format!("{start} … {}", self.0.get(end..).unwrap_or_default())
            }
            Channel::Email => {
                let (name, domain) = self.0.split_once('@').unwrap_or_default();
                format!("{}…@{domain}", name.get(..1).unwrap_or_default())
            }
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(…)")
    }
}

fn phone(typed: &str) -> Option<String> {
    let mut digits = String::with_capacity(16);
    for (at, letter) in typed.trim().chars().enumerate() {
        match letter {
            '0'..='9' => digits.push(letter),
            '+' if at == 0 => digits.push('+'),
            ' ' | '\u{a0}' | '\u{202f}' | '.' | '-' | '(' | ')' | '/' => {}
            _ => return None,
        }
    }
    let number = if let Some(rest) = digits.strip_prefix('+') {
        rest.to_owned()
    } else if let Some(rest) = digits.strip_prefix("00") {
        rest.to_owned()
    } else {
        format!("33{}", digits.strip_prefix('0').filter(|rest| rest.len() == 9)?)
    };
    // +33 (0)6 …: the nought in brackets is not dialled.
    let number = match number.strip_prefix("330").filter(|rest| rest.len() == 9) {
        Some(rest) => format!("33{rest}"),
        None => number,
    };
    let is_right = (8..=15).contains(&number.len()) && !number.starts_with('0');
    let is_french = number.strip_prefix("33").is_none_or(|rest| rest.len() == 9 && !rest.starts_with('0'));
    (is_right && is_french).then(|| format!("+{number}"))
}

/// Whether no text message goes to a number, by French numbering: what is neither 06 nor 07, nor those of overseas. Of other countries
/// nothing is known here.
fn is_landline(number: &str) -> bool {
    let mobiles: &[(&str, &[char])] = &[
        ("+33", &['6', '7']),
        ("+590", &['6', '7']),
        ("+594", &['6', '7']),
        ("+596", &['6', '7']),
        ("+262", &['6', '7']),
        ("+269", &['3', '4', '6']),
    ];
    let rest = mobiles.iter().find_map(|(country, first)| Some((number.strip_prefix(country)?, first)));
    rest.is_some_and(|(rest, first)| !rest.starts_with(*first))
}

fn email(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let (name, domain) = typed.rsplit_once('@')?;
    // The dot-atom of RFC 5321: no quotes, no comments, no list, nothing that a header could take for its end.
    let is_atom = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&byte))
    };
    let is_label = |part: &str| {
        (1..=63).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    let is_right = (1..=64).contains(&name.len())
        && name.split('.').all(is_atom)
        && domain.len() <= 253
        && domain.contains('.')
        && domain.split('.').all(is_label);
    is_right.then(|| format!("{name}@{}", domain.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let read = |typed| Address::parse(Channel::Sms, typed).ok().map(|address| address.as_str().to_owned());
        for typed in ["06 12 34 56 78", "+33 6 12 34 56 78", "0033612345678", "06.12.34.56.78", "+33 (0)6 12 34 56 78"]
        {
            assert_eq!(read(typed).as_deref(), Some("+33612345678"), "{typed}");
        }
        assert_eq!(read("+49 151 2345678").as_deref(), Some("+491512345678"));
        for typed in [
            "",
            "12",
            "06 12 34 56 7",
            "061234567890",
            "+0612345678",
            "06 12 34 56 78\r\nBcc: x",
            "6+12345678",
            "+33 6",
            "o612345678",
        ] {
            assert_eq!(read(typed), None, "{typed:?}");
        }
    }

    #[test]
    fn addresses_hold_nothing_but_one_address() {
        let read = |typed| Address::parse(Channel::Email, typed).ok().map(|address| address.as_str().to_owned());
        assert_eq!(read(" lucie.Martin+x@Exemple.FR ").as_deref(), Some("lucie.Martin+x@exemple.fr"));
        for typed in [
            "",
            "lucie",
            "@exemple.fr",
            "lucie@",
            "lucie@exemple",
            "a@b.fr,c@d.fr",
            "a@b.fr c@d.fr",
            "a@b.fr\r\nBcc: c@d.fr",
            "a\n@b.fr",
            "\"a b\"@c.fr",
            "a..b@c.fr",
            ".a@c.fr",
            "a@-c.fr",
            "a@c..fr",
            "Lucie <a@b.fr>",
            "lucié@exemple.fr",
            "a(b)@c.fr",
            "a;b@c.fr",
        ] {
            assert_eq!(read(typed), None, "{typed:?}");
        }
        let long = format!("{}@exemple.fr", "a".repeat(65));
        assert_eq!(read(&long), None);
    }

    #[test]
    fn a_hint_tells_little() {
        let hint = |channel, typed| Address::parse(channel, typed).unwrap().hint(channel);
        assert_eq!(hint(Channel::Sms, "0612345678"), "+33 … 78");
        assert_eq!(hint(Channel::Email, "lucie@exemple.fr"), "l…@exemple.fr");
    }

    #[test]
    fn a_landline_takes_no_text_messages() {
        let read = |typed| Address::parse(Channel::Sms, typed);
        for typed in [
            "01 23 45 67 89",
            "+33 4 74 00 00 00",
            "09 70 00 00 00",
            "08 00 00 00 00",
            "+590 590 12 34 56",
            "+262 262 12 34 56",
            "+594 594 12 34 56",
            "+596 596 12 34 56",
            "+269 773 12 34",
        ] {
            assert_eq!(read(typed), Err(FieldError::Landline), "{typed}");
        }
        for typed in [
            "06 12 34 56 78",
            "07 12 34 56 78",
            "+590 690 12 34 56",
            "+594 694 12 34 56",
            "+596 696 12 34 56",
            "+262 692 12 34 56",
            "+262 639 12 34 56",
            "0690 12 34 56",
            "+44 20 7946 0018",
            "+49 30 123456",
        ] {
            assert!(read(typed).is_ok(), "{typed}");
        }
        assert_eq!(read(" "), Err(FieldError::Missing));
        assert_eq!(read("o6"), Err(FieldError::NotAnAddress));
    }
}
