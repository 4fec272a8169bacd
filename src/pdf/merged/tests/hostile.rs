//! PDFs made to harm: scripts, loops, bombs, and what is only broken.

use std::time::{Duration, Instant};

use super::making::{Read, dense, stream, whole};
use super::*;

const CATALOG: &str = "<</Type/Catalog/Pages 2 0 R>>";

fn objects(all: &[&str]) -> Vec<Vec<u8>> {
    all.iter().map(|object| object.as_bytes().to_vec()).collect()
}

/// How it goes, and that it goes fast.
fn soon(bytes: &[u8]) -> Outcome {
    #[expect(clippy::disallowed_methods, reason = "how long a test takes is no moment in the program")]
    let before = Instant::now();
    let outcome = fate(PDF, bytes);
    assert!(before.elapsed() < Duration::from_secs(40), "{:?}", before.elapsed());
    outcome
}

#[test]
fn nothing_that_acts_is_passed_on_and_what_was_filled_in_still_shows() {
    let bytes = pdf(&[
        "<</Type/Catalog/Pages 2 0 R/OpenAction 6 0 R/AA<</WC 6 0 R>>/Names<</JavaScript<</Names[(a) 6 0 R]>>\
         /EmbeddedFiles<</Names[(f) 7 0 R]>>>>/AcroForm<</Fields[8 0 R]/XFA 9 0 R>>/URI<</Base(http://e.example)>>>>",
        "<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 595 842]>>",
        "<</Type/Page/Parent 2 0 R/AA<</O 6 0 R>>/Contents 4 0 R/Annots[8 0 R 10 0 R 12 0 R 13 0 R]/Resources<</Font<</F 5 0 R>>\
         /Properties<</P<</Type/OCG/JS 6 0 R/A 6 0 R>>>>/XObject<</E 14 0 R/X 15 0 R>>>>/PieceInfo<</E 7 0 R>>/Metadata 9 0 R>>",
        "<</Length 44/F(http://e.example/external)>>stream\nBT /F 20 Tf 72 700 Td (Sous) Tj ET /X Do       \nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/AA 6 0 R/JS(app.alert)>>",
        "<</S/JavaScript/JS(app.alert\\(1\\))>>",
        "<</Type/Filespec/F(a.exe)/EF<</F 9 0 R>>>>",
        "<</Type/Annot/Subtype/Widget/FT/Tx/T(nom)/V(Nadia)/Rect[72 600 272 630]/AP<</N 11 0 R>>/A 6 0 R>>",
        "<</Type/EmbeddedFile/Length 9>>stream\nMZ-VIRUS.\nendstream",
        "<</Type/Annot/Subtype/Link/Rect[0 0 99 99]/A<</S/URI/URI(http://e.example/lien)>>>>",
        "<</Type/XObject/Subtype/Form/BBox[0 0 100 15]/Resources<</Font<</F 5 0 R>>>>/Length 40/OPI 7 0 R/Ref 7 0 R>>stream\n\
         BT /F 10 Tf 2 3 Td (Nadia Benali) Tj ET \nendstream",
        "<</Type/Annot/Subtype/Stamp/F 2/Rect[72 500 272 530]/AP<</N 11 0 R>>>>",
        "<</Type/Annot/Subtype/Widget/FT/Btn/AS/Oui/Rect[72 400 82 410]/AP<</N<</Oui 16 0 R/Off 11 0 R>>>>>>",
        "<</Type/XObject/Subtype/PS/Length 9>>stream\n(run) exec\nendstream",
        "<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 3/AF 7 0 R/OC<</Type/OCG/Name(c)/AA 6 0 R>>>>stream\nq Q\nendstream",
        "<</Type/XObject/Subtype/Form/BBox[0 0 10 10]/Resources<</Font<</F 5 0 R>>>>/Length 28>>stream\n\
         BT /F 9 Tf 0 0 Td (X) Tj ET \nendstream",
    ]);
    let (read, outcomes) = merged(&[piece("Un", &bytes)], Some("Copie"));
    assert_eq!(outcomes, [Outcome::Merged { first: 2, last: 2 }]);
    let text = read.text(2);
    assert!(text.contains("Sous") && text.contains("Nadia Benali") && text.contains('X'), "{text}");
    assert_eq!(text.matches("Nadia").count(), 1, "{text}");
    let shown = read.shown();
    for word in [
        "JavaScript",
        "/JS",
        "app.alert",
        "/OpenAction",
        "/AA",
        "/EmbeddedFile",
        "/EF",
        "VIRUS",
        "/AcroForm",
        "/XFA",
        "/Annots",
        "/URI",
        "e.example",
        "/PieceInfo",
        "/Metadata",
        "/OPI",
        "/Ref ",
        "/AF",
        "/PS",
        "exec",
        "/Launch",
        "/Widget",
    ] {
        assert!(!shown.contains(word), "{word}");
    }
}

#[test]
fn trees_of_pages_that_have_no_end_are_left_out() {
    let damaged = Outcome::LeftOut(LeftOut::Damaged);
    let circle = pdf(&[CATALOG, "<</Type/Pages/Kids[3 0 R]>>", "<</Type/Pages/Kids[2 0 R]>>"]);
    assert_eq!(soon(&circle), damaged);
    let own = pdf(&[CATALOG, "<</Type/Pages/Kids[2 0 R 2 0 R]>>"]);
    assert_eq!(soon(&own), damaged);
    // Each node twice in the one above: a billion pages.
    let mut doubled = objects(&[CATALOG]);
    for at in 2..32 {
        doubled.push(format!("<</Type/Pages/Kids[{0} 0 R {0} 0 R]>>", at + 1).into_bytes());
    }
    doubled.push(b"<</Type/Page/MediaBox[0 0 9 9]>>".to_vec());
    assert_eq!(soon(&whole(&doubled, "")), damaged);
    // One page, a million times.
    let same = format!("<</Type/Pages/Kids[{}]>>", "3 0 R ".repeat(19_000));
    assert_eq!(
        soon(&pdf(&[CATALOG, &same, "<</Type/Page/MediaBox[0 0 99 99]>>"])),
        Outcome::LeftOut(LeftOut::TooLarge)
    );
}

#[test]
fn what_nests_without_end_is_left_out() {
    for deep in ["[", "<</A", "<</A["] {
        let deep = format!("<</Type/Catalog/Pages 2 0 R/X {}>>", deep.repeat(200_000));
        assert_eq!(soon(&pdf(&[&deep, "<</Type/Pages/Kids[]>>"])), Outcome::LeftOut(LeftOut::Damaged));
    }
    // The length of each stream stands in the next.
    let mut long =
        objects(&[CATALOG, "<</Type/Pages/Kids[3 0 R]>>", "<</Type/Page/MediaBox[0 0 99 99]/Contents 4 0 R>>"]);
    for at in 4..20_000 {
        long.push(format!("<</Length {} 0 R>>stream\n \nendstream", at + 1).into_bytes());
    }
    soon(&whole(&long, ""));
    // Sections of which each leads to itself.
    let mut prev = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n".to_vec();
    let start = prev.len();
    prev.extend(format!("xref\n0 0\ntrailer\n<</Root 1 0 R/Prev {start}>>\nstartxref\n{start}\n%%EOF").into_bytes());
    assert_eq!(soon(&prev), Outcome::LeftOut(LeftOut::Damaged));
    // Forms that draw each other.
    let page = "<</Type/Page/MediaBox[0 0 99 99]/Contents 4 0 R/Resources 6 0 R>>";
    let form = "<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources 6 0 R/Length 5>>stream\n/X Do\nendstream";
    let round = pdf(&[CATALOG, "<</Type/Pages/Kids[3 0 R]>>", page, form, form, "<</XObject<</X 5 0 R>>>>"]);
    assert_eq!(soon(&round), Outcome::Merged { first: 1, last: 1 });
}

/// So many zeroes, in a thousandth of them.
fn zeroes(count: usize) -> Vec<u8> {
    packed(&vec![b' '; count]).unwrap()
}

#[test]
fn bombs_don_t_go_off() {
    let too_large = Outcome::LeftOut(LeftOut::TooLarge);
    let page = |contents: &str| format!("<</Type/Page/MediaBox[0 0 99 99]/Contents {contents}>>");
    let bomb = zeroes(200 << 20);
    assert!(bomb.len() < 1 << 20);
    let mut one = objects(&[CATALOG, "<</Type/Pages/Kids[3 0 R]>>", &page("4 0 R")]);
    one.push(stream("/Filter/FlateDecode", &bomb));
    assert_eq!(soon(&whole(&one, "")), too_large);
    // Small by itself, named a thousand times.
    let mut often = objects(&[CATALOG, "<</Type/Pages/Kids[3 0 R]>>", &page(&format!("[{}]", "4 0 R ".repeat(1_000)))]);
    often.push(stream("/Filter/FlateDecode", &zeroes(8 << 20)));
    assert_eq!(soon(&whole(&often, "")), too_large);
    // Packed twice, and in a stream of objects.
    let mut twice = objects(&[CATALOG, "<</Type/Pages/Kids[3 0 R]>>", &page("4 0 R")]);
    twice.push(stream("/Filter[/FlateDecode/FlateDecode]", &packed(&bomb).unwrap()));
    assert_eq!(soon(&whole(&twice, "")), too_large);
    let mut within = objects(&[CATALOG, "<</Type/Pages/Kids[3 0 R]>>", &page("4 0 R")]);
    within.push(stream("/Type/ObjStm/N 9/First 9/Filter/FlateDecode", &bomb));
    let mut within = whole(&within, "");
    let end = within.len() - 20;
    within.truncate(end);
    soon(&within);
    // A picture of four billion points.
    let mut huge = objects(&[
        CATALOG,
        "<</Type/Pages/Kids[3 0 R]>>",
        "<</Type/Page/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>",
    ]);
    huge.push(stream("", b"/X Do"));
    huge.push(stream("/Subtype/Image/Width 65535/Height 65535/BitsPerComponent 8/ColorSpace/DeviceGray", b"x"));
    assert_eq!(soon(&whole(&huge, "")), too_large);
    // Millions of values.
    let values = format!("<</Type/Catalog/Pages 2 0 R/X[{}]>>", "0 ".repeat(3_000_000));
    assert_eq!(soon(&pdf(&[&values, "<</Type/Pages/Kids[]>>"])), too_large);
}

#[test]
fn one_bomb_leaves_enough_for_what_comes_after() {
    let mut bomb = objects(&[CATALOG, "<</Type/Pages/Kids[3 0 R]>>", "<</Type/Page/Contents 4 0 R>>"]);
    bomb.push(stream("/Filter/FlateDecode", &zeroes(200 << 20)));
    let (bomb, good) = (whole(&bomb, ""), lettered(&["Bon"]));
    let (read, outcomes) = merged(&[piece("Bombe", &bomb), piece("Bombe", &bomb), piece("Bon", &good)], None);
    assert_eq!(outcomes[2], Outcome::Merged { first: 2, last: 2 });
    assert_eq!(read.text(2), "Bon");
}

#[test]
fn what_is_only_broken_or_written_otherwise_is_read() {
    let good = lettered(&["Premier", "Second"]);
    let check = |bytes: &[u8]| {
        let (read, outcomes) = merged(&[piece("Un", bytes)], None);
        assert_eq!(outcomes, [Outcome::Merged { first: 2, last: 3 }]);
        assert_eq!((read.text(2).as_str(), read.text(3).as_str()), ("Premier", "Second"));
    };
    check(&dense(&good));
    // As mail programs leave it: something before, its end cut off, its places wrong.
    check(&[b"junk\n".as_slice(), &good].concat());
    check(&good[..good.len() - 40]);
    let wrong = String::from_utf8_lossy(&good).contains("startxref");
    assert!(wrong);
    let moved = [b"%PDF-1.7\n%moved\n".as_slice(), &good[9..]].concat();
    check(&moved);
    let mut dense = dense(&good);
    dense.truncate(dense.len() - 30);
    check(&dense);
    // The lengths of streams are told wrong.
    let at = good.windows(8).position(|word| word == b"/Length ").unwrap();
    let mut lying = good;
    lying[at + 8] = b'9';
    check(&lying);
}

#[test]
fn layers_that_are_not_shown_stay_so() {
    let mut layers = objects(&[
        "<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[6 0 R 7 0 R]/D<</OFF[7 0 R]>>>>>>",
        "<</Type/Pages/Kids[3 0 R]/MediaBox[0 0 595 842]>>",
        "<</Type/Page/Contents 4 0 R/Resources<</Font<</F 5 0 R>>/Properties<</A 6 0 R/B 7 0 R>>>>>>",
    ]);
    layers.push(stream("", b"/OC /A BDC 0 0 9 9 re f EMC /OC /B BDC 100 100 400 600 re f EMC"));
    layers.extend(objects(&[
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        "<</Type/OCG/Name(Vu)>>",
        "<</Type/OCG/Name(Non vu)>>",
    ]));
    let (read, _) = merged(&[piece("Un", &whole(&layers, ""))], None);
    let (width, _, points) = read.looks(2, 72);
    assert_eq!(points[400 * width + 300], [255; 3]);
    assert_eq!(points[(842 - 4) * width + 4], [0; 3]);
}

/// Bytes changed by chance, many times over: it ends, without a panic, and what comes out is sound.
#[test]
fn whatever_is_broken_ends_well() {
    let page = lettered(&["Premier", "Second"]);
    for good in [dense(&page), page, png(40, 40, |x, y| hex(x + 40 * y))] {
        for seed in 0..400_u32 {
            let mut broken = good.clone();
            for step in 0..=seed % 12 {
                let [a, b, c, _] = hex(seed * 31 + step);
                let at = (usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c)) % broken.len();
                broken[at] = a ^ c;
            }
            let media_type = if broken.starts_with(b"%PDF") { PDF } else { "image/png" };
            let plan = plan(&[Piece { label: "Un", media_type, bytes: &broken }], LIMITS);
            let about = About { title: "Un", language: "fr", made_at: None };
            let merged = matches!(plan.outcomes(0).as_slice(), [Outcome::Merged { .. }]);
            let bytes = written(plan, None, &about, Some("Copie")).unwrap();
            if merged && seed % 40 == 0 {
                assert!(Read::new(&bytes).pages() > 0);
            }
        }
    }
}
