//! Where everything stands: blocks become lines on pages, and the tree of tags that says in which order they are read.

use std::num::NonZeroU16;
use std::rc::Rc;

use krilla::tagging::{ListNumbering, TableHeaderScope, Tag, TagKind};
use qrcode::{Color, EcLevel, QrCode};

use super::fonts::{Fonts, Lines, Style};
use super::{Block, Paper, PdfError, Said, Table, drawing};

/// A4, in points.
pub(super) const PAGE: (f32, f32) = (595.28, 841.89);
/// What is left free on each side.
pub(super) const MARGIN: f32 = 54.0;
/// Where the foot of a page stands.
pub(super) const FOOT: f32 = 34.0;
const WIDTH: f32 = PAGE.0 - 2.0 * MARGIN;
const BOTTOM: f32 = PAGE.1 - MARGIN;

const TITLE: Style = Style { size: 17.0, bold: true };
const HEADING: Style = Style { size: 11.5, bold: true };
const TEXT: Style = Style { size: 10.0, bold: false };
const SECOND: Style = Style { size: 8.5, bold: false };
const CODE: Style = Style { size: 17.0, bold: true };
const CELL: Style = Style { size: 6.5, bold: false };
const FINE: Style = Style { size: 7.5, bold: false };
/// The smallest that words are set, beside what they should be.
const SMALLEST: f32 = 0.8;
/// Side of the picture of a code.
const PICTURE: f32 = 104.0;

/// What is drawn, on which page.
pub(super) struct Mark {
    pub page: usize,
    pub drawn: Drawn,
}

/// What can be drawn.
pub(super) enum Drawn {
    /// One line of words: from where, how far down.
    Line { lines: Rc<Lines>, index: usize, x: f32, top: f32 },
    /// A picture of squares, from left to right and down; side and place in points.
    Squares { dark: Vec<bool>, side: usize, x: f32, top: f32, size: f32 },
    /// A line of ink.
    Rule { x: f32, top: f32, width: f32 },
}

/// The tree of tags: each leaf is the place of a mark.
pub(super) enum Branch {
    Group(TagKind, Vec<Branch>),
    Leaf(usize),
}

/// A heading, where it stands: for the table of contents that readers of the screen go by.
pub(super) struct Stop {
    pub text: String,
    pub page: usize,
    pub top: f32,
}

pub(super) struct Setting {
    pub fonts: Fonts,
    pub marks: Vec<Mark>,
    /// Those that are only ornament.
    pub ornaments: Vec<Mark>,
    pub branches: Vec<Branch>,
    pub stops: Vec<Stop>,
    pub pages: usize,
}

/// Sets a paper: the bytes of a PDF.
pub fn set(paper: &Paper) -> Result<Vec<u8>, PdfError> {
    // Where it is to have so many pages, what is too long for them is set smaller, as long as it can be read.
    for scale in [1.0, 0.93, 0.86] {
        let setting = laid_out(paper, scale)?;
        if paper.pages.is_none_or(|pages| setting.pages <= pages) {
            return drawing::draw(setting, paper);
        }
    }
    drawing::draw(laid_out(paper, SMALLEST)?, paper)
}

fn laid_out(paper: &Paper, scale: f32) -> Result<Setting, PdfError> {
    let fonts = Fonts::new()?;
    let (marks, ornaments, branches, stops) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let setting = Setting { fonts, marks, ornaments, branches, stops, pages: 1 };
    let mut setter = Setter { setting, second: paper.second, scale, y: MARGIN };
    for block in &paper.blocks {
        setter.block(block)?;
    }
    Ok(setter.setting)
}

struct Setter {
    setting: Setting,
    second: Option<&'static str>,
    /// How large words are, beside what they should be.
    scale: f32,
    y: f32,
}

impl Setter {
    fn block(&mut self, block: &Block) -> Result<(), PdfError> {
        let branch = match block {
            Block::Title(said) => {
                let branch = self.heading(said, TITLE, 1);
                self.y += 6.0;
                branch
            }
            Block::Heading(said) => {
                self.keep_together(HEADING.size * 5.0);
                self.y += 7.0;
                self.heading(said, HEADING, 2)
            }
            Block::Paragraph(said) => self.paragraph(said, TEXT),
            Block::Fine(said) => self.paragraph(said, FINE),
            Block::Items(items) => self.items(items),
            Block::Facts(facts) => self.facts(facts),
            Block::Table(table) => self.table(table),
            Block::Code { says, code, address, alt } => self.code(says, code, address, alt)?,
            Block::Blanks(blanks) => self.blanks(blanks),
            Block::NextPage => {
                self.next_page();
                return Ok(());
            }
        };
        self.setting.branches.push(branch);
        Ok(())
    }

    fn next_page(&mut self) {
        self.setting.pages += 1;
        self.y = MARGIN;
    }

    /// Goes on to another page where so much does not stand on this one any more, unless it stands at its top already.
    fn keep_together(&mut self, height: f32) {
        if self.y + height > BOTTOM && self.y > MARGIN {
            self.next_page();
        }
    }

    fn page(&self) -> usize {
        self.setting.pages - 1
    }

    fn mark(&mut self, drawn: Drawn) -> Branch {
        let page = self.page();
        self.setting.marks.push(Mark { page, drawn });
        Branch::Leaf(self.setting.marks.len() - 1)
    }

    fn lines(&mut self, words: &str, style: Style, width: f32, language: Option<&'static str>) -> Rc<Lines> {
        let style = Style { size: style.size * self.scale, ..style };
        Rc::new(self.setting.fonts.lines(words, style, width, language))
    }

    /// Puts lines below what stands, from page to page.
    fn flow(&mut self, lines: &Rc<Lines>, x: f32) -> Vec<Branch> {
        let mut leaves = Vec::new();
        for index in 0..lines.layout.len() {
            let height = lines.layout.get(index).map_or(0.0, |line| line.metrics().line_height);
            self.keep_together(height);
            let top = self.y;
            leaves.push(self.mark(Drawn::Line { lines: Rc::clone(lines), index, x, top }));
            self.y += height;
        }
        leaves
    }

    /// Puts something said below what stands: in the first language, and then smaller in the second.
    fn said(&mut self, said: &Said, style: Style, (x, width): (f32, f32)) -> Vec<Branch> {
        let lines = self.lines(&said.first, style, width, None);
        let mut leaves = self.flow(&lines, x);
        if let (Some(second), Some(language)) = (&said.second, self.second) {
            let size = if style.size > TEXT.size { style.size * 0.75 } else { SECOND.size.min(style.size) };
            let lines = self.lines(second, Style { size, ..style }, width, Some(language));
            let second = self.flow(&lines, x);
            leaves.push(Branch::Group(Tag::Span.with_lang(Some(language.to_owned())).into(), second));
        }
        leaves
    }

    fn heading(&mut self, said: &Said, style: Style, level: u16) -> Branch {
        // A heading without a word is none that a reader of the screen could name.
        let text = if said.first.trim().is_empty() { "…".to_owned() } else { said.first.clone() };
        let stop = Stop { text: text.clone(), page: self.page(), top: self.y };
        self.setting.stops.push(stop);
        let leaves = self.said(said, style, (MARGIN, WIDTH));
        self.y += 3.0;
        Branch::Group(Tag::Hn(NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN), Some(text)).into(), leaves)
    }

    fn paragraph(&mut self, said: &Said, style: Style) -> Branch {
        let leaves = self.said(said, style, (MARGIN, WIDTH));
        self.y += style.size * 0.45;
        Branch::Group(Tag::P.into(), leaves)
    }

    fn items(&mut self, items: &[Said]) -> Branch {
        let indent = 14.0;
        let mut all = Vec::new();
        for item in items {
            self.keep_together(TEXT.size * 1.3);
            let (page, y) = (self.page(), self.y);
            let dot = self.lines("•", TEXT, indent, None);
            let label = Branch::Group(Tag::Lbl.into(), self.flow(&dot, MARGIN));
            if page == self.page() {
                self.y = y;
            }
            let body = Branch::Group(Tag::LBody.into(), self.said(item, TEXT, (MARGIN + indent, WIDTH - indent)));
            self.y += 2.5;
            all.push(Branch::Group(Tag::LI.into(), vec![label, body]));
        }
        self.y += 2.0;
        Branch::Group(Tag::L(ListNumbering::Disc).into(), all)
    }

    /// The height that something said takes in a column.
    fn height(&mut self, said: &Said, style: Style, width: f32) -> f32 {
        let mut height = self.lines(&said.first, style, width, None).layout.height();
        if let (Some(second), Some(language)) = (&said.second, self.second) {
            height += self
                .lines(second, Style { size: SECOND.size.min(style.size), ..style }, width, Some(language))
                .layout
                .height();
        }
        height
    }

    fn facts(&mut self, facts: &[(Said, Said)]) -> Branch {
        let (left, gap) = (150.0, 12.0);
        let right = WIDTH - left - gap;
        let bold = Style { bold: true, ..TEXT };
        let mut rows = Vec::new();
        for (name, value) in facts {
            let height = self.height(name, bold, left).max(self.height(value, TEXT, right));
            self.keep_together(height);
            let (page, y) = (self.page(), self.y);
            let name = self.said(name, bold, (MARGIN, left));
            let below = self.y;
            if page == self.page() {
                self.y = y;
            }
            let value = self.said(value, TEXT, (MARGIN + left + gap, right));
            if page == self.page() {
                self.y = self.y.max(below);
            }
            self.y += 4.0;
            let cells =
                vec![Branch::Group(Tag::TH(TableHeaderScope::Row).into(), name), Branch::Group(Tag::TD.into(), value)];
            rows.push(Branch::Group(Tag::TR.into(), cells));
        }
        self.y += 4.0;
        Branch::Group(Tag::Table.into(), vec![Branch::Group(Tag::TBody.into(), rows)])
    }

    fn table(&mut self, table: &Table) -> Branch {
        let all: f32 = table.columns.iter().map(|(_, part)| *part).sum();
        let gap = 6.0;
        let mut x = MARGIN;
        let mut places = Vec::new();
        for (_, part) in &table.columns {
            let width = WIDTH * *part / all;
            places.push((x, width - gap));
            x += width;
        }
        let names: Vec<Said> = table.columns.iter().map(|(name, _)| name.clone()).collect();
        let head = self.row(&names, &places, true);
        let mut rows = Vec::new();
        for row in &table.rows {
            let cells: Vec<Said> = row.iter().map(Said::plain).collect();
            rows.push(self.row(&cells, &places, false));
        }
        self.y += 6.0;
        let mut parts = vec![Branch::Group(Tag::THead.into(), vec![head])];
        if !rows.is_empty() {
            parts.push(Branch::Group(Tag::TBody.into(), rows));
        }
        Branch::Group(Tag::Table.into(), parts)
    }

    fn row(&mut self, cells: &[Said], places: &[(f32, f32)], is_head: bool) -> Branch {
        let style = Style { bold: is_head, ..CELL };
        let mut height: f32 = 0.0;
        for (cell, (_, width)) in cells.iter().zip(places) {
            height = height.max(self.height(cell, style, *width));
        }
        self.keep_together(height + 4.0);
        let (page, y) = (self.page(), self.y);
        let mut branches = Vec::new();
        for (at, (cell, place)) in cells.iter().zip(places).enumerate() {
            if page == self.page() {
                self.y = y;
            }
            let leaves = self.said(cell, style, *place);
            let tag: TagKind = match (is_head, at) {
                (true, _) => Tag::TH(TableHeaderScope::Column).into(),
                (false, 0) => Tag::TH(TableHeaderScope::Row).into(),
                (false, _) => Tag::TD.into(),
            };
            branches.push(Branch::Group(tag, leaves));
        }
        if page == self.page() {
            self.y = y + height;
        }
        self.y += 1.5;
        self.rule(MARGIN, WIDTH);
        self.y += 2.5;
        Branch::Group(Tag::TR.into(), branches)
    }

    fn rule(&mut self, x: f32, width: f32) {
        let (page, top) = (self.page(), self.y);
        self.setting.ornaments.push(Mark { page, drawn: Drawn::Rule { x, top, width } });
    }

    fn code(&mut self, says: &[Said], code: &str, address: &str, alt: &Said) -> Result<Branch, PdfError> {
        let picture = QrCode::with_error_correction_level(address, EcLevel::M)
            .map_err(|error| PdfError::Refused(error.to_string()))?;
        let side = picture.width();
        let dark = picture.to_colors().into_iter().map(|color| color == Color::Dark).collect();
        self.keep_together(PICTURE + 12.0);
        self.y += 4.0;
        let (page, y) = (self.page(), self.y);
        let beside = (MARGIN + PICTURE + 18.0, WIDTH - PICTURE - 18.0);
        let squares = self.mark(Drawn::Squares { dark, side, x: MARGIN, top: y, size: PICTURE });
        let words = alt.second.as_ref().map_or_else(|| alt.first.clone(), |second| format!("{} / {second}", alt.first));
        let figure = Branch::Group(Tag::Figure(Some(words)).into(), vec![squares]);
        let mut branches = vec![figure];
        let shown = self.said(&Said::plain(code), CODE, beside);
        branches.push(Branch::Group(Tag::P.into(), shown));
        self.y += 2.0;
        for said in says {
            let leaves = self.said(said, TEXT, beside);
            self.y += 3.0;
            branches.push(Branch::Group(Tag::P.into(), leaves));
        }
        if page == self.page() {
            self.y = self.y.max(y + PICTURE);
        }
        self.y += 8.0;
        Ok(Branch::Group(Tag::Div.into(), branches))
    }

    fn blanks(&mut self, blanks: &[Said]) -> Branch {
        let mut all = Vec::new();
        for blank in blanks {
            self.keep_together(34.0);
            let leaves = self.said(blank, TEXT, (MARGIN, 190.0));
            self.rule(MARGIN + 196.0, WIDTH - 196.0);
            self.y += 14.0;
            all.push(Branch::Group(Tag::P.into(), leaves));
        }
        Branch::Group(Tag::Div.into(), all)
    }
}
