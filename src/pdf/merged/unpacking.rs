//! What is packed in a PDF, unpacked within bounds: a few kilobytes can claim to be gigabytes.
//!
//! What lives here: the filters in which words and structure are packed. What must not: pictures, which go as they came.

use flate2::{Decompress, FlushDecompress, Status};

use super::LeftOut;
use super::object::{Budget, Dict, Object};

/// How much one stream may hold, unpacked: what draws a page, or lists objects.
const STREAM: usize = 48 << 20;

/// How streams may be packed in what is passed on, by their long names and their short ones.
const FILTERS: [&[u8]; 17] = [
    b"FlateDecode",
    b"Fl",
    b"LZWDecode",
    b"LZW",
    b"ASCII85Decode",
    b"A85",
    b"ASCIIHexDecode",
    b"AHx",
    b"RunLengthDecode",
    b"RL",
    b"CCITTFaxDecode",
    b"CCF",
    b"JBIG2Decode",
    b"DCTDecode",
    b"DCT",
    b"JPXDecode",
    b"JPX",
];

/// How a stream is packed, outermost first, and what each step needs to know.
pub(super) fn filters(dict: &Dict) -> Result<Vec<(Vec<u8>, Dict)>, LeftOut> {
    let listed = |key: &str| match dict.get(key.as_bytes()) {
        None | Some(Object::Null) => Vec::new(),
        Some(Object::Array(items)) => items.clone(),
        Some(one) => vec![one.clone()],
    };
    let (names, parameters) = (listed("Filter"), listed("DecodeParms"));
    if names.len() > 4 {
        return Err(LeftOut::Damaged);
    }
    let mut all = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let name = name.as_name().filter(|name| FILTERS.contains(name)).ok_or(LeftOut::Kind)?;
        all.push((name.to_vec(), parameters.get(at).and_then(Object::as_dict).cloned().unwrap_or_default()));
    }
    Ok(all)
}

/// What a stream holds.
pub(super) fn unpacked(dict: &Dict, data: &[u8], budget: &mut Budget) -> Result<Vec<u8>, LeftOut> {
    let mut bytes = data.to_vec();
    for (name, parameters) in filters(dict)? {
        bytes = match name.as_slice() {
            b"FlateDecode" | b"Fl" => {
                let mut unpacked = Vec::new();
                inflate(&bytes, budget, |part| unpacked.extend_from_slice(part))?;
                unpredicted(unpacked, &parameters)?
            }
            b"ASCIIHexDecode" | b"AHx" => hexadecimal(&bytes)?,
            b"ASCII85Decode" | b"A85" => ascii85(&bytes)?,
            _ => return Err(LeftOut::Kind),
        };
    }
    budget.unpacked = budget.unpacked.checked_sub(bytes.len()).ok_or(LeftOut::TooLarge)?;
    Ok(bytes)
}

/// Looks whether what draws something unpacks to a size that who opens it can bear, without keeping it.
pub(super) fn weighed(dict: &Dict, data: &[u8], budget: &mut Budget) -> Result<(), LeftOut> {
    let filters = filters(dict)?;
    let Some(((name, _), more)) = filters.split_first() else { return Ok(()) };
    let is_flate = |name: &[u8]| matches!(name, b"FlateDecode" | b"Fl");
    if is_flate(name) && more.is_empty() {
        return inflate(data, budget, |_| ());
    }
    // Packed twice is a bomb's way: it is unpacked, or not passed on.
    if filters.iter().any(|(name, _)| is_flate(name)) {
        return unpacked(dict, data, budget).map(drop);
    }
    Ok(())
}

fn inflate(data: &[u8], budget: &mut Budget, mut keep: impl FnMut(&[u8])) -> Result<(), LeftOut> {
    let mut state = Decompress::new(true);
    let mut part = vec![0; 64 << 10];
    let (mut taken, mut given) = (0_usize, 0_usize);
    loop {
        let rest = data.get(taken..).unwrap_or_default();
        let (taken_before, given_before) = (state.total_in(), state.total_out());
        let status = state.decompress(rest, &mut part, FlushDecompress::None).map_err(|_| LeftOut::Damaged)?;
        let advance = |now: u64, before: u64| usize::try_from(now - before).map_err(|_| LeftOut::Damaged);
        let (read, wrote) = (advance(state.total_in(), taken_before)?, advance(state.total_out(), given_before)?);
        taken += read;
        given += wrote;
        budget.work(read + wrote)?;
        if given > STREAM {
            return Err(LeftOut::TooLarge);
        }
        keep(part.get(..wrote).unwrap_or_default());
        match status {
            Status::StreamEnd => return Ok(()),
            _ if read == 0 && wrote == 0 => return Err(LeftOut::Damaged),
            _ => {}
        }
    }
}

/// Rows of which each tells how it differs from the one above.
fn unpredicted(bytes: Vec<u8>, parameters: &Dict) -> Result<Vec<u8>, LeftOut> {
    let number = |key: &str, or: usize| parameters.get(key.as_bytes()).and_then(Object::as_count).unwrap_or(or);
    match number("Predictor", 1) {
        1 => return Ok(bytes),
        10..=15 => {}
        _ => return Err(LeftOut::Kind),
    }
    let pixel = (number("Colors", 1) * number("BitsPerComponent", 8)).div_ceil(8);
    let row = (number("Columns", 1).saturating_mul(number("Colors", 1)).saturating_mul(number("BitsPerComponent", 8)))
        .div_ceil(8);
    if !(1..=1 << 20).contains(&row) || !(1..=64).contains(&pixel) {
        return Err(LeftOut::Damaged);
    }
    let mut above = vec![0_u8; row];
    let mut whole = Vec::with_capacity(bytes.len());
    for chunk in bytes.chunks(row + 1) {
        let (kind, differences) = chunk.split_first().ok_or(LeftOut::Damaged)?;
        let mut now: Vec<u8> = Vec::with_capacity(row);
        for (at, difference) in differences.iter().enumerate() {
            let of = |row: &[u8], back: usize| at.checked_sub(back).and_then(|at| row.get(at)).copied().unwrap_or(0);
            let (left, up, corner) = (of(&now, pixel), of(&above, 0), of(&above, pixel));
            let guess = match kind {
                0 => 0,
                1 => left,
                2 => up,
                3 => u8::midpoint(left, up),
                4 => paeth(left, up, corner),
                _ => return Err(LeftOut::Damaged),
            };
            now.push(difference.wrapping_add(guess));
        }
        whole.extend_from_slice(&now);
        now.resize(row, 0);
        above = now;
    }
    Ok(whole)
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let [a, b, c] = [left, up, corner].map(i16::from);
    let (from_left, from_up, from_corner) = ((b - c).abs(), (a - c).abs(), (a + b - 2 * c).abs());
    if from_left <= from_up && from_left <= from_corner {
        left
    } else if from_up <= from_corner {
        up
    } else {
        corner
    }
}

fn hexadecimal(bytes: &[u8]) -> Result<Vec<u8>, LeftOut> {
    let (mut whole, mut half) = (Vec::new(), None);
    for byte in bytes.iter().take_while(|byte| **byte != b'>').filter(|byte| !byte.is_ascii_whitespace()) {
        let digit =
            char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).ok_or(LeftOut::Damaged)?;
        match half.take() {
            None => half = Some(digit << 4),
            Some(high) => whole.push(high | digit),
        }
    }
    whole.extend(half);
    Ok(whole)
}

fn ascii85(bytes: &[u8]) -> Result<Vec<u8>, LeftOut> {
    let mut whole = Vec::new();
    let mut group: Vec<u32> = Vec::new();
    let digits = bytes.strip_prefix(b"<~").unwrap_or(bytes).iter().take_while(|byte| **byte != b'~');
    let mut put = |group: &mut Vec<u32>| {
        let missing = 5 - group.len();
        group.resize(5, 84);
        let word = group.iter().try_fold(0_u32, |word, digit| word.checked_mul(85)?.checked_add(*digit));
        whole.extend(word.ok_or(LeftOut::Damaged)?.to_be_bytes().iter().take(4 - missing));
        group.clear();
        Ok(())
    };
    for byte in digits.filter(|byte| !byte.is_ascii_whitespace()) {
        match byte {
            b'z' if group.is_empty() => group.extend([0; 5]),
            b'!'..=b'u' => group.push(u32::from(byte - b'!')),
            _ => return Err(LeftOut::Damaged),
        }
        if group.len() == 5 {
            put(&mut group)?;
        }
    }
    if group.len() > 1 {
        put(&mut group)?;
    }
    Ok(whole)
}
