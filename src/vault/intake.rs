//! The look at content that comes in: what it really is, by its first bytes, whatever its name says (DESIGN §9).

/// How many first bytes are looked at.
pub const SNIFF: usize = 16 * 1024;

/// Media types that are taken. Anything else is refused with a word that says which are.
const TAKEN: &[&str] = &[
    "application/pdf",
    "image/jpeg",
    "image/png",
    "image/heif",
    "image/heic",
    "image/webp",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
    "application/rtf",
];

/// Media types that a browser may show in place; the others are downloads.
const SAFE_TO_SHOW: &[&str] = &["image/jpeg", "image/png", "image/webp", "text/plain; charset=utf-8"];

/// The media type of content, from its first bytes; `None` if it is of a kind that isn't taken.
pub fn media_type(head: &[u8]) -> Option<&'static str> {
    if let Some(kind) = infer::get(head) {
        let mime = kind.mime_type();
        let heard_or_seen = matches!(kind.matcher_type(), infer::MatcherType::Audio | infer::MatcherType::Video);
        return (heard_or_seen || TAKEN.contains(&mime)).then_some(mime);
    }
    is_text(head).then_some("text/plain; charset=utf-8")
}

/// UTF-8 text without control characters; the head may stop in the middle of a character.
fn is_text(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            head.get(..error.valid_up_to()).and_then(|valid| std::str::from_utf8(valid).ok()).unwrap_or_default()
        }
        Err(_) => return false,
    };
    // Pages and drawings that a browser would run are no papers, whatever they call themselves.
    let is_markup = text.trim_start().strip_prefix('<').and_then(|rest| rest.chars().next());
    if is_markup.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '!' | '?')) {
        return false;
    }
    !text.is_empty() && !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}'))
}

/// Whether a browser may show it in place.
pub fn is_safe_to_show(media_type: &str) -> bool {
    SAFE_TO_SHOW.contains(&media_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_content() {
        assert_eq!(media_type(b"%PDF-1.7\n"), Some("application/pdf"));
        assert_eq!(media_type(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), Some("image/png"));
        assert_eq!(media_type("Né le 3 mars".as_bytes()), Some("text/plain; charset=utf-8"));
        assert_eq!(media_type(&"é".as_bytes()[..1]), None, "nothing whole to look at");
        assert_eq!(media_type(b"MZ\x90\0\x03"), None, "a program");
        assert_eq!(media_type(b"PK\x03\x04\x14\0\0\0"), None, "a plain archive");
        assert_eq!(media_type(b"\x7fELF\x02\x01\x01"), None);
        assert_eq!(media_type(b"#!/bin/sh\nrm -rf /\n"), None, "a script");
        assert_eq!(media_type(b"<html><script>alert(1)</script>"), None, "a page");
        assert_eq!(media_type(b" <svg onload='x'>"), None, "a drawing that runs");
        assert_eq!(media_type(b"a\0b"), None);
        assert_eq!(media_type(b""), None);
        assert!(!is_safe_to_show("application/pdf"));
    }
}
