//! A JPEG, looked at without being drawn: how large it is, which way is up, where it ends.
//!
//! What lives here: its segments, and the one value of its notes that is needed. What else travels in it, such as where a photo was taken,
//! or a film behind it, is not passed on.

/// A JPEG as it is passed on.
pub(super) struct Jpeg {
    pub width: usize,
    pub height: usize,
    pub colours: usize,
    /// Which way is up: 1 to 8.
    pub turned: u8,
    /// Whether its four colours are told the other way round.
    pub is_inverted: bool,
    /// Its bytes, without what travels in it.
    pub kept: Vec<u8>,
}

impl Jpeg {
    /// None where it is none, or is cut off.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        if !bytes.starts_with(&[0xff, 0xd8]) {
            return None;
        }
        let mut jpeg = Self { width: 0, height: 0, colours: 0, turned: 1, is_inverted: false, kept: vec![0xff, 0xd8] };
        let mut at = 2;
        loop {
            if *bytes.get(at)? != 0xff {
                return None;
            }
            let marker = *bytes.get(at + 1)?;
            match marker {
                0xff => {
                    at += 1;
                    continue;
                }
                0xd9 => {
                    jpeg.kept.extend([0xff, 0xd9]);
                    return Some(jpeg).filter(|jpeg| jpeg.width > 0 && jpeg.height > 0);
                }
                _ => {}
            }
            let length = usize::from(u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]));
            let segment = bytes.get(at..at.checked_add(length + 2)?)?;
            let body = segment.get(4..)?;
            at += segment.len();
            match marker {
                0xc0..=0xc2 => jpeg.frame(body)?,
                // Without loss, or in ways that readers of PDF don't know.
                0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => return None,
                0xe1 => {
                    let exif = body.strip_prefix(b"Exif\0\0".as_slice());
                    jpeg.turned = exif.and_then(turned).unwrap_or(jpeg.turned);
                    continue;
                }
                0xee => jpeg.is_inverted |= body.starts_with(b"Adobe"),
                0xe2..=0xef | 0xfe => continue,
                _ => {}
            }
            jpeg.kept.extend_from_slice(segment);
            if marker == 0xda {
                let scan = scan(bytes.get(at..)?)?;
                jpeg.kept.extend_from_slice(scan);
                at += scan.len();
            }
        }
    }

    fn frame(&mut self, body: &[u8]) -> Option<()> {
        let [8, high, height, wide, width, colours @ (1 | 3 | 4), ..] = body else { return None };
        self.height = usize::from(u16::from_be_bytes([*high, *height]));
        self.width = usize::from(u16::from_be_bytes([*wide, *width]));
        self.colours = usize::from(*colours);
        Some(())
    }
}

/// What is drawn, up to the next marker that is none of its own.
fn scan(bytes: &[u8]) -> Option<&[u8]> {
    let ends = |pair: &[u8]| matches!(pair, [0xff, marker] if !matches!(marker, 0 | 0xd0..=0xd7 | 0xff));
    bytes.get(..bytes.windows(2).position(ends)?)
}

/// Which way is up, as the notes of a camera tell it.
pub(super) fn turned(exif: &[u8]) -> Option<u8> {
    let is_little = match exif.get(..2)? {
        b"II" => true,
        b"MM" => false,
        _ => return None,
    };
    let short = |at: usize| -> Option<usize> {
        let pair = <[u8; 2]>::try_from(exif.get(at..at.checked_add(2)?)?).ok()?;
        Some(usize::from(if is_little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) }))
    };
    let long = |at: usize| -> Option<usize> {
        let four = <[u8; 4]>::try_from(exif.get(at..at.checked_add(4)?)?).ok()?;
        usize::try_from(if is_little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) }).ok()
    };
    let first = long(4)?;
    for entry in 0..short(first)? {
        let at = first + 2 + entry * 12;
        if short(at)? == 0x0112 {
            return u8::try_from(short(at + 8)?).ok().filter(|turned| (1..=8).contains(turned));
        }
    }
    None
}
