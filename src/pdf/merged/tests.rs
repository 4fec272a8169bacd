//! Papers merged and refused, read back with the tools that people's programs are made of: poppler and qpdf.

mod hostile;
mod making;
mod pictures;

use super::*;
use crate::pdf::{Block, Said};
use making::{Read, hex, lettered, locked, many, pdf, png};

const LIMITS: Limits = Limits { pages: 200, bytes: 40 << 20 };

fn piece<'a>(label: &'a str, bytes: &'a [u8]) -> Piece<'a> {
    Piece { label, media_type: PDF, bytes }
}

/// A cover that tells of each paper where it stands.
fn cover(pieces: &[Piece<'_>]) -> impl Fn(&[Outcome]) -> Paper {
    let labels: Vec<String> = pieces.iter().map(|piece| piece.label.to_owned()).collect();
    move |outcomes| {
        let row = |(label, outcome): (&String, &Outcome)| match outcome {
            Outcome::Merged { first, last } => Said::plain(format!("{label} : pages {first} à {last}")),
            Outcome::LeftOut(left_out) => Said::plain(format!("{label} : absent, {left_out}")),
        };
        Paper {
            title: "Dossier de Nadia".to_owned(),
            language: "fr",
            second: None,
            made_at: Timestamp::from_micros(1_790_000_000_000_000),
            pages: None,
            foot: "Dossier".to_owned(),
            blocks: vec![
                Block::Title(Said::plain("Dossier de Nadia")),
                Block::Items(labels.iter().zip(outcomes).map(row).collect()),
            ],
        }
    }
}

fn merged(pieces: &[Piece<'_>], across: Option<&str>) -> (Read, Vec<Outcome>) {
    let merged = merge(plan(pieces, LIMITS), cover(pieces), across).unwrap();
    let read = Read::new(&merged.bytes);
    read.is_sound();
    (read, merged.outcomes)
}

/// How it goes with one paper.
fn fate(media_type: &str, bytes: &[u8]) -> Outcome {
    let outcomes = plan(&[Piece { label: "Un", media_type, bytes }], LIMITS).outcomes(0);
    outcomes[0]
}

#[test]
fn papers_stand_behind_their_cover_in_order_and_are_still_words() {
    let (bail, avis) = (lettered(&["Bail premier", "Bail second"]), lettered(&["Avis seul"]));
    let (read, outcomes) = merged(&[piece("Bail", &bail), piece("Avis", &avis)], None);
    let [first, second] = [Outcome::Merged { first: 2, last: 3 }, Outcome::Merged { first: 4, last: 4 }];
    assert_eq!(outcomes, [first, second]);
    assert_eq!(read.pages(), 4);
    assert!(read.text(1).contains("Bail : pages 2 à 3") && read.text(1).contains("Avis : pages 4 à 4"));
    for (page, words) in [(2, "Bail premier"), (3, "Bail second"), (4, "Avis seul")] {
        assert_eq!(read.text(page), words);
    }
    assert_eq!(read.about("Title"), "Dossier de Nadia");
    assert_eq!(read.about("Tagged"), "yes");
    let shown = read.shown();
    for words in ["/Lang", "/Outlines", "/PageMode /UseOutlines", "/DisplayDocTitle true", "/Sect"] {
        assert!(shown.contains(words), "{words}");
    }
    for label in ["Dossier de Nadia", "Bail", "Avis"] {
        let spelled: Vec<String> = label.encode_utf16().map(|unit| format!("{unit:04x}")).collect();
        assert!(shown.contains(&format!("/Title <feff{}>", spelled.concat())), "{label}");
    }
}

/// The tags of the cover live on, and each page behind it is told by one of its own.
#[test]
fn what_a_reader_of_the_screen_hears_begins_with_the_cover() {
    let bail = lettered(&["Bail premier", "Bail second"]);
    let (read, _) = merged(&[piece("Bail", &bail)], Some("Copie"));
    let structure = read.structure();
    let order = ["Dossier de Nadia", "Bail : pages 2 à 3", "Bail premier", "Bail second"];
    let places: Vec<_> = order.iter().map(|words| structure.find(words)).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{structure}");
    // What stands across is no part of what is read.
    assert!(!structure.contains("Copie"), "{structure}");
}

/// The number of pages that the cover takes moves what stands behind it.
#[test]
fn a_long_cover_tells_the_right_pages() {
    let one = lettered(&["Un"]);
    let labels: Vec<String> = (0..90).map(|at| format!("Papier {at}")).collect();
    let pieces: Vec<_> = labels.iter().map(|label| piece(label, &one)).collect();
    let (read, outcomes) = merged(&pieces, None);
    let Outcome::Merged { first, .. } = outcomes[0] else { panic!("left out") };
    assert!(first > 2, "{first}");
    assert_eq!(read.pages(), first - 1 + 90);
    assert!(read.text(1).contains(&format!("Papier 0 : pages {first} à {first}")));
    assert_eq!(read.text(first), "Un");
}

#[test]
fn sizes_and_turns_are_kept() {
    let odd = pdf(&[
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Count 2/Kids[3 0 R 4 0 R]/Rotate 90/MediaBox[0 0 300 200]/Resources<</Font<</F 6 0 R>>>>>>",
        "<</Type/Page/Parent 2 0 R/Contents 5 0 R>>",
        "<</Type/Page/Parent 2 0 R/Rotate -180/CropBox[50 40 250 190]/Contents 5 0 R>>",
        "<</Length 44>>stream\nBT /F 20 Tf 60 100 Td (Au milieu) Tj ET     \nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]);
    let (read, _) = merged(&[piece("Un", &odd)], Some("Copie"));
    assert_eq!(read.size(2), ("300 x 200 pts".to_owned(), "90".to_owned()));
    assert_eq!(read.size(3), ("200 x 150 pts".to_owned(), "180".to_owned()));
    assert!(read.text(2).contains("Au milieu") && read.text(3).contains("Au milieu"));
}

#[test]
fn what_cannot_be_merged_is_left_out_and_said() {
    let good = lettered(&["Bon"]);
    let locked = locked(&good);
    let cut = &good[..good.len() / 3];
    let text = Piece { label: "Texte", media_type: "text/plain", bytes: b"bonjour" };
    let long = many(300);
    let pieces = [
        piece("Fermé", &locked),
        piece("Coupé", cut),
        text,
        piece("Bon", &good),
        piece("Faux", b"no PDF at all"),
        piece("Vide", b""),
        piece("Long", &long),
    ];
    let (read, outcomes) = merged(&pieces, None);
    let out = Outcome::LeftOut;
    let good = Outcome::Merged { first: 2, last: 2 };
    let damaged = out(LeftOut::Damaged);
    assert_eq!(
        outcomes,
        [out(LeftOut::Encrypted), damaged, out(LeftOut::Kind), good, damaged, damaged, out(LeftOut::TooLarge)]
    );
    assert_eq!(read.pages(), 2);
    assert!(read.text(1).contains("Fermé : absent, it is encrypted"));
    assert_eq!(read.text(2), "Bon");
}

#[test]
fn bounds_on_pages_and_bytes_are_kept_and_what_is_smaller_still_comes() {
    let (two, one) = (lettered(&["a", "b"]), lettered(&["c"]));
    let pieces = [piece("Deux", &two), piece("Encore deux", &two), piece("Un", &one)];
    let outcomes = plan(&pieces, Limits { pages: 3, ..LIMITS }).outcomes(1);
    let merged = |first, last| Outcome::Merged { first, last };
    assert_eq!(outcomes, [merged(2, 3), Outcome::LeftOut(LeftOut::TooLarge), merged(4, 4)]);
    let noise = png(600, 600, |x, y| hex(x * 7_919 + y * 104_729));
    let noise = Piece { label: "Bruit", media_type: "image/png", bytes: &noise };
    let plan = plan(&[noise, piece("Un", &one)], Limits { bytes: 100_000, ..LIMITS });
    assert_eq!(plan.outcomes(1), [Outcome::LeftOut(LeftOut::TooLarge), merged(2, 2)]);
    assert!(written(plan, None, &About { title: "Un", language: "fr", made_at: None }, None).unwrap().len() < 100_000);
}

#[test]
fn words_across_are_on_every_page_whatever_the_page_does() {
    // It ends more states than it began, cuts everything away, and leaves words open.
    let spiteful = pdf(&[
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 595 842]>>",
        "<</Type/Page/Parent 2 0 R/Contents[4 0 R 4 0 R]/Resources<</XObject<</Across 9 0 R>>>>>>",
        "<</Length 52>>stream\nQ Q Q 0 0 1 1 re W n BT 3 Tr /Artifact BMC q q q BI \nendstream",
    ]);
    let good = lettered(&["Bon"]);
    let across = "Copie pour CAF Rhône, aide au logement, 23 novembre 2026 نسخة للإدارة";
    let pieces = [piece("Bon", &good), piece("Méchant", &spiteful)];
    let (read, outcomes) = merged(&pieces, Some(across));
    assert_eq!(outcomes.len(), 2);
    let (without, _) = merged(&pieces, None);
    for page in 1..=3 {
        // What is across is ink, and no words between the words.
        assert!(read.grey(page) > 2_000 + without.grey(page), "{page}: {}", read.grey(page));
        assert_eq!(read.text(page), without.text(page));
    }
    assert_eq!(read.text(2), "Bon");
    assert_eq!(read.about("Subject"), across);
    assert_eq!(without.grey(3), 0);
}

#[test]
fn long_words_and_none_are_set() {
    let good = lettered(&["Bon"]);
    let limits = LIMITS;
    let ink = |across: &str| Read::new(&watermarked(&piece("Bon", &good), across, "fr", limits).unwrap()).grey(1);
    // Letters of every script are drawn, and more of them are more ink.
    assert!(ink("نسخة للإدارة") > 500 && ink("Копия") > 500 && ink("Copie") > 500);
    // Line below line, not one on the other.
    assert!(ink(&"مركز الإيواء ".repeat(12)) > ink("مركز الإيواء") * 3 / 2);
    for across in ["", " ", "a", &"Une phrase. ".repeat(200), &"é".repeat(5_000), "مركز الإيواء ".repeat(60).as_str()]
    {
        let bytes = watermarked(&piece("Bon", &good), across, "fr", limits).unwrap();
        let read = Read::new(&bytes);
        read.is_sound();
        assert!(read.text(1).contains("Bon"), "{across}");
        assert!(bytes.len() < 400_000, "{across}: {}", bytes.len());
    }
}

#[test]
fn one_paper_is_given_with_words_across_or_said_why_not() {
    let good = lettered(&["Bon"]);
    let read = Read::new(&watermarked(&piece("Mon bail", &good), "Pour M. Blanc", "fr", LIMITS).unwrap());
    read.is_sound();
    assert_eq!((read.pages(), read.about("Title")), (1, "Mon bail".to_owned()));
    assert_eq!((read.text(1), read.about("Subject")), ("Bon".to_owned(), "Pour M. Blanc".to_owned()));
    assert!(read.grey(1) > 1_000);
    let locked = locked(&good);
    let refused = watermarked(&piece("Fermé", &locked), "Pour M. Blanc", "fr", LIMITS);
    assert_eq!(refused, Err(MergeError::LeftOut(LeftOut::Encrypted)));
}

#[test]
fn the_same_papers_are_the_same_bytes() {
    let good = lettered(&["Bon"]);
    let made = || {
        let pieces = [piece("Bon", &good)];
        merge(plan(&pieces, LIMITS), cover(&pieces), Some("Copie")).unwrap().bytes
    };
    assert_eq!(made(), made());
}

#[test]
fn a_paper_of_every_block_comes_through_as_a_piece() {
    let set = crate::pdf::set(&cover(&[piece("Un", b""), piece("Deux", b"")])(&[
        Outcome::Merged { first: 1, last: 1 },
        Outcome::LeftOut(LeftOut::Kind),
    ]));
    let (read, outcomes) = merged(&[piece("Papier", &set.unwrap())], None);
    assert_eq!(outcomes, [Outcome::Merged { first: 2, last: 2 }]);
    assert!(read.text(2).contains("Deux : absent, its kind is not merged"), "{}", read.text(2));
}
