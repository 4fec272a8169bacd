//! Papers that Consigne makes: attestations, receipts, sheets to sign. PDF/UA-1 and PDF/A-2a, checked by the library that writes them.
//!
//! What lives here: blocks of words set on pages of A4, their tags, the font. What must not: sentences, what is told to whom, keys.
//! Everything is black on white, and nothing is told by place or weight alone. To add a kind of block: a variant of [`Block`], an arm in
//! `setting`; what is drawn anew also in `drawing`.

mod drawing;
mod fonts;
pub mod merged;
mod setting;
#[cfg(test)]
mod tests;

pub use setting::set;

use crate::domain::source::Timestamp;

/// Something said: in French, and below it in the reader's own language where the paper has one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// In the paper's first language.
    pub first: String,
    /// In its second.
    pub second: Option<String>,
}

impl Said {
    /// What is the same in every language: a name, a code.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { first: text.into(), second: None }
    }
}

/// A part of a paper.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// Its title; one a paper.
    Title(Said),
    /// What stands above a part.
    Heading(Said),
    /// A few sentences.
    Paragraph(Said),
    /// A list.
    Items(Vec<Said>),
    /// What something is, and what it is here.
    Facts(Vec<(Said, Said)>),
    /// A table.
    Table(Table),
    /// A code to type, and the same as a picture to photograph.
    Code {
        /// What it is for.
        says: Vec<Said>,
        /// As it is typed.
        code: String,
        /// Where the picture leads.
        address: String,
        /// What the picture is, for who does not see it.
        alt: Said,
    },
    /// What is to be written by hand: what, on a line.
    Blanks(Vec<Said>),
    /// Small print.
    Fine(Said),
    /// The rest stands on another page.
    NextPage,
}

/// A table: what stands in each column, and how wide it is beside the others.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// Each column: its name, its part of the width.
    pub columns: Vec<(Said, f32)>,
    /// Its rows; the first cell of each names it.
    pub rows: Vec<Vec<String>>,
}

/// A paper, before it is set.
#[derive(Debug, Clone, PartialEq)]
pub struct Paper {
    /// What it is called.
    pub title: String,
    /// Its first language, as a BCP 47 tag.
    pub language: &'static str,
    /// Its second, if it has one.
    pub second: Option<&'static str>,
    /// When it was made.
    pub made_at: Timestamp,
    /// How many pages it is to have at most, where it can; what is too long is set smaller.
    pub pages: Option<usize>,
    /// What stands at the foot of each page, before its number where there are several.
    pub foot: String,
    /// What stands in it.
    pub blocks: Vec<Block>,
}

impl Paper {
    /// Every word of it, in the order in which it is read.
    pub fn words(&self) -> Vec<&str> {
        let mut words = vec![self.title.as_str(), self.language, self.second.unwrap_or_default()];
        for block in &self.blocks {
            block.words(&mut words);
        }
        words
    }
}

impl Block {
    fn words<'a>(&'a self, words: &mut Vec<&'a str>) {
        let mut say = |said: &'a Said| {
            words.push(&said.first);
            words.push(said.second.as_deref().unwrap_or_default());
        };
        match self {
            Self::Title(said) | Self::Heading(said) | Self::Paragraph(said) | Self::Fine(said) => say(said),
            Self::Items(items) | Self::Blanks(items) => items.iter().for_each(say),
            Self::Facts(facts) => facts.iter().for_each(|(name, value)| {
                say(name);
                say(value);
            }),
            Self::Table(table) => {
                table.columns.iter().for_each(|(name, _)| say(name));
                words.extend(table.rows.iter().flatten().map(String::as_str));
            }
            Self::Code { says, code, address, alt } => {
                says.iter().for_each(&mut say);
                say(alt);
                words.extend([code.as_str(), address.as_str()]);
            }
            Self::NextPage => {}
        }
    }
}

/// Why a paper was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// The fonts that are built in don't read.
    #[error("the built-in fonts don't read")]
    Fonts,
    /// The library, or its validator, says no.
    #[error("a paper was not made: {0}")]
    Refused(String),
}
