//! Pictures, each on a page of A4: as large as fits within the margins, never so large that it shows its squares.
//!
//! What lives here: JPEG as it came but without what travels in it, PNG and WebP drawn on white, which way is up. What must not: PDF.

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use image_webp::WebPDecoder;
use png::{ColorType, Decoder, Limits, Transformations};

use super::LeftOut;
use super::jpeg::{self, Jpeg};
use super::object::{Budget, Dict, Object, dict, numbers};
use super::out::{Out, Sheet};

/// How many points a picture may have that is drawn anew.
const POINTS: usize = 50_000_000;
/// The same, where it goes as it came.
const POINTS_AS_CAME: usize = 300_000_000;
/// What a decoder may hold beside the picture.
const MEMORY: usize = 256 << 20;
const A4: (f64, f64) = (595.28, 841.89);
const MARGIN: f64 = 36.0;
/// The size of a point at 150 to the inch.
const LARGEST: f64 = 72.0 / 150.0;

/// Points, three or one to each, packed.
struct Drawn {
    width: usize,
    height: usize,
    colours: usize,
    packed: Vec<u8>,
    /// Which way is up, as cameras count: 1 to 8.
    turned: u8,
}

pub(super) fn jpeg(bytes: &[u8], out: &mut Out, budget: &mut Budget) -> Result<Sheet, LeftOut> {
    budget.work(bytes.len())?;
    let jpeg = Jpeg::read(bytes).ok_or(LeftOut::Damaged)?;
    if jpeg.width.saturating_mul(jpeg.height) > POINTS_AS_CAME {
        return Err(LeftOut::TooLarge);
    }
    let mut told = told(jpeg.width, jpeg.height, jpeg.colours, "DCTDecode");
    if jpeg.colours == 4 && jpeg.is_inverted {
        told.insert(b"Decode".to_vec(), numbers(&[1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0]));
    }
    placed(out, told, &jpeg.kept, (jpeg.width, jpeg.height), jpeg.turned)
}

pub(super) fn png(bytes: &[u8], out: &mut Out, budget: &mut Budget) -> Result<Sheet, LeftOut> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: MEMORY });
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let mut reader = decoder.read_info().map_err(|_| LeftOut::Damaged)?;
    let (width, height) = small(reader.info().width, reader.info().height, budget)?;
    let (kind, _) = reader.output_color_type();
    let (samples, colours) = match kind {
        ColorType::Grayscale => (1, 1),
        ColorType::GrayscaleAlpha => (2, 1),
        ColorType::Rgb => (3, 3),
        ColorType::Rgba => (4, 3),
        ColorType::Indexed => return Err(LeftOut::Damaged),
    };
    let mut points = vec![0; reader.output_buffer_size().filter(|size| *size <= MEMORY).ok_or(LeftOut::TooLarge)?];
    reader.next_frame(&mut points).map_err(|_| LeftOut::Damaged)?;
    let packed = on_white(points.get(..width * height * samples).ok_or(LeftOut::Damaged)?, samples, colours)?;
    drawn(out, &Drawn { width, height, colours, packed, turned: 1 })
}

pub(super) fn webp(bytes: &[u8], out: &mut Out, budget: &mut Budget) -> Result<Sheet, LeftOut> {
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(|_| LeftOut::Damaged)?;
    let (width, height) = decoder.dimensions();
    let (width, height) = small(width, height, budget)?;
    decoder.set_memory_limit(MEMORY);
    let turned = decoder.exif_metadata().ok().flatten().and_then(|exif| jpeg::turned(&exif)).unwrap_or(1);
    let samples = if decoder.has_alpha() { 4 } else { 3 };
    let mut points = vec![0; decoder.output_buffer_size().filter(|size| *size <= MEMORY).ok_or(LeftOut::TooLarge)?];
    if decoder.is_animated() {
        decoder.read_frame(&mut points).map_err(|_| LeftOut::Damaged)?;
    } else {
        decoder.read_image(&mut points).map_err(|_| LeftOut::Damaged)?;
    }
    let packed = on_white(points.get(..width * height * samples).ok_or(LeftOut::Damaged)?, samples, 3)?;
    drawn(out, &Drawn { width, height, colours: 3, packed, turned })
}

fn small(width: u32, height: u32, budget: &mut Budget) -> Result<(usize, usize), LeftOut> {
    let (width, height) = (width as usize, height as usize);
    if width == 0 || height == 0 {
        return Err(LeftOut::Damaged);
    }
    let points = width.saturating_mul(height);
    if points > POINTS {
        return Err(LeftOut::TooLarge);
    }
    budget.work(points * 4)?;
    Ok((width, height))
}

/// What can be seen through shows white, and all is packed.
fn on_white(points: &[u8], samples: usize, colours: usize) -> Result<Vec<u8>, LeftOut> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::new(6));
    let mut row = Vec::with_capacity(64 << 10);
    for part in points.chunks(samples * (16 << 10)) {
        row.clear();
        for point in part.chunks_exact(samples) {
            let (seen, alpha) = point.split_at_checked(colours).ok_or(LeftOut::Damaged)?;
            let alpha = u16::from(alpha.first().copied().unwrap_or(255));
            let mixed = |colour: &u8| (u16::from(*colour) * alpha + 255 * (255 - alpha) + 127) / 255;
            row.extend(seen.iter().map(|colour| u8::try_from(mixed(colour)).unwrap_or(255)));
        }
        packer.write_all(&row).map_err(|_| LeftOut::Damaged)?;
    }
    packer.finish().map_err(|_| LeftOut::Damaged)
}

fn drawn(out: &mut Out, drawn: &Drawn) -> Result<Sheet, LeftOut> {
    let told = told(drawn.width, drawn.height, drawn.colours, "FlateDecode");
    placed(out, told, &drawn.packed, (drawn.width, drawn.height), drawn.turned)
}

fn told(width: usize, height: usize, colours: usize, filter: &str) -> Dict {
    let space = match colours {
        1 => "DeviceGray",
        4 => "DeviceCMYK",
        _ => "DeviceRGB",
    };
    dict([
        ("Type", Object::name("XObject")),
        ("Subtype", Object::name("Image")),
        ("Width", Object::Number(length(width))),
        ("Height", Object::Number(length(height))),
        ("ColorSpace", Object::name(space)),
        ("BitsPerComponent", Object::Number(8.0)),
        ("Filter", Object::name(filter)),
    ])
}

#[expect(clippy::cast_precision_loss, reason = "a picture has fewer than a billion points")]
const fn length(points: usize) -> f64 {
    points as f64
}

/// A picture in the middle of a page that lies as it does.
fn placed(
    out: &mut Out,
    told: Dict,
    data: &[u8],
    (width, height): (usize, usize),
    turned: u8,
) -> Result<Sheet, LeftOut> {
    let number = out.reserve();
    out.stream(number, told, data)?;
    let (width, height) = (length(width), length(height));
    let (wide, high) = if turned >= 5 { (height, width) } else { (width, height) };
    let page = if wide > high { (A4.1, A4.0) } else { A4 };
    let scale = LARGEST.min((page.0 - 2.0 * MARGIN) / wide).min((page.1 - 2.0 * MARGIN) / high);
    let (wide, high) = (wide * scale, high * scale);
    let (x, y) = ((page.0 - wide) / 2.0, (page.1 - high) / 2.0);
    // Where the lower left corner of the picture comes to, and where its two sides lead from there.
    let matrix = match turned {
        2 => [-wide, 0.0, 0.0, high, x + wide, y],
        3 => [-wide, 0.0, 0.0, -high, x + wide, y + high],
        4 => [wide, 0.0, 0.0, -high, x, y + high],
        5 => [0.0, -high, -wide, 0.0, x + wide, y + high],
        6 => [0.0, -high, wide, 0.0, x, y + high],
        7 => [0.0, high, wide, 0.0, x, y],
        8 => [0.0, high, -wide, 0.0, x + wide, y],
        _ => [wide, 0.0, 0.0, high, x, y],
    };
    Ok(Sheet { area: [0.0, 0.0, page.0, page.1], turned: 0, unit: None, drawn: vec![(matrix, number)] })
}
