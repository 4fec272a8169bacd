//! Papers set and refused by nobody: every block, every script, whatever people type.

use super::*;

fn both(first: &str, second: &str) -> Said {
    Said { first: first.to_owned(), second: Some(second.to_owned()) }
}

fn paper(second: Option<&'static str>, blocks: Vec<Block>) -> Paper {
    Paper {
        title: "Attestation".to_owned(),
        language: "fr",
        second,
        made_at: Timestamp::from_micros(1_790_000_000_000_000),
        pages: None,
        foot: "Attestation".to_owned(),
        blocks,
    }
}

fn pages(bytes: &[u8]) -> usize {
    let found = |needle: &[u8]| bytes.windows(needle.len()).filter(|window| *window == needle).count();
    found(b"/Type/Page/") + found(b"/Type /Page\n") + found(b"/Type/Page\n")
}

fn every_block() -> Vec<Block> {
    let columns = vec![(both("Papier", "ورقة"), 2.0), (Said::plain("Taille"), 1.0)];
    vec![
        Block::Title(both("Attestation", "شهادة تفويض")),
        Block::Heading(both("Ce qui est permis", "Что разрешено")),
        Block::Paragraph(both("Une phrase.", "Предложение, которое немного длиннее.")),
        Block::Items(vec![both("Logement : ouvrir", "السكن: فتح (Bail)"), Said::plain("Santé")]),
        Block::Facts(vec![(both("Qui", "من"), Said::plain("Nadia Benali"))]),
        Block::Table(Table { columns, rows: vec![vec!["Bail".to_owned(), "2 ko".to_owned()]] }),
        Block::Code {
            says: vec![Said::plain("Tapez ce code.")],
            code: "ABCD-EFGH-JKMN".to_owned(),
            address: "https://consigne.example/verifier?code=ABCDEFGHJKMN".to_owned(),
            alt: both("Image", "صورة"),
        },
        Block::Blanks(vec![Said::plain("Signature")]),
        Block::NextPage,
        Block::Fine(Said::plain("Modèle")),
    ]
}

/// The validator of both standards is asked each time a paper is made: what it refuses is not made.
#[test]
fn every_block_is_allowed_by_both_standards_in_every_script() {
    for second in [None, Some("ar"), Some("ru")] {
        let bytes = set(&paper(second, every_block())).unwrap();
        assert!(bytes.starts_with(b"%PDF-1.7"));
        let text = String::from_utf8_lossy(&bytes);
        assert!(
            text.contains("<pdfaid:part>2</pdfaid:part>")
                && text.contains("<pdfaid:conformance>A</pdfaid:conformance>")
        );
        assert!(text.contains("<pdfuaid:part>1</pdfuaid:part>"));
    }
}

#[test]
fn the_same_paper_is_the_same_bytes() {
    let made = || set(&paper(Some("ar"), every_block())).unwrap();
    assert_eq!(made(), made());
}

/// Whatever people and files are called, a paper is made: what the font has no letter for, what no text may hold, what has no space
/// to break at.
#[test]
fn nothing_that_people_type_stops_a_paper() {
    let long = "é".repeat(3_000);
    for text in [
        "",
        " ",
        "🎉👩‍👩‍👧 日本語 ไทย ქართული",
        "\u{0}\u{7}\u{1b}[31m\u{feff}\u{fffe}\u{e000}\u{f8ff}\u{10ffff}",
        "a\nb\r\nc\td\u{2028}e\u{2029}f",
        "\u{202e}abc\u{2068}سلام\u{2069}\u{200d}\u{200f}",
        "لا إله ﷽ اللّٰه",
        "e\u{301}\u{301}\u{301}\u{301}",
        "fi ffi ﬁ",
        long.as_str(),
    ] {
        for said in [Said::plain(text), both(text, text)] {
            let blocks = vec![
                Block::Title(said.clone()),
                Block::Paragraph(said.clone()),
                Block::Facts(vec![(said.clone(), said.clone())]),
                Block::Table(Table { columns: vec![(said.clone(), 1.0)], rows: vec![vec![text.to_owned()]] }),
            ];
            let made = set(&paper(Some("ar"), blocks));
            assert!(made.is_ok(), "{text:?}: {made:?}");
        }
    }
}

#[test]
fn what_is_long_goes_on_over_pages() {
    let rows = |count: usize| {
        let columns = vec![(Said::plain("Papier"), 1.0), (Said::plain("Empreinte"), 1.0)];
        let row = |at| vec![format!("Papier {at}"), "0123456789abcdef".repeat(4)];
        vec![Block::Title(Said::plain("Tout")), Block::Table(Table { columns, rows: (0..count).map(row).collect() })]
    };
    assert_eq!(pages(&set(&paper(None, rows(20))).unwrap()), 1);
    assert!(pages(&set(&paper(None, rows(400))).unwrap()) > 5);
    let text = "Une phrase assez longue pour prendre une ligne entière sur la page, et un peu plus. ".repeat(120);
    assert!(pages(&set(&paper(None, vec![Block::Paragraph(Said::plain(text))])).unwrap()) > 1);
}

#[test]
fn every_word_of_a_paper_is_told() {
    let paper = paper(Some("ar"), every_block());
    let words = paper.words();
    for word in
        ["Attestation", "شهادة تفويض", "السكن: فتح (Bail)", "2 ko", "ABCD-EFGH-JKMN", "صورة", "Signature", "Modèle"]
    {
        assert!(words.contains(&word), "{word}");
    }
}
