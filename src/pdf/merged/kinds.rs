//! What of a PDF is passed on: what draws, key by key. What acts, what is hidden, what leads elsewhere is on no list, and so is not there.
//!
//! What lives here: which key of which kind of object is kept, and what kind its value is. To keep another: a line here.

/// What an object is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A number, a name, words, or rows of them.
    Value,
    /// What a page or a form draws with.
    Resources,
    /// By any names: objects of one kind.
    States,
    Colours,
    Patterns,
    Shadings,
    Pictures,
    Fonts,
    Layers,
    Glyphs,
    /// One of each.
    State,
    Colour,
    Pattern,
    Shading,
    Picture,
    Font,
    Layer,
    Function,
    Group,
    SoftMask,
    Descriptor,
    Program,
    Encoding,
    System,
    Packing,
    Stream,
    /// What Consigne made itself: every key.
    Own,
}

use Kind::{
    Colour, Colours, Descriptor, Encoding, Font, Fonts, Function, Glyphs, Group, Layer, Layers, Own, Packing, Pattern,
    Patterns, Picture, Pictures, Program, Resources, Shading, Shadings, SoftMask, State, States, Stream, System, Value,
};

impl Kind {
    /// What the value of a key is, if it is kept.
    pub fn of(self, key: &[u8]) -> Option<Self> {
        let key = str::from_utf8(key).ok()?;
        match self {
            Value | Stream => None,
            Own => Some(Own),
            States => Some(State),
            Colours => Some(Colour),
            Patterns => Some(Pattern),
            Shadings => Some(Shading),
            Pictures => Some(Picture),
            Fonts => Some(Font),
            Layers => Some(Layer),
            Glyphs => Some(Stream),
            Resources => resources(key),
            State => state(key),
            Colour => colour(key),
            Pattern => pattern(key),
            Shading => shading(key),
            Picture => picture(key),
            Font => font(key),
            Layer => layer(key),
            Function => function(key),
            Group => group(key),
            SoftMask => soft_mask(key),
            Descriptor => descriptor(key),
            Program => listed(key, &["Length1", "Length2", "Length3", "Subtype"]),
            Encoding => encoding(key),
            System => listed(key, &["Registry", "Ordering", "Supplement"]),
            Packing => packing(key),
        }
    }
}

fn listed(key: &str, keys: &[&str]) -> Option<Kind> {
    keys.contains(&key).then_some(Value)
}

/// What is told of a stream, whatever it is.
pub(super) fn of_stream(key: &[u8]) -> Option<Kind> {
    match key {
        b"Filter" => Some(Value),
        b"DecodeParms" => Some(Packing),
        _ => None,
    }
}

fn resources(key: &str) -> Option<Kind> {
    match key {
        "ExtGState" => Some(States),
        "ColorSpace" => Some(Colours),
        "Pattern" => Some(Patterns),
        "Shading" => Some(Shadings),
        "XObject" => Some(Pictures),
        "Font" => Some(Fonts),
        "Properties" => Some(Layers),
        _ => None,
    }
}

fn state(key: &str) -> Option<Kind> {
    match key {
        "Font" => Some(Font),
        "SMask" => Some(SoftMask),
        "BG" | "BG2" | "UCR" | "UCR2" | "TR" | "TR2" => Some(Function),
        _ => listed(
            key,
            &[
                "Type",
                "LW",
                "LC",
                "LJ",
                "ML",
                "D",
                "RI",
                "OP",
                "op",
                "OPM",
                "FL",
                "SM",
                "SA",
                "BM",
                "CA",
                "ca",
                "AIS",
                "TK",
                "UseBlackPtComp",
            ],
        ),
    }
}

/// Colours are arrays: what stands in one is of the same kind, a function among them.
fn colour(key: &str) -> Option<Kind> {
    match key {
        "Alternate" => Some(Colour),
        "Functions" => Some(Function),
        _ => listed(key, &["N", "Range", "WhitePoint", "BlackPoint", "Gamma", "Matrix"]).or_else(|| function(key)),
    }
}

fn function(key: &str) -> Option<Kind> {
    match key {
        "Functions" => Some(Function),
        _ => listed(
            key,
            &[
                "FunctionType",
                "Domain",
                "Range",
                "Size",
                "BitsPerSample",
                "Order",
                "Encode",
                "Decode",
                "C0",
                "C1",
                "N",
                "Bounds",
            ],
        ),
    }
}

fn pattern(key: &str) -> Option<Kind> {
    match key {
        "Resources" => Some(Resources),
        "Shading" => Some(Shading),
        "ExtGState" => Some(State),
        _ => listed(key, &["Type", "PatternType", "PaintType", "TilingType", "BBox", "XStep", "YStep", "Matrix"]),
    }
}

fn shading(key: &str) -> Option<Kind> {
    match key {
        "ColorSpace" => Some(Colour),
        "Function" => Some(Function),
        _ => listed(
            key,
            &[
                "ShadingType",
                "Background",
                "BBox",
                "AntiAlias",
                "Coords",
                "Domain",
                "Extend",
                "Matrix",
                "BitsPerCoordinate",
                "BitsPerComponent",
                "BitsPerFlag",
                "VerticesPerRow",
                "Decode",
            ],
        ),
    }
}

fn picture(key: &str) -> Option<Kind> {
    match key {
        "ColorSpace" => Some(Colour),
        "Resources" => Some(Resources),
        "Group" => Some(Group),
        "SMask" | "Mask" => Some(Picture),
        "OC" => Some(Layer),
        _ => listed(
            key,
            &[
                "Type",
                "Subtype",
                "Width",
                "Height",
                "BitsPerComponent",
                "Intent",
                "ImageMask",
                "Decode",
                "Interpolate",
                "SMaskInData",
                "Matte",
                "FormType",
                "BBox",
                "Matrix",
            ],
        ),
    }
}

fn group(key: &str) -> Option<Kind> {
    match key {
        "CS" => Some(Colour),
        _ => listed(key, &["Type", "S", "I", "K"]),
    }
}

fn soft_mask(key: &str) -> Option<Kind> {
    match key {
        "G" => Some(Picture),
        "TR" => Some(Function),
        _ => listed(key, &["Type", "S", "BC"]),
    }
}

fn font(key: &str) -> Option<Kind> {
    match key {
        "FontDescriptor" => Some(Descriptor),
        "Encoding" | "ToUnicode" => Some(Encoding),
        "DescendantFonts" => Some(Font),
        "CIDSystemInfo" => Some(System),
        "CIDToGIDMap" => Some(Stream),
        "CharProcs" => Some(Glyphs),
        "Resources" => Some(Resources),
        _ => listed(
            key,
            &[
                "Type",
                "Subtype",
                "Name",
                "BaseFont",
                "FirstChar",
                "LastChar",
                "Widths",
                "DW",
                "W",
                "DW2",
                "W2",
                "FontBBox",
                "FontMatrix",
            ],
        ),
    }
}

fn descriptor(key: &str) -> Option<Kind> {
    match key {
        "FontFile" | "FontFile2" | "FontFile3" => Some(Program),
        "CIDSet" => Some(Stream),
        "Style" => None,
        _ => listed(
            key,
            &[
                "Type",
                "FontName",
                "FontFamily",
                "FontStretch",
                "FontWeight",
                "Flags",
                "FontBBox",
                "ItalicAngle",
                "Ascent",
                "Descent",
                "Leading",
                "CapHeight",
                "XHeight",
                "StemV",
                "StemH",
                "AvgWidth",
                "MaxWidth",
                "MissingWidth",
                "CharSet",
            ],
        ),
    }
}

fn encoding(key: &str) -> Option<Kind> {
    match key {
        "CIDSystemInfo" => Some(System),
        "UseCMap" => Some(Encoding),
        _ => listed(key, &["Type", "BaseEncoding", "Differences", "CMapName", "WMode"]),
    }
}

fn layer(key: &str) -> Option<Kind> {
    match key {
        "OCGs" | "VE" => Some(Layer),
        _ => listed(key, &["Type", "Name", "P", "ActualText", "Lang", "E", "Alt"]),
    }
}

fn packing(key: &str) -> Option<Kind> {
    match key {
        "JBIG2Globals" => Some(Stream),
        _ => listed(
            key,
            &[
                "Predictor",
                "Colors",
                "BitsPerComponent",
                "Columns",
                "EarlyChange",
                "K",
                "EndOfLine",
                "EncodedByteAlign",
                "Rows",
                "EndOfBlock",
                "BlackIs1",
                "DamagedRowsBeforeError",
                "ColorTransform",
            ],
        ),
    }
}
