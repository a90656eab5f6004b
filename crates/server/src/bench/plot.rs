//! Plots as SVG: a frame, two axes, curves and marks.
//!
//! Owns axes, lines and their labels. Refuses to know what is drawn.
//!
//! # Invariants
//! - What is drawn broken is what the caller says is not measured, or the second of two curves.

use std::fmt::Write as _;

pub(super) const WIDTH: f64 = 720.0;
pub(super) const HEIGHT: f64 = 440.0;
pub(super) const LEFT: f64 = 76.0;
pub(super) const RIGHT: f64 = 24.0;
pub(super) const TOP: f64 = 44.0;
pub(super) const BOTTOM: f64 = 58.0;

/// How a curve with a name looks.
#[derive(Clone, Copy)]
pub(super) struct Style<'a> {
    pub(super) colour: &'a str,
    pub(super) broken: bool,
    pub(super) named_below: bool,
}

/// Where a value lies between the ends of its axis, 0..=1.
#[derive(Clone, Copy)]
pub(super) enum Scale {
    Straight {
        from: f64,
        to: f64,
    },
    /// Decades of ten.
    Logarithmic {
        from: i32,
        to: i32,
    },
}

impl Scale {
    fn place(self, value: f64) -> f64 {
        match self {
            Self::Straight { from, to } => (value - from) / (to - from),
            Self::Logarithmic { from, to } => (value.log10() - f64::from(from)) / f64::from(to - from),
        }
    }
}

/// A drawing that is being made.
pub(super) struct Plot {
    svg: String,
    across: Scale,
    up: Scale,
}

impl Plot {
    /// Frame, grid and labels. `ticks` are values and their texts.
    pub(super) fn new(title: &str, across: Axis<'_>, up: Axis<'_>) -> Self {
        let mut plot = Self { svg: String::new(), across: across.scale, up: up.scale };
        plot.add(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
             font-family=\"sans-serif\" font-size=\"12\" fill=\"#222\">\n<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>\n\
             <text x=\"{LEFT}\" y=\"24\" font-size=\"15\">{title}</text>"
        ));
        let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
        for (value, text) in &across.ticks {
            let x = plot.x(*value);
            plot.add(format_args!(
                "<line x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{bottom}\" stroke=\"#ddd\"/>\
                 <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{text}</text>",
                bottom + 18.0
            ));
        }
        for (value, text) in &up.ticks {
            let y = plot.y(*value);
            plot.add(format_args!(
                "<line x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{right}\" y2=\"{y:.1}\" stroke=\"#ddd\"/>\
                 <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{text}</text>",
                LEFT - 8.0,
                y + 4.0
            ));
        }
        let (middle, half) = ((LEFT + right) / 2.0, (TOP + bottom) / 2.0);
        plot.add(format_args!(
            "<text x=\"{middle}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>\
             <text transform=\"translate(18 {half}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
            HEIGHT - 16.0,
            across.label,
            up.label
        ));
        plot
    }

    fn x(&self, value: f64) -> f64 {
        LEFT + self.across.place(value) * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, value: f64) -> f64 {
        HEIGHT - BOTTOM - self.up.place(value) * (HEIGHT - TOP - BOTTOM)
    }

    fn add(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.svg.write_fmt(text);
        self.svg.push('\n');
    }

    /// Points as SVG wants them.
    fn points(&self, values: impl IntoIterator<Item = (f64, f64)>) -> String {
        values
            .into_iter()
            .map(|(across, up)| format!("{:.1},{:.1}", self.x(across), self.y(up)))
            .collect::<Vec<_>>()
            .join(" ")
    }

    pub(super) fn curve(&mut self, values: impl IntoIterator<Item = (f64, f64)>, broken: bool) {
        let points = self.points(values);
        let dash = if broken { " stroke-dasharray=\"5 4\"" } else { "" };
        self.add(format_args!(
            "<polyline points=\"{points}\" fill=\"none\" stroke=\"#0b57a4\" stroke-width=\"2\"{dash}/>"
        ));
    }

    /// A curve of a colour of its own, and what it is at its right end.
    pub(super) fn named_curve(&mut self, values: &[(f64, f64)], style: Style<'_>, name: &str) {
        let Style { colour, broken, named_below } = style;
        let points = self.points(values.iter().copied());
        let dash = if broken { " stroke-dasharray=\"5 4\"" } else { "" };
        self.add(format_args!(
            "<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"{dash}/>"
        ));
        for (across, up) in values {
            let (x, y) = (self.x(*across), self.y(*up));
            self.add(format_args!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/>"));
        }
        // On a white edge that keeps it readable where it meets a line.
        if let Some((across, up)) = values.last() {
            let (x, y) = (self.x(*across), self.y(*up) + if named_below { 20.0 } else { -12.0 });
            let place = format!("x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"end\"");
            self.add(format_args!(
                "<text {place} fill=\"#fff\" stroke=\"#fff\" stroke-width=\"5\">{name}</text>\
                 <text {place} fill=\"{colour}\">{name}</text>"
            ));
        }
    }

    pub(super) fn band(&mut self, low: &[(f64, f64)], high: &[(f64, f64)]) {
        let points = self.points(low.iter().chain(high.iter().rev()).copied());
        self.add(format_args!("<polygon points=\"{points}\" fill=\"#0b57a4\" fill-opacity=\"0.18\"/>"));
    }

    pub(super) fn mark(&mut self, across: f64, up: f64, text: &str, left_of_it: bool) {
        let (x, y) = (self.x(across), self.y(up));
        let (anchor, gap) = if left_of_it { ("end", -10.0) } else { ("start", 10.0) };
        self.add(format_args!(
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"#b3261e\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{text}</text>",
            x + gap,
            y + 14.0
        ));
    }

    /// A thin curve of a colour of its own, without marks.
    pub(super) fn plain_curve(&mut self, values: &[(f64, f64)], colour: &str) {
        let points = self.points(values.iter().copied());
        self.add(format_args!(
            "<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"/>"
        ));
    }

    /// A mark with its text to the upper right, on a white edge.
    pub(super) fn mark_above(&mut self, across: f64, up: f64, text: &str) {
        let (x, y) = (self.x(across), self.y(up));
        let place = format!("x=\"{:.1}\" y=\"{:.1}\"", x + 6.0, y - 8.0);
        self.add(format_args!(
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"#b3261e\"/>\
             <text {place} fill=\"#fff\" stroke=\"#fff\" stroke-width=\"4\">{text}</text><text {place}>{text}</text>"
        ));
    }

    pub(super) fn finish(mut self) -> String {
        self.svg.push_str("</svg>\n");
        self.svg
    }
}

pub(super) struct Axis<'a> {
    pub(super) scale: Scale,
    pub(super) label: &'a str,
    pub(super) ticks: Vec<(f64, String)>,
}

/// Ticks at every power of ten.
pub(super) fn decades(from: i32, to: i32) -> Vec<(f64, String)> {
    let text = |decade: i32| if decade == 0 { "1".to_owned() } else { format!("1e{decade}") };
    (from..=to).map(|decade| (10f64.powi(decade), text(decade))).collect()
}
