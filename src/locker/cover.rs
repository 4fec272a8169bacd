//! What stands before papers that are fetched together: who hands over to whom, what for, on what basis, until when; each paper with its sum,
//! and where it is; what was not given. In French.

use super::attestation::Tongues;
use super::receipts::exact_size;
use crate::domain::request::Piece;
use crate::domain::share::{HandedPaper, ShareFields};
use crate::domain::source::Timestamp;
use crate::pdf::merged::LeftOut;
use crate::pdf::{Block, Paper, Said, Table};
use crate::words::{Locale, Value, day, day_of, kind_label, moment, say, say_with};

/// What became of a paper in a file that holds several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// It is there as it was handed over.
    Whole,
    /// A copy of it is there, from a page to a page.
    Pages(usize, usize),
    /// It is not.
    Absent(Absent),
}

/// Why a paper is not in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Absent {
    /// Its holder has put it away.
    Gone,
    /// Something harmful was found in it.
    Infected,
    /// What is stored does not open.
    Damaged,
    /// It can't be put in a PDF, and why.
    Unmerged(LeftOut),
}

impl Absent {
    /// The stable word in lists.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Infected => "infected",
            Self::Damaged => "damaged",
            Self::Unmerged(LeftOut::Encrypted) => "encrypted",
            Self::Unmerged(LeftOut::Damaged) => "unreadable",
            Self::Unmerged(LeftOut::Kind) => "kind",
            Self::Unmerged(LeftOut::TooLarge) => "too-large",
        }
    }

    /// Whether it is to be had in the ZIP all the same.
    pub(super) const fn is_in_zip(self) -> bool {
        matches!(self, Self::Unmerged(_))
    }
}

/// Which file it stands before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A ZIP, of papers as they are.
    Archive,
    /// A PDF, of copies.
    Merged,
}

/// All that is told.
#[derive(Debug)]
pub(super) struct Cover<'a> {
    pub form: Form,
    pub fields: &'a ShareFields,
    /// What was asked for, where that is still known.
    pub pieces: &'a [Piece],
    pub given_at: Timestamp,
    pub until: Timestamp,
    pub made_at: Timestamp,
    /// The service, by its name.
    pub service: &'a str,
    pub is_demo: bool,
    /// What became of each paper, in their order.
    pub parts: &'a [Part],
}

/// The words across each page: to whom, what for, on which day.
pub(super) fn across(fields: &ShareFields, made_at: Timestamp) -> String {
    let day = day(Locale::Fr, made_at);
    // Points stand between them already.
    let purpose = fields.purpose.as_str().trim_end_matches(['.', ' ']);
    let parts = [("name", fields.institution.as_str()), ("purpose", purpose), ("day", &day)];
    say_with(Locale::Fr, "cover-across", &parts.map(|(name, value)| (name, Value::Text(value))))
}

/// Who hands over to whom, what for, until when.
pub(super) fn facts(
    tongues: &Tongues,
    fields: &ShareFields,
    given_at: Timestamp,
    until: Timestamp,
) -> Vec<(Said, Said)> {
    let plain = |text: &str| Said::plain(text);
    let mut facts = vec![
        (tongues.say("cover-from"), plain(fields.holder.as_str())),
        (tongues.say("cover-to"), plain(fields.institution.as_str())),
        (tongues.say("cover-purpose"), plain(fields.purpose.as_str())),
    ];
    facts.extend(fields.legal_basis.as_ref().map(|basis| (tongues.say("cover-basis"), plain(basis.as_str()))));
    facts.extend(fields.reference.as_ref().map(|name| (tongues.say("cover-reference"), plain(name.as_str()))));
    facts.push((tongues.say("cover-given"), tongues.each(|locale| moment(locale, given_at))));
    // The first moment after it stands in the row: the last day is the one before.
    let last = Timestamp::from_micros(until.micros().saturating_sub(1));
    facts.push((tongues.say("cover-until"), tongues.each(|locale| day(locale, last))));
    facts
}

/// What a paper is called in a list: its title, and what it is where that says more.
pub(super) fn called(paper: &HandedPaper) -> String {
    let (title, kind) = (paper.title.as_str(), kind_label(Locale::Fr, paper.kind));
    if title == kind { kind } else { format!("{title} ({kind})") }
}

/// The dates of a paper, in words.
pub(super) fn dates(paper: &HandedPaper) -> String {
    let told = |key, day| say_with(Locale::Fr, key, &[("day", Value::Text(&day_of(Locale::Fr, day)))]);
    let issued = paper.issued_on.map(|day| told("cover-issued", day));
    let until = paper.expires_on.map(|day| told("cover-good-until", day));
    [issued, until].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// What was asked for and not given, by what it is called.
pub(super) fn refused(tongues: &Tongues, fields: &ShareFields, pieces: &[Piece]) -> Vec<Said> {
    let of = |number: u16| {
        tongues.each(|locale| match pieces.get(usize::from(number)) {
            Some(Piece { label: Some(label), .. }) => label.as_str().to_owned(),
            Some(piece) => {
                let kinds: Vec<String> = piece.kinds.iter().map(|kind| kind_label(locale, *kind)).collect();
                match kinds.as_slice() {
                    [one] => one.clone(),
                    several => say_with(locale, "asked-either", &[("kinds", Value::Text(&several.join(", ")))]),
                }
            }
            None => {
                let number = Value::Number(u64::from(number).saturating_add(1));
                say_with(locale, "cover-refused-number", &[("number", number)])
            }
        })
    };
    fields.refused.iter().map(|number| of(*number)).collect()
}

fn place_of(part: Part) -> String {
    let number = |page: usize| Value::Number(u64::try_from(page).unwrap_or(u64::MAX));
    match part {
        Part::Whole => say(Locale::Fr, "cover-here"),
        Part::Pages(first, last) if first == last => say_with(Locale::Fr, "cover-page", &[("page", number(first))]),
        Part::Pages(first, last) => {
            say_with(Locale::Fr, "cover-pages", &[("first", number(first)), ("last", number(last))])
        }
        Part::Absent(absent) => say(Locale::Fr, &format!("cover-absent-{}", absent.code())),
    }
}

fn table(cover: &Cover<'_>, tongues: &Tongues) -> Table {
    let columns = [
        ("cover-place", 0.4),
        ("receipt-paper", 3.0),
        ("cover-dates", 1.8),
        ("receipt-size", 1.3),
        ("receipt-sum", 3.4),
        ("cover-where", 2.0),
    ];
    let row = |(paper, part): (&HandedPaper, &Part)| {
        if *part == Part::Absent(Absent::Gone) {
            let (kind, nothing) = (kind_label(Locale::Fr, paper.kind), String::new);
            return vec![paper.place.to_string(), kind, nothing(), nothing(), nothing(), place_of(*part)];
        }
        vec![
            paper.place.to_string(),
            called(paper),
            dates(paper),
            exact_size(Locale::Fr, paper.size),
            paper.sha256.to_string(),
            place_of(*part),
        ]
    };
    Table {
        columns: columns.map(|(key, part)| (tongues.say(key), part)).into(),
        rows: cover.fields.papers.iter().zip(cover.parts).map(row).collect(),
    }
}

/// The sheet.
pub(super) fn paper(cover: &Cover<'_>) -> Paper {
    let tongues = Tongues(None);
    let title = say(Locale::Fr, "cover-title");
    let what = match cover.form {
        Form::Archive => ["cover-archive-what"].as_slice(),
        Form::Merged => &["cover-merged-what", "cover-merged-derived"],
    };
    let mut blocks = vec![Block::Title(Said::plain(title.clone()))];
    if cover.is_demo {
        blocks.push(Block::Paragraph(tongues.say("paper-demo")));
    }
    blocks.push(Block::Facts(facts(&tongues, cover.fields, cover.given_at, cover.until)));
    blocks.extend(what.iter().map(|key| Block::Paragraph(tongues.say(key))));
    blocks.push(Block::Paragraph(tongues.say("cover-copy")));
    blocks.push(Block::Heading(tongues.say("cover-list")));
    blocks.push(Block::Table(table(cover, &tongues)));
    let only_there = |(paper, part): (&HandedPaper, &Part)| {
        matches!(part, Part::Absent(absent) if absent.is_in_zip()).then(|| Said::plain(called(paper)))
    };
    let only_there: Vec<Said> = cover.fields.papers.iter().zip(cover.parts).filter_map(only_there).collect();
    if !only_there.is_empty() {
        blocks.push(Block::Heading(tongues.say("cover-only-there")));
        blocks.push(Block::Items(only_there));
    }
    let refused = refused(&tongues, cover.fields, cover.pieces);
    if !refused.is_empty() {
        blocks.push(Block::Heading(tongues.say("cover-refused")));
        blocks.push(Block::Items(refused));
    }
    blocks.push(Block::Paragraph(tongues.say("receipt-sum-is")));
    let by = [("moment", moment(Locale::Fr, cover.made_at)), ("service", cover.service.to_owned())];
    let by = by.each_ref().map(|(name, value)| (*name, Value::Text(value)));
    blocks.push(Block::Fine(Said::plain(say_with(Locale::Fr, "paper-made", &by))));
    let foot = format!("{title} · {}", moment(Locale::Fr, cover.made_at));
    let language = Locale::Fr.code();
    Paper { title, language, second: None, made_at: cover.made_at, pages: None, foot, blocks }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::{Day, FileName, Origin, Sha256Sum, Title};
    use crate::domain::help::Purpose;
    use crate::domain::institution::LegalBasis;
    use crate::domain::organisation::Name;
    use crate::domain::taxonomy::KINDS;

    fn fields(papers: u16, title: &str) -> ShareFields {
        let name = |text: &str| Name::parse(text).unwrap();
        let day = |text: &str| Some(Day::parse(text).unwrap());
        let paper = |place| HandedPaper {
            place,
            piece: 0,
            title: Title::parse(title).unwrap(),
            kind: KINDS[usize::from(place) % KINDS.len()],
            issued_on: day("2026-10-03"),
            expires_on: day("2027-10-03").filter(|_| place.is_multiple_of(2)),
            file_name: FileName::clean("a.pdf"),
            media_type: "application/pdf".to_owned(),
            size: 1_234_567,
            sha256: Sha256Sum::from_bytes([0xab; 32]),
            deposited_at: 0,
            origin: Origin::Brought,
            issued: None,
        };
        ShareFields {
            institution: name("Caisse d'allocations"),
            legal_basis: LegalBasis::parse("Article L. 262-2 du code de l'action sociale et des familles").ok(),
            purpose: Purpose::parse("Votre demande de RSA").unwrap(),
            reference: Some(name("Dossier 12-345")),
            holder: name("Angela Claire Louise DUBOIS"),
            papers: (1..=papers).map(paper).collect(),
            refused: vec![0, 1, 7],
            unmarked: false,
            destroyed: Vec::new(),
        }
    }

    const PARTS: [Part; 10] = [
        Part::Whole,
        Part::Pages(2, 2),
        Part::Pages(3, 12),
        Part::Absent(Absent::Gone),
        Part::Absent(Absent::Infected),
        Part::Absent(Absent::Damaged),
        Part::Absent(Absent::Unmerged(LeftOut::Encrypted)),
        Part::Absent(Absent::Unmerged(LeftOut::Damaged)),
        Part::Absent(Absent::Unmerged(LeftOut::Kind)),
        Part::Absent(Absent::Unmerged(LeftOut::TooLarge)),
    ];

    fn sheet(form: Form, papers: u16, title: &str) -> Paper {
        let fields = fields(papers, title);
        let piece = |label: Option<&str>, kinds: usize| Piece {
            kinds: KINDS[..kinds].to_vec(),
            label: label.map(|label| Name::parse(label).unwrap()),
            months: None,
            count: 1,
            mandatory: true,
        };
        let pieces = [piece(Some("Votre passeport"), 1), piece(None, 2)];
        let parts: Vec<Part> = PARTS.into_iter().cycle().take(usize::from(papers)).collect();
        let at = Timestamp::from_micros(1_790_000_000_000_000);
        let (given_at, until, made_at, service, is_demo) = (at, at, at, "consigne.example", true);
        paper(&Cover {
            form,
            fields: &fields,
            pieces: &pieces,
            given_at,
            until,
            made_at,
            service,
            is_demo,
            parts: &parts,
        })
    }

    /// What sets a paper checks it, too: tags, fonts, archive.
    #[test]
    fn a_sheet_is_whole_whatever_stands_in_it() {
        for form in [Form::Archive, Form::Merged] {
            for (papers, title) in
                [(1, "Facture"), (10, "Facture"), (100, &*"Très ".repeat(30)), (3, "فاتورة 発票 \u{1f3e0}")]
            {
                let sheet = sheet(form, papers, title.trim());
                let words = sheet.words();
                assert!(
                    words.contains(&"Votre passeport") && words.contains(&"Le papier demandé numéro 8"),
                    "{words:?}"
                );
                assert!(!words.iter().any(|word| word.contains("cover-") || word.contains("{$")), "{words:?}");
                assert_eq!(words.contains(&"Ces papiers sont dans le ZIP seulement"), papers >= 10);
                assert!(crate::pdf::set(&sheet).unwrap().starts_with(b"%PDF-1.7"));
            }
        }
        assert_eq!(
            across(&fields(1, "x"), Timestamp::from_micros(1_790_000_000_000_000)).replace('\u{a0}', " "),
            "Copie pour Caisse d'allocations · Votre demande de RSA · le 21 septembre 2026"
        );
        let mut ended = fields(1, "x");
        ended.purpose = Purpose::parse("Louer un studio.").unwrap();
        assert!(across(&ended, Timestamp::from_micros(0)).contains(" · Louer un studio · le "), "one point is enough");
    }
}
