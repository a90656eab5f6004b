//! Pictures with their findings drawn on them, for people to look at.
//!
//! Owns colours, lines and labels. Refuses to find anything.
//!
//! # Invariants
//! - The picture given is never changed: drawing happens on a copy.
//! - Sizes follow the picture: the same drawing is readable at 400 and at 8000 pixels.

mod labels;

use std::fmt::Write as _;

use ab_glyph::{Font as _, FontRef, PxScale, ScaleFont as _, point};
use overt_vision::Picture;
use overt_vision::face::{Landmark, Point, Rect};
use tiny_skia::{
    Color, FillRule, FilterQuality, LineCap, LineJoin, Paint, PathBuilder, Pixmap, PixmapPaint,
    PremultipliedColorU8, Stroke, Transform,
};

/// A drawing cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum DrawError {
    /// The picture is too large for a drawing.
    #[error("a drawing of {width} x {height} pixels cannot be held in memory")]
    TooLarge {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
    },
    /// The built-in font is damaged.
    #[error("the font for labels cannot be read")]
    Font(#[from] ab_glyph::InvalidFont),
    /// The PNG encoder failed.
    #[error("cannot encode the drawing: {reason}")]
    Encode {
        /// The encoder's words.
        reason: String,
    },
}

/// Colours that differ for most kinds of colour vision (Okabe and Ito, 2008), brightest first.
const COLOURS: [[u8; 3]; 6] =
    [[86, 224, 180], [255, 183, 51], [108, 194, 255], [240, 228, 66], [245, 150, 200], [255, 128, 77]];

/// Pictures smaller than this are drawn at twice their size, so that lines and letters are not coarse.
const SMALL: u32 = 1000;

/// Share of the picture's mean side that is one unit of the drawing; a line is one unit wide.
const UNIT: f32 = 1.0 / 320.0;

/// A copy of a picture to draw on.
pub struct Drawing {
    pixmap: Pixmap,
    /// Pixels of the drawing for a pixel of the picture.
    scale: f32,
    /// Width of a line, pixels of the drawing.
    unit: f32,
    font: FontRef<'static>,
}

impl Drawing {
    /// Copies a picture.
    ///
    /// # Errors
    /// [`DrawError::TooLarge`], or [`DrawError::Font`].
    pub fn of(picture: &Picture) -> Result<Self, DrawError> {
        let (width, height) = (picture.width(), picture.height());
        let too_large = || DrawError::TooLarge { width, height };
        let mut copy = Pixmap::new(width, height).ok_or_else(too_large)?;
        for (to, from) in copy.pixels_mut().iter_mut().zip(picture.rgb().chunks_exact(3)) {
            if let &[red, green, blue] = from
                && let Some(colour) = PremultipliedColorU8::from_rgba(red, green, blue, 255)
            {
                *to = colour;
            }
        }
        let times = if width.max(height) < SMALL { 2 } else { 1 };
        let pixmap = if times == 1 { copy } else { enlarged(&copy, times).ok_or_else(too_large)? };
        let mean = (pixmap.width() as f32 * pixmap.height() as f32).sqrt();
        Ok(Self {
            pixmap,
            scale: times as f32,
            unit: (mean * UNIT).max(1.5),
            font: FontRef::try_from_slice(dejavu::sans::bold())?,
        })
    }

    /// Draws a face: its box and its landmarks. `index` chooses the colour.
    pub fn face(&mut self, index: usize, bounds: Rect, landmarks: &[Landmark]) {
        let colour = colour(index);
        let (left, top) = (bounds.left * self.scale, bounds.top * self.scale);
        let (width, height) = (bounds.width * self.scale, bounds.height * self.scale);
        let corner = (width.min(height) * 0.08).min(self.unit * 6.0);
        // A dark line below the bright one keeps the box visible on any background.
        for (line, paint) in [(2.2, Color::from_rgba8(0, 0, 0, 110)), (1.0, colour)] {
            self.stroke_box(left, top, width, height, corner, self.unit * line, paint);
        }
        // Thirty points on a small face would hide it.
        let radius = (width / 75.0).clamp(self.unit * 0.45, self.unit * 1.1);
        for landmark in landmarks {
            let (x, y) = (landmark.at.x * self.scale, landmark.at.y * self.scale);
            self.dot(x, y, radius * 1.7, Color::from_rgba8(0, 0, 0, 120));
            self.dot(x, y, radius, colour);
        }
    }

    /// Draws a shape with straight sides. `index` chooses the colour, as for [`Self::face`].
    pub fn shape(&mut self, index: usize, corners: &[Point]) {
        let mut path = PathBuilder::new();
        for (at, corner) in corners.iter().enumerate() {
            let (x, y) = (corner.x * self.scale, corner.y * self.scale);
            if at == 0 { path.move_to(x, y) } else { path.line_to(x, y) }
        }
        path.close();
        let Some(path) = path.finish() else { return };
        for (line, colour) in [(1.5, Color::from_rgba8(0, 0, 0, 110)), (0.7, colour(index))] {
            let stroke = Stroke {
                width: self.unit * line,
                line_cap: LineCap::Round,
                line_join: LineJoin::Round,
                ..Stroke::default()
            };
            self.pixmap.stroke_path(&path, &paint(colour), &stroke, Transform::identity(), None);
        }
    }

    /// Labels faces, after all of them were drawn: colour as for [`Self::face`], box, and one or two lines. Each lies
    /// beside its box where it hides the least of other faces and of labels before it.
    pub fn labels(&mut self, faces: &[(usize, Rect, Vec<String>)]) {
        let scale = self.scale;
        let of_drawing = |bounds: &Rect| Rect {
            left: bounds.left * scale,
            top: bounds.top * scale,
            width: bounds.width * scale,
            height: bounds.height * scale,
        };
        let boxes: Vec<Rect> = faces.iter().map(|(_, bounds, _)| of_drawing(bounds)).collect();
        let mut taken: Vec<Rect> = Vec::new();
        for ((index, _, lines), bounds) in faces.iter().zip(&boxes) {
            if !lines.is_empty() {
                let place = self.place(bounds, lines, &boxes, &taken);
                self.label(place, lines, colour(*index));
                taken.push(place);
            }
        }
    }

    /// Puts a list to the right of the picture, after all else was drawn: lines of text in the colours of what they are about. What is too long for it is cut, and what is too much is counted.
    pub fn list(&mut self, lines: &[(usize, String)]) {
        let (size, pad, leading) = self.letters();
        let (width, height) = (self.pixmap.width(), self.pixmap.height());
        let fit = (((height as f32 - pad) / leading) as usize).max(1);
        let mut shown: Vec<(Option<usize>, String)> = lines
            .iter()
            .take(fit)
            .map(|(index, line)| (Some(*index), self.cut(line, width as f32, size)))
            .collect();
        if lines.len() > fit {
            shown.truncate(fit.saturating_sub(1));
            shown.push((None, format!("and {} lines more", lines.len() - shown.len())));
        }
        let widest = shown.iter().map(|(_, line)| self.text_width(line, size)).fold(0.0, f32::max);
        if shown.is_empty() {
            return;
        }
        let Some(mut wider) = Pixmap::new(width.saturating_add((widest + 4.0 * pad) as u32 + 1), height)
        else {
            return;
        };
        wider.fill(Color::from_rgba8(40, 40, 40, 255));
        wider.draw_pixmap(0, 0, self.pixmap.as_ref(), &PixmapPaint::default(), Transform::identity(), None);
        self.pixmap = wider;
        for (at, (index, line)) in shown.into_iter().enumerate() {
            let top = pad * 0.5 + leading * at as f32;
            let place = Rect {
                left: width as f32 + pad,
                top,
                width: self.text_width(&line, size) + 2.0 * pad,
                height: leading * 0.94,
            };
            self.plate(&place, index.map_or(Color::WHITE, colour), pad);
            self.text(place.left + pad, top, &line, size);
        }
    }

    /// The drawing as the bytes of a PNG file.
    ///
    /// # Errors
    /// [`DrawError::Encode`].
    pub fn png(&self) -> Result<Vec<u8>, DrawError> {
        self.pixmap.encode_png().map_err(|error| DrawError::Encode { reason: error.to_string() })
    }

    /// Puts another drawing to the right of this one, both at the height of the smaller.
    ///
    /// # Errors
    /// [`DrawError::TooLarge`].
    pub fn beside(self, other: &Self) -> Result<Self, DrawError> {
        let height = self.pixmap.height().min(other.pixmap.height());
        let gap = (height as f32 * 0.01).max(4.0).round() as u32;
        let fitted = |pixmap: &Pixmap| {
            let ratio = height as f32 / pixmap.height() as f32;
            (ratio, ((pixmap.width() as f32 * ratio).round() as u32).max(1))
        };
        let ((first, left), (second, right)) = (fitted(&self.pixmap), fitted(&other.pixmap));
        let width = left.saturating_add(gap).saturating_add(right);
        let mut joined = Pixmap::new(width, height).ok_or(DrawError::TooLarge { width, height })?;
        joined.fill(Color::WHITE);
        let paint = PixmapPaint { quality: FilterQuality::Bilinear, ..PixmapPaint::default() };
        let place = |ratio: f32, x: u32| Transform::from_row(ratio, 0.0, 0.0, ratio, x as f32, 0.0);
        joined.draw_pixmap(0, 0, self.pixmap.as_ref(), &paint, place(first, 0), None);
        joined.draw_pixmap(0, 0, other.pixmap.as_ref(), &paint, place(second, left + gap), None);
        Ok(Self { pixmap: joined, ..self })
    }

    #[expect(clippy::too_many_arguments, reason = "the four sides of a box, and how to draw it")]
    fn stroke_box(
        &mut self,
        left: f32,
        top: f32,
        width: f32,
        height: f32,
        corner: f32,
        line: f32,
        colour: Color,
    ) {
        let Some(path) = rounded(left, top, width, height, corner) else { return };
        let stroke =
            Stroke { width: line, line_cap: LineCap::Round, line_join: LineJoin::Round, ..Stroke::default() };
        self.pixmap.stroke_path(&path, &paint(colour), &stroke, Transform::identity(), None);
    }

    fn dot(&mut self, x: f32, y: f32, radius: f32, colour: Color) {
        if let Some(path) = PathBuilder::from_circle(x, y, radius) {
            self.pixmap.fill_path(&path, &paint(colour), FillRule::Winding, Transform::identity(), None);
        }
    }

    /// Where a label goes, see [`labels::place`].
    fn place(&self, bounds: &Rect, lines: &[String], boxes: &[Rect], taken: &[Rect]) -> Rect {
        let (size, pad, leading) = self.letters();
        let text_width =
            lines.iter().map(|line| self.text_width(&self.drawable(line), size)).fold(0.0, f32::max);
        let label = (text_width + 2.0 * pad, leading * lines.len() as f32 + pad);
        let canvas = (self.pixmap.width() as f32, self.pixmap.height() as f32);
        labels::place(bounds, label, self.unit * 1.6, canvas, boxes, taken)
    }

    /// Height of letters, margin about them and height of a line, pixels of the drawing.
    fn letters(&self) -> (f32, f32, f32) {
        let size = self.unit * 7.0;
        (size, size * 0.38, size * 1.22)
    }

    fn label(&mut self, place: Rect, lines: &[String], colour: Color) {
        let (size, pad, leading) = self.letters();
        self.plate(&place, colour, pad);
        for (index, line) in lines.iter().enumerate() {
            let line = self.drawable(line);
            self.text(place.left + pad, place.top + pad * 0.5 + leading * index as f32, &line, size);
        }
    }

    fn plate(&mut self, place: &Rect, colour: Color, pad: f32) {
        if let Some(path) = rounded(place.left, place.top, place.width, place.height, pad * 0.8) {
            self.pixmap.fill_path(&path, &paint(colour), FillRule::Winding, Transform::identity(), None);
        }
    }

    /// The text with the number of each letter that the font does not have, a Chinese one for instance, in place of an empty box.
    fn drawable(&self, text: &str) -> String {
        let mut drawable = String::with_capacity(text.len());
        for letter in text.chars() {
            if self.font.glyph_id(letter).0 == 0 {
                // Writing to a string does not fail.
                let _ = write!(drawable, "[U+{:04X}]", u32::from(letter));
            } else {
                drawable.push(letter);
            }
        }
        drawable
    }

    /// As much of the drawable text as `width` holds.
    fn cut(&self, text: &str, width: f32, size: f32) -> String {
        let mut text = self.drawable(text);
        if self.text_width(&text, size) <= width {
            return text;
        }
        while text.pop().is_some() && self.text_width(&text, size) > width - size {}
        text.push('…');
        text
    }

    fn text_width(&self, text: &str, size: f32) -> f32 {
        let font = self.font.as_scaled(PxScale::from(size));
        text.chars().map(|letter| font.h_advance(font.glyph_id(letter))).sum()
    }

    /// Writes dark letters; `y` is the top of the line.
    fn text(&mut self, x: f32, y: f32, text: &str, size: f32) {
        let font = self.font.as_scaled(PxScale::from(size));
        let (width, height) = (self.pixmap.width() as i32, self.pixmap.height() as i32);
        let baseline = y + font.ascent();
        let mut pen = x;
        let pixels = self.pixmap.pixels_mut();
        for letter in text.chars() {
            let id = font.glyph_id(letter);
            let glyph = id.with_scale_and_position(PxScale::from(size), point(pen, baseline));
            pen += font.h_advance(id);
            let Some(outline) = font.outline_glyph(glyph) else { continue };
            let bounds = outline.px_bounds();
            outline.draw(|dx, dy, coverage| {
                let (px, py) = (bounds.min.x as i32 + dx as i32, bounds.min.y as i32 + dy as i32);
                if (0..width).contains(&px)
                    && (0..height).contains(&py)
                    && let Some(pixel) = pixels.get_mut((py * width + px) as usize)
                {
                    *pixel = darkened(*pixel, coverage);
                }
            });
        }
    }
}

/// The colour of a face.
fn colour(index: usize) -> Color {
    let [red, green, blue] = COLOURS.get(index % COLOURS.len()).copied().unwrap_or([255; 3]);
    Color::from_rgba8(red, green, blue, 255)
}

fn enlarged(from: &Pixmap, times: u32) -> Option<Pixmap> {
    let mut to = Pixmap::new(from.width().checked_mul(times)?, from.height().checked_mul(times)?)?;
    let paint = PixmapPaint { quality: FilterQuality::Bicubic, ..PixmapPaint::default() };
    let scale = Transform::from_scale(times as f32, times as f32);
    to.draw_pixmap(0, 0, from.as_ref(), &paint, scale, None);
    Some(to)
}

fn paint(colour: Color) -> Paint<'static> {
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color(colour);
    paint
}

/// A rectangle with round corners, by quadratic curves; `None` when it has no area.
fn rounded(left: f32, top: f32, width: f32, height: f32, corner: f32) -> Option<tiny_skia::Path> {
    let (right, bottom) = (left + width, top + height);
    let corner = corner.min(width / 2.0).min(height / 2.0).max(0.0);
    let mut path = PathBuilder::new();
    path.move_to(left + corner, top);
    path.line_to(right - corner, top);
    path.quad_to(right, top, right, top + corner);
    path.line_to(right, bottom - corner);
    path.quad_to(right, bottom, right - corner, bottom);
    path.line_to(left + corner, bottom);
    path.quad_to(left, bottom, left, bottom - corner);
    path.line_to(left, top + corner);
    path.quad_to(left, top, left + corner, top);
    path.close();
    path.finish()
}

/// Blends near-black ink over an opaque pixel.
fn darkened(pixel: PremultipliedColorU8, coverage: f32) -> PremultipliedColorU8 {
    const INK: f32 = 16.0;
    let keep = 1.0 - coverage.clamp(0.0, 1.0);
    let blend = |channel: u8| (f32::from(channel) * keep + INK * (1.0 - keep)).round() as u8;
    PremultipliedColorU8::from_rgba(blend(pixel.red()), blend(pixel.green()), blend(pixel.blue()), 255)
        .unwrap_or(pixel)
}

#[cfg(test)]
mod tests {
    use super::*;
    use overt_vision::DecodeLimits;

    fn grey(width: u32, height: u32) -> Picture {
        let mut pixmap = Pixmap::new(width, height).unwrap();
        pixmap.fill(Color::from_rgba8(120, 120, 120, 255));
        let limits = DecodeLimits { min_side: 1, ..DecodeLimits::default() };
        Picture::decode(&pixmap.encode_png().unwrap(), &limits).unwrap()
    }

    fn pixel(drawing: &Drawing, x: u32, y: u32) -> [u8; 3] {
        let pixel = drawing.pixmap.pixel(x, y).unwrap();
        [pixel.red(), pixel.green(), pixel.blue()]
    }

    #[test]
    fn a_box_is_drawn_where_it_was_found_and_nowhere_else() {
        let mut drawing = Drawing::of(&grey(1200, 1000)).unwrap();
        let bounds = Rect { left: 200.0, top: 300.0, width: 400.0, height: 500.0 };
        drawing.face(0, bounds, &[]);
        assert_eq!(pixel(&drawing, 200, 550), COLOURS[0]);
        assert_eq!(pixel(&drawing, 400, 300), COLOURS[0]);
        for (x, y) in [(400, 550), (150, 550), (400, 900)] {
            assert_eq!(pixel(&drawing, x, y), [120; 3], "{x},{y}");
        }
    }

    #[test]
    fn a_shape_is_drawn_along_its_sides() {
        let mut drawing = Drawing::of(&grey(1200, 1000)).unwrap();
        drawing.shape(0, &[(200.0, 300.0), (600.0, 500.0), (400.0, 900.0)].map(|(x, y)| Point { x, y }));
        assert_eq!(pixel(&drawing, 400, 400), COLOURS[0]);
        assert_eq!(pixel(&drawing, 300, 600), COLOURS[0]);
        assert_eq!(pixel(&drawing, 400, 600), [120; 3]);
        // Nothing to draw, and what cannot be.
        drawing.shape(0, &[]);
        drawing.shape(0, &[Point { x: f32::NAN, y: 0.0 }]);
    }

    #[test]
    fn small_pictures_are_enlarged() {
        let mut drawing = Drawing::of(&grey(300, 200)).unwrap();
        assert_eq!((drawing.pixmap.width(), drawing.pixmap.height()), (600, 400));
        drawing.face(0, Rect { left: 50.0, top: 50.0, width: 100.0, height: 100.0 }, &[]);
        // The line is 1.5 pixels wide here, so its edge pixels are blends: clearly green, and grey two pixels on.
        let [red, green, _] = pixel(&drawing, 100, 200);
        assert!(green > 170 && red < 120, "{red} {green}");
        assert_eq!(pixel(&drawing, 110, 200), [120; 3]);
    }

    #[test]
    fn labels_have_letters_and_stay_inside() {
        let mut drawing = Drawing::of(&grey(1200, 1000)).unwrap();
        let label = vec!["1  99.9 %".to_owned(), "a rather long second line of text".to_owned()];
        // At the edges, past them, and where no number is one.
        for bounds in [
            Rect { left: -50.0, top: -80.0, width: 200.0, height: 200.0 },
            Rect { left: 1150.0, top: 950.0, width: 200.0, height: 200.0 },
            Rect { left: f32::NAN, top: 0.0, width: 10.0, height: 10.0 },
            Rect { left: 0.0, top: 0.0, width: 0.0, height: 0.0 },
        ] {
            drawing.face(1, bounds, &[]);
            drawing.labels(&[(1, bounds, label.clone())]);
        }
        let mut drawing = Drawing::of(&grey(1200, 1000)).unwrap();
        drawing.labels(&[(1, Rect { left: 300.0, top: 400.0, width: 300.0, height: 300.0 }, label)]);
        let dark = drawing.pixmap.pixels().iter().filter(|pixel| pixel.red() < 40).count();
        assert!(dark > 200, "{dark} dark pixels are no text");
    }

    #[test]
    fn letters_that_the_font_lacks_are_told_by_their_numbers() {
        let drawing = Drawing::of(&grey(1200, 1000)).unwrap();
        assert_eq!(drawing.drawable("été 20 €, 国 д"), "été 20 €, [U+56FD] д");
    }

    #[test]
    fn a_list_stands_beside_the_picture_and_counts_what_does_not_fit() {
        let of = |count: usize, text: &str| {
            let mut drawing = Drawing::of(&grey(1200, 1000)).unwrap();
            drawing.list(&(0..count).map(|at| (at, format!("{at} {text}"))).collect::<Vec<_>>());
            drawing.pixmap
        };
        assert_eq!(of(0, "").width(), 1200);
        let few = of(3, "a line");
        assert!(few.width() > 1250 && few.width() < 1500 && few.height() == 1000, "{}", few.width());
        assert!(
            few.pixels().iter().skip(1230).step_by(few.width() as usize).any(|pixel| pixel.green() > 200)
        );
        let long = of(1, &"very ".repeat(200));
        assert!(long.width() > 2200 && long.width() < 2500, "{}", long.width());
        assert_eq!(of(500, "a line").height(), 1000);
    }

    #[test]
    fn drawings_stand_side_by_side() {
        let first = Drawing::of(&grey(1200, 1000)).unwrap();
        let second = Drawing::of(&grey(1000, 2000)).unwrap();
        let joined = first.beside(&second).unwrap();
        assert_eq!(joined.pixmap.height(), 1000);
        assert_eq!(joined.pixmap.width(), 1200 + 10 + 500);
    }
}
