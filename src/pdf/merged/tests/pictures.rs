//! Pictures on pages: which way is up, how large, what shows through, what is not passed on.

use std::process::Command;

use super::making::{Read, png, run};
use super::*;
use tempfile::TempDir;

/// Wider than high; its upper left corner is red, its lower right corner is blue.
fn colours(width: u32, height: u32) -> impl Fn(u32, u32) -> [u8; 4] {
    move |x, y| match (x < width / 3, y < height / 3, x > width * 2 / 3, y > height * 2 / 3) {
        (true, true, ..) => [255, 0, 0, 255],
        (_, _, true, true) => [0, 0, 255, 255],
        _ => [0, 160, 0, 255],
    }
}

fn shown(media_type: &str, bytes: &[u8]) -> Read {
    let piece = Piece { label: "Photo", media_type, bytes };
    let plan = plan(&[piece], LIMITS);
    assert_eq!(plan.outcomes(0), [Outcome::Merged { first: 1, last: 1 }]);
    let read = Read::new(&written(plan, None, &About { title: "Photo", language: "fr", made_at: None }, None).unwrap());
    read.is_sound();
    read
}

/// Where the picture stands on its page, and the colours at two corners of it.
fn corners(read: &Read) -> ((usize, usize), [usize; 4], [char; 4]) {
    let (width, height, points) = read.looks(1, 72);
    let at = |x: usize, y: usize| points[y * width + x];
    let is_inked = |(x, y): &(usize, usize)| at(*x, *y).iter().any(|colour| *colour <= 245);
    let inked: Vec<(usize, usize)> =
        (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).filter(is_inked).collect();
    let of = |pick: fn(&(usize, usize)) -> usize| {
        let picked = || inked.iter().map(pick);
        (picked().min().unwrap(), picked().max().unwrap())
    };
    let ((left, right), (top, bottom)) = (of(|place| place.0), of(|place| place.1));
    let seen = [(left + 6, top + 6), (right - 6, top + 6), (left + 6, bottom - 6), (right - 6, bottom - 6)];
    let letter = |(x, y): (usize, usize)| {
        let (warm, cold) = (at(x, y)[0], at(x, y)[2]);
        if warm > cold.saturating_add(100) {
            'r'
        } else if cold > warm.saturating_add(100) {
            'b'
        } else {
            'g'
        }
    };
    ((width, height), [left, top, right - left + 1, bottom - top + 1], seen.map(letter))
}

/// A JPEG, made by poppler, with more in it before and behind.
fn jpeg(turned: Option<u8>) -> Vec<u8> {
    let wide = png(300, 150, colours(300, 150));
    let page = shown("image/png", &wide);
    let folder = TempDir::with_prefix("consigne-pdf-").unwrap();
    let (_, [x, y, width, height], _) = corners(&page);
    let paper = folder.path().join("paper.pdf");
    let piece = Piece { label: "Photo", media_type: "image/png", bytes: &wide };
    let bytes = written(plan(&[piece], LIMITS), None, &About { title: "P", language: "fr", made_at: None }, None);
    std::fs::write(&paper, bytes.unwrap()).unwrap();
    let crop: Vec<String> = [x, y, width, height].iter().map(|side| (side * 2).to_string()).collect();
    let crop = ["-x", &crop[0], "-y", &crop[1], "-W", &crop[2], "-H", &crop[3]];
    run(Command::new("pdftoppm")
        .args(["-r", "144", "-jpeg", "-singlefile"])
        .args(crop)
        .arg(&paper)
        .arg(folder.path().join("p")));
    let plain = std::fs::read(folder.path().join("p.jpg")).unwrap();
    let mut bytes = plain[..2].to_vec();
    if let Some(turned) = turned {
        let mut notes = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x02\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        notes.extend([turned, 0, 0, 0x01, 0x0e, 0, 2, 0, 0, 0, 8, 0, 0, 0, 0x26, 0, 0, 0, 0]);
        notes.extend(b"HERE-AT-HOME");
        bytes.extend([0xff, 0xe1]);
        bytes.extend(u16::try_from(notes.len() + 2).unwrap().to_be_bytes());
        bytes.extend(notes);
    }
    bytes.extend(&plain[2..]);
    bytes.extend(b"A-FILM-BEHIND");
    bytes
}

#[test]
fn a_jpeg_goes_as_it_came_but_without_what_travels_in_it() {
    let bytes = jpeg(Some(1));
    let piece = Piece { label: "Photo", media_type: "image/jpeg", bytes: &bytes };
    let whole = watermarked(&piece, "Copie", "fr", LIMITS).unwrap();
    let contains = |needle: &[u8]| whole.windows(needle.len()).any(|window| window == needle);
    assert!(contains(b"DCTDecode") && !contains(b"HERE-AT-HOME") && !contains(b"A-FILM-BEHIND"));
    let scan = bytes.windows(2).position(|pair| pair == [0xff, 0xda]).unwrap();
    assert!(contains(&bytes[scan..scan + 400]), "it was packed again");
    let read = Read::new(&whole);
    read.is_sound();
    assert!(read.grey(1) > 300);
}

#[test]
fn a_photo_stands_as_the_camera_was_held() {
    // Where the red corner and the blue one come to, for each way a camera can be held.
    let held = [(1, "rggb"), (2, "grbg"), (3, "bggr"), (4, "gbrg"), (5, "rggb"), (6, "grbg"), (7, "bggr"), (8, "gbrg")];
    for (turned, expected) in held {
        let (page, [_, _, width, height], seen) = corners(&shown("image/jpeg", &jpeg(Some(turned))));
        assert_eq!(String::from_iter(seen), expected, "{turned}");
        assert_eq!(width > height, turned < 5, "{turned}");
        assert_eq!(page.0 > page.1, turned < 5, "{turned}");
    }
}

#[test]
fn a_picture_fits_its_page_and_is_never_blown_up() {
    // 300 points at 150 to the inch are two inches.
    let (page, [x, y, width, height], _) = corners(&shown("image/png", &png(300, 150, colours(300, 150))));
    assert_eq!(page, (842, 596));
    assert!((143..=146).contains(&width) && (71..=74).contains(&height), "{width} {height}");
    assert!(x.abs_diff((842 - width) / 2) < 3 && y.abs_diff((596 - height) / 2) < 3);
    let (page, [x, y, width, height], _) = corners(&shown("image/png", &png(1_500, 3_000, colours(1_500, 3_000))));
    assert_eq!(page, (596, 842));
    assert!(y >= 35 && y + height <= 842 - 34 && height > 760 && x > 35 && width < 596, "{x} {y} {width} {height}");
}

#[test]
fn what_can_be_seen_through_stands_on_white() {
    let clear = png(200, 200, |x, _| if x < 100 { [0, 0, 0, 0] } else { [0, 0, 0, 255] });
    let (_, [_, _, width, height], _) = corners(&shown("image/png", &clear));
    assert!(width.abs_diff(height / 2) < 3, "{width} {height}");
}

#[test]
fn webp_is_drawn_whether_it_can_be_seen_through_or_not() {
    for (colour, samples) in [(image_webp::ColorType::Rgb8, 3), (image_webp::ColorType::Rgba8, 4)] {
        let point = colours(300, 150);
        let points: Vec<u8> = (0..150)
            .flat_map(|y| (0..300).map(move |x| (x, y)))
            .flat_map(|(x, y)| point(x, y).into_iter().take(samples))
            .collect();
        let mut bytes = Vec::new();
        image_webp::WebPEncoder::new(&mut bytes).encode(&points, 300, 150, colour).unwrap();
        let (_, _, seen) = corners(&shown("image/webp", &bytes));
        assert_eq!(String::from_iter(seen), "rggb");
    }
}

#[test]
fn pictures_that_are_cut_off_or_claim_too_much_are_left_out() {
    let whole = jpeg(None);
    assert_eq!(fate("image/jpeg", &whole[..whole.len() / 2]), Outcome::LeftOut(LeftOut::Damaged));
    assert_eq!(fate("image/jpeg", b"\xff\xd8\xff\xd9"), Outcome::LeftOut(LeftOut::Damaged));
    let whole = png(300, 300, |x, y| hex(x + y * 300));
    assert_eq!(fate("image/png", &whole[..whole.len() / 2]), Outcome::LeftOut(LeftOut::Damaged));
    // What is called one and is another.
    assert_eq!(fate("image/jpeg", &whole), Outcome::LeftOut(LeftOut::Damaged));
    // Four billion points, said in a few bytes: its head is given a check of its own.
    let mut huge = whole;
    huge[16..24].copy_from_slice(&[0, 0, 255, 255, 0, 0, 255, 255]);
    let check = crc(&huge[12..29]);
    huge[29..33].copy_from_slice(&check.to_be_bytes());
    assert_eq!(fate("image/png", &huge), Outcome::LeftOut(LeftOut::TooLarge));
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    })
}
