//! Papers made for tests, and papers read back.

use std::process::Command;

use tempfile::TempDir;

/// A PDF of these objects, numbered from 1; the first is the catalog.
pub fn pdf(objects: &[&str]) -> Vec<u8> {
    let objects: Vec<Vec<u8>> = objects.iter().map(|object| object.as_bytes().to_vec()).collect();
    whole(&objects, "")
}

/// The same, of bytes, with more in its trailer.
pub fn whole(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        offsets.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n", at + 1).into_bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    let start = bytes.len();
    let size = objects.len() + 1;
    bytes.extend(format!("xref\n0 {size}\n0000000000 65535 f \n").into_bytes());
    for offset in offsets {
        bytes.extend(format!("{offset:010} 00000 n \n").into_bytes());
    }
    bytes.extend(format!("trailer\n<</Size {size}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n").into_bytes());
    bytes
}

pub fn stream(told: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = format!("<<{told}/Length {}>>stream\n", data.len()).into_bytes();
    bytes.extend(data);
    bytes.extend(b"\nendstream");
    bytes
}

/// Pages with one line each, packed as programs pack them.
pub fn lettered(pages: &[&str]) -> Vec<u8> {
    let kids: Vec<String> = (0..pages.len()).map(|at| format!("{} 0 R", 4 + at * 2)).collect();
    let kids = kids.join(" ");
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        format!("<</Type/Pages/Count {}/Kids[{kids}]/MediaBox[0 0 595 842]>>", pages.len()).into_bytes(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_vec(),
    ];
    for (at, words) in pages.iter().enumerate() {
        let contents = 5 + at * 2;
        let page = format!("<</Type/Page/Parent 2 0 R/Contents {contents} 0 R/Resources<</Font<</F 3 0 R>>>>>>");
        objects.push(page.into_bytes());
        let drawn = format!("BT /F 20 Tf 72 700 Td ({words}) Tj ET");
        objects.push(stream("/Filter/FlateDecode", &super::packed(drawn.as_bytes()).unwrap()));
    }
    whole(&objects, "")
}

pub fn many(pages: usize) -> Vec<u8> {
    lettered(&vec!["page"; pages])
}

/// The same paper, locked by qpdf, without a password to open it.
pub fn locked(bytes: &[u8]) -> Vec<u8> {
    let folder = TempDir::with_prefix("consigne-pdf-").unwrap();
    let (open, shut) = (folder.path().join("open.pdf"), folder.path().join("shut.pdf"));
    std::fs::write(&open, bytes).unwrap();
    run(Command::new("qpdf").args(["--encrypt", "", "owner", "256", "--"]).args([&open, &shut]));
    std::fs::read(&shut).unwrap()
}

/// The same paper, its objects in streams of objects, as programs write now.
pub fn dense(bytes: &[u8]) -> Vec<u8> {
    let folder = TempDir::with_prefix("consigne-pdf-").unwrap();
    let (loose, dense) = (folder.path().join("loose.pdf"), folder.path().join("dense.pdf"));
    std::fs::write(&loose, bytes).unwrap();
    run(Command::new("qpdf").arg("--object-streams=generate").args([&loose, &dense]));
    std::fs::read(&dense).unwrap()
}

/// Colours that look like chance.
pub const fn hex(seed: u32) -> [u8; 4] {
    let mixed = seed.wrapping_mul(2_654_435_761) ^ (seed >> 3).wrapping_mul(40_503);
    let [a, b, c, _] = mixed.to_be_bytes();
    [a, b, c, 255]
}

pub fn png(width: u32, height: u32, colour: impl Fn(u32, u32) -> [u8; 4]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().unwrap();
    let points: Vec<u8> =
        (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).flat_map(|(x, y)| colour(x, y)).collect();
    writer.write_image_data(&points).unwrap();
    writer.finish().unwrap();
    bytes
}

pub fn run(command: &mut Command) -> Vec<u8> {
    let done = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    // qpdf says 3 where it only warns.
    assert!(done.status.success(), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
    done.stdout
}

/// A PDF, read as people's programs read it.
pub struct Read {
    folder: TempDir,
}

impl Read {
    pub fn new(bytes: &[u8]) -> Self {
        let folder = TempDir::with_prefix("consigne-pdf-").unwrap();
        std::fs::write(folder.path().join("paper.pdf"), bytes).unwrap();
        Self { folder }
    }

    fn tool(&self, name: &str, before: &[&str], after: &[&str]) -> String {
        let file = self.folder.path().join("paper.pdf");
        String::from_utf8_lossy(&run(Command::new(name).args(before).arg(file).args(after))).into_owned()
    }

    /// qpdf finds nothing to say against it.
    pub fn is_sound(&self) {
        let told = self.tool("qpdf", &["--check"], &[]);
        assert!(told.contains("No syntax or stream encoding errors found"), "{told}");
    }

    pub fn about(&self, name: &str) -> String {
        let told = self.tool("pdfinfo", &[], &[]);
        let line = told.lines().find_map(|line| line.strip_prefix(&format!("{name}:")));
        line.unwrap_or_else(|| panic!("no {name}: {told}")).trim().to_owned()
    }

    pub fn pages(&self) -> usize {
        self.about("Pages").parse().unwrap()
    }

    /// The size of a page, and by how much it is turned.
    pub fn size(&self, page: usize) -> (String, String) {
        let page = page.to_string();
        let told = self.tool("pdfinfo", &["-f", &page, "-l", &page], &[]);
        let value = |name: &str| {
            let line = told.lines().find(|line| line.contains(name) && line.starts_with("Page ")).unwrap();
            line.split_once(':').unwrap().1.trim().to_owned()
        };
        (value(" size:"), value(" rot:"))
    }

    /// The words of a page on one line.
    pub fn text(&self, page: usize) -> String {
        let page = page.to_string();
        let told = self.tool("pdftotext", &["-enc", "UTF-8", "-f", &page, "-l", &page], &["-"]);
        told.replace('\u{a0}', " ").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// What its tags tell, in the order in which they tell it.
    pub fn structure(&self) -> String {
        self.tool("pdfinfo", &["-struct-text"], &[]).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// All of it, unpacked.
    pub fn shown(&self) -> String {
        self.tool("qpdf", &["--qdf", "--object-streams=disable", "--no-original-object-ids"], &["-"])
    }

    /// A page as it looks, at so many points to the inch: its width, its height, its colours.
    pub fn looks(&self, page: usize, inch: usize) -> (usize, usize, Vec<[u8; 3]>) {
        let (page, inch) = (page.to_string(), inch.to_string());
        let file = self.folder.path().join("paper.pdf");
        let bytes = run(Command::new("pdftoppm").args(["-r", &inch, "-f", &page, "-l", &page]).arg(file));
        let mut head = bytes.splitn(4, u8::is_ascii_whitespace);
        assert_eq!(head.next().unwrap(), b"P6");
        let mut side = || std::str::from_utf8(head.next().unwrap()).unwrap().parse::<usize>().unwrap();
        let (width, height) = (side(), side());
        let points = head.next().unwrap().splitn(2, u8::is_ascii_whitespace).nth(1).unwrap();
        (width, height, points.chunks_exact(3).map(|point| [point[0], point[1], point[2]]).collect())
    }

    /// How many points of a page are grey: neither paper nor ink.
    pub fn grey(&self, page: usize) -> usize {
        let (_, _, points) = self.looks(page, 72);
        points.iter().filter(|[red, green, blue]| red == green && green == blue && (185..=225).contains(red)).count()
    }
}
