//! Papers that Consigne makes, read as people and machines read them: with poppler's tools, and a reader of pictures of codes.

use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use super::Answer;

/// A PDF in a folder of its own.
pub struct Pdf {
    folder: TempDir,
}

fn run(command: &mut Command) -> String {
    let done = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(done.status.success(), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

impl Pdf {
    /// Of an answer, which must be one.
    pub fn of(answer: Answer) -> Self {
        let answer = answer.expect(200);
        assert_eq!(answer.header("content-type"), "application/pdf");
        assert!(answer.header("content-disposition").starts_with("attachment; filename=\""));
        assert_eq!(answer.header("cache-control"), "no-store");
        assert!(answer.body.starts_with(b"%PDF-1.7"));
        Self::of_bytes(&answer.body)
    }

    /// Of a file in another.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let folder = TempDir::with_prefix("consigne-pdf-").unwrap();
        std::fs::write(folder.path().join("paper.pdf"), bytes).unwrap();
        Self { folder }
    }

    /// Its words as they stand on the page, column by column, without spaces: what is broken over several lines of a cell is whole.
    pub fn words(&self) -> String {
        let raw = run(Command::new("pdftotext").args(["-enc", "UTF-8", "-raw"]).arg(self.file()).arg("-"));
        raw.split_whitespace().collect::<String>().replace('\u{a0}', "").replace('\u{2019}', "'")
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("paper.pdf")
    }

    /// Its words, in the order in which they are read.
    pub fn text(&self) -> String {
        // In PDF, a space that does not break is one that does.
        run(Command::new("pdftotext").args(["-enc", "UTF-8"]).arg(self.file()).arg("-")).replace('\u{a0}', " ")
    }

    /// Its words on one line, each space one.
    pub fn flat(&self) -> String {
        self.text().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// What it says of itself.
    pub fn about(&self, name: &str) -> String {
        let told = run(Command::new("pdfinfo").arg(self.file()));
        let line = told.lines().find_map(|line| line.strip_prefix(&format!("{name}:")));
        line.unwrap_or_else(|| panic!("no {name}: {told}")).trim().to_owned()
    }

    /// How many pages it has.
    pub fn pages(&self) -> usize {
        self.about("Pages").parse().unwrap()
    }

    /// The names of its fonts, with whether each is embedded.
    pub fn fonts(&self) -> Vec<(String, bool)> {
        let told = run(Command::new("pdffonts").arg(self.file()));
        let font = |line: &str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let embedded = words[words.len() - 5] == "yes";
            (words[0].to_owned(), embedded)
        };
        told.lines().skip(2).map(font).collect()
    }

    /// Where the picture on its first page leads, as a telephone's camera reads it from a print in black and white.
    pub fn picture(&self) -> String {
        let page = self.folder.path().join("page");
        run(Command::new("pdftoppm")
            .args(["-r", "110", "-mono", "-f", "1", "-l", "1", "-singlefile"])
            .arg(self.file())
            .arg(&page));
        let told = run(Command::new("zbarimg").args(["--quiet", "--raw"]).arg(page.with_extension("pbm")));
        told.trim().to_owned()
    }
}
