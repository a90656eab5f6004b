//! The colours that have a name in CSS, each with one of twelve simple names.
//!
//! Owns both lists. The names are those of CSS Color Module Level 4, one for each value (so neither `cyan` nor `magenta`),
//! with the British `grey`, as the Rekognition API answers them. The API documents that there are twelve simple names
//! and not which: these are the eleven basic colour terms of English (Berlin and Kay, 1969) and cyan.

/// A colour that CSS has a name for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedColour {
    /// The name, lower case.
    pub name: &'static str,
    /// Red, green, blue; 0 to 255.
    pub rgb: [u8; 3],
    /// The simple name nearest to it, by eye.
    pub simple: Simple,
}

/// The twelve simple names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Simple {
    Black,
    Blue,
    Brown,
    Cyan,
    Green,
    Grey,
    Orange,
    Pink,
    Purple,
    Red,
    White,
    Yellow,
}

impl Simple {
    /// The name, lower case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Black => "black",
            Self::Blue => "blue",
            Self::Brown => "brown",
            Self::Cyan => "cyan",
            Self::Green => "green",
            Self::Grey => "grey",
            Self::Orange => "orange",
            Self::Pink => "pink",
            Self::Purple => "purple",
            Self::Red => "red",
            Self::White => "white",
            Self::Yellow => "yellow",
        }
    }
}

const fn named(name: &'static str, rgb: u32, simple: Simple) -> NamedColour {
    let [_, red, green, blue] = rgb.to_be_bytes();
    NamedColour { name, rgb: [red, green, blue], simple }
}

/// Every colour with a name, in alphabetical order.
pub(super) const NAMED: [NamedColour; 139] = [
    named("aliceblue", 0xf0f8ff, Simple::White),
    named("antiquewhite", 0xfaebd7, Simple::White),
    named("aqua", 0x00ffff, Simple::Cyan),
    named("aquamarine", 0x7fffd4, Simple::Cyan),
    named("azure", 0xf0ffff, Simple::White),
    named("beige", 0xf5f5dc, Simple::White),
    named("bisque", 0xffe4c4, Simple::Orange),
    named("black", 0x000000, Simple::Black),
    named("blanchedalmond", 0xffebcd, Simple::Yellow),
    named("blue", 0x0000ff, Simple::Blue),
    named("blueviolet", 0x8a2be2, Simple::Purple),
    named("brown", 0xa52a2a, Simple::Brown),
    named("burlywood", 0xdeb887, Simple::Brown),
    named("cadetblue", 0x5f9ea0, Simple::Cyan),
    named("chartreuse", 0x7fff00, Simple::Green),
    named("chocolate", 0xd2691e, Simple::Brown),
    named("coral", 0xff7f50, Simple::Orange),
    named("cornflowerblue", 0x6495ed, Simple::Blue),
    named("cornsilk", 0xfff8dc, Simple::White),
    named("crimson", 0xdc143c, Simple::Red),
    named("darkblue", 0x00008b, Simple::Blue),
    named("darkcyan", 0x008b8b, Simple::Cyan),
    named("darkgoldenrod", 0xb8860b, Simple::Brown),
    named("darkgrey", 0xa9a9a9, Simple::Grey),
    named("darkgreen", 0x006400, Simple::Green),
    named("darkkhaki", 0xbdb76b, Simple::Yellow),
    named("darkmagenta", 0x8b008b, Simple::Purple),
    named("darkolivegreen", 0x556b2f, Simple::Green),
    named("darkorange", 0xff8c00, Simple::Orange),
    named("darkorchid", 0x9932cc, Simple::Purple),
    named("darkred", 0x8b0000, Simple::Red),
    named("darksalmon", 0xe9967a, Simple::Orange),
    named("darkseagreen", 0x8fbc8f, Simple::Green),
    named("darkslateblue", 0x483d8b, Simple::Purple),
    named("darkslategrey", 0x2f4f4f, Simple::Grey),
    named("darkturquoise", 0x00ced1, Simple::Cyan),
    named("darkviolet", 0x9400d3, Simple::Purple),
    named("deeppink", 0xff1493, Simple::Pink),
    named("deepskyblue", 0x00bfff, Simple::Blue),
    named("dimgrey", 0x696969, Simple::Grey),
    named("dodgerblue", 0x1e90ff, Simple::Blue),
    named("firebrick", 0xb22222, Simple::Red),
    named("floralwhite", 0xfffaf0, Simple::White),
    named("forestgreen", 0x228b22, Simple::Green),
    named("fuchsia", 0xff00ff, Simple::Pink),
    named("gainsboro", 0xdcdcdc, Simple::Grey),
    named("ghostwhite", 0xf8f8ff, Simple::White),
    named("gold", 0xffd700, Simple::Yellow),
    named("goldenrod", 0xdaa520, Simple::Yellow),
    named("grey", 0x808080, Simple::Grey),
    named("green", 0x008000, Simple::Green),
    named("greenyellow", 0xadff2f, Simple::Green),
    named("honeydew", 0xf0fff0, Simple::White),
    named("hotpink", 0xff69b4, Simple::Pink),
    named("indianred", 0xcd5c5c, Simple::Red),
    named("indigo", 0x4b0082, Simple::Purple),
    named("ivory", 0xfffff0, Simple::White),
    named("khaki", 0xf0e68c, Simple::Yellow),
    named("lavender", 0xe6e6fa, Simple::Purple),
    named("lavenderblush", 0xfff0f5, Simple::White),
    named("lawngreen", 0x7cfc00, Simple::Green),
    named("lemonchiffon", 0xfffacd, Simple::Yellow),
    named("lightblue", 0xadd8e6, Simple::Blue),
    named("lightcoral", 0xf08080, Simple::Red),
    named("lightcyan", 0xe0ffff, Simple::Cyan),
    named("lightgoldenrodyellow", 0xfafad2, Simple::Yellow),
    named("lightgrey", 0xd3d3d3, Simple::Grey),
    named("lightgreen", 0x90ee90, Simple::Green),
    named("lightpink", 0xffb6c1, Simple::Pink),
    named("lightsalmon", 0xffa07a, Simple::Orange),
    named("lightseagreen", 0x20b2aa, Simple::Cyan),
    named("lightskyblue", 0x87cefa, Simple::Blue),
    named("lightslategrey", 0x778899, Simple::Grey),
    named("lightsteelblue", 0xb0c4de, Simple::Blue),
    named("lightyellow", 0xffffe0, Simple::Yellow),
    named("lime", 0x00ff00, Simple::Green),
    named("limegreen", 0x32cd32, Simple::Green),
    named("linen", 0xfaf0e6, Simple::White),
    named("maroon", 0x800000, Simple::Red),
    named("mediumaquamarine", 0x66cdaa, Simple::Cyan),
    named("mediumblue", 0x0000cd, Simple::Blue),
    named("mediumorchid", 0xba55d3, Simple::Purple),
    named("mediumpurple", 0x9370db, Simple::Purple),
    named("mediumseagreen", 0x3cb371, Simple::Green),
    named("mediumslateblue", 0x7b68ee, Simple::Purple),
    named("mediumspringgreen", 0x00fa9a, Simple::Green),
    named("mediumturquoise", 0x48d1cc, Simple::Cyan),
    named("mediumvioletred", 0xc71585, Simple::Pink),
    named("midnightblue", 0x191970, Simple::Blue),
    named("mintcream", 0xf5fffa, Simple::White),
    named("mistyrose", 0xffe4e1, Simple::Pink),
    named("moccasin", 0xffe4b5, Simple::Yellow),
    named("navajowhite", 0xffdead, Simple::Yellow),
    named("navy", 0x000080, Simple::Blue),
    named("oldlace", 0xfdf5e6, Simple::White),
    named("olive", 0x808000, Simple::Green),
    named("olivedrab", 0x6b8e23, Simple::Green),
    named("orange", 0xffa500, Simple::Orange),
    named("orangered", 0xff4500, Simple::Orange),
    named("orchid", 0xda70d6, Simple::Purple),
    named("palegoldenrod", 0xeee8aa, Simple::Yellow),
    named("palegreen", 0x98fb98, Simple::Green),
    named("paleturquoise", 0xafeeee, Simple::Cyan),
    named("palevioletred", 0xdb7093, Simple::Pink),
    named("papayawhip", 0xffefd5, Simple::Yellow),
    named("peachpuff", 0xffdab9, Simple::Orange),
    named("peru", 0xcd853f, Simple::Brown),
    named("pink", 0xffc0cb, Simple::Pink),
    named("plum", 0xdda0dd, Simple::Purple),
    named("powderblue", 0xb0e0e6, Simple::Blue),
    named("purple", 0x800080, Simple::Purple),
    named("rebeccapurple", 0x663399, Simple::Purple),
    named("red", 0xff0000, Simple::Red),
    named("rosybrown", 0xbc8f8f, Simple::Brown),
    named("royalblue", 0x4169e1, Simple::Blue),
    named("saddlebrown", 0x8b4513, Simple::Brown),
    named("salmon", 0xfa8072, Simple::Red),
    named("sandybrown", 0xf4a460, Simple::Orange),
    named("seagreen", 0x2e8b57, Simple::Green),
    named("seashell", 0xfff5ee, Simple::White),
    named("sienna", 0xa0522d, Simple::Brown),
    named("silver", 0xc0c0c0, Simple::Grey),
    named("skyblue", 0x87ceeb, Simple::Blue),
    named("slateblue", 0x6a5acd, Simple::Purple),
    named("slategrey", 0x708090, Simple::Grey),
    named("snow", 0xfffafa, Simple::White),
    named("springgreen", 0x00ff7f, Simple::Green),
    named("steelblue", 0x4682b4, Simple::Blue),
    named("tan", 0xd2b48c, Simple::Brown),
    named("teal", 0x008080, Simple::Cyan),
    named("thistle", 0xd8bfd8, Simple::Purple),
    named("tomato", 0xff6347, Simple::Red),
    named("turquoise", 0x40e0d0, Simple::Cyan),
    named("violet", 0xee82ee, Simple::Purple),
    named("wheat", 0xf5deb3, Simple::Yellow),
    named("white", 0xffffff, Simple::White),
    named("whitesmoke", 0xf5f5f5, Simple::White),
    named("yellow", 0xffff00, Simple::Yellow),
    named("yellowgreen", 0x9acd32, Simple::Green),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_unique_and_in_order() {
        assert!(NAMED.iter().map(|colour| colour.name.replace("grey", "gray")).is_sorted());
        for (index, colour) in NAMED.iter().enumerate() {
            assert!(NAMED[..index].iter().all(|other| other.rgb != colour.rgb), "{}", colour.name);
        }
        let twelve: std::collections::BTreeSet<_> = NAMED.iter().map(|colour| colour.simple.name()).collect();
        assert_eq!(twelve.len(), 12);
    }
}
