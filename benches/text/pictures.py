"""Pictures with known text: words in several fonts, sizes, directions and on several grounds, in sets.

Usage: pip install -r requirements.txt; python pictures.py FOLDER [SEED]
Writes FOLDER/<set>/<number>.png and FOLDER/truth.json (set, file, lines of words). The same seed makes the same pictures. What spaces look like was fitted on those of the seed "" (crates/vision/src/text/spaces.rs), so figures are
reported on others; the default is "report". Fonts come out of packages (PyPI font-roboto, font-source-sans-pro, font-source-serif-pro,
font-caladea; all under the SIL OFL or Apache-2.0); the words are below.
"""

import importlib.resources
import json
import pathlib
import random
import sys

from PIL import Image, ImageDraw, ImageFilter, ImageFont

WORDS = """the quick brown fox jumps over lazy dog while seven careful people write letters about weather and travel plans every morning train
leaves station platform before noon please keep this door closed at night open from Monday until Friday between nine and five street
market fresh bread coffee milk butter honey orange juice price total amount invoice number customer service reference payment within
thirty days garden kitchen window mirror bottle yellow green purple silver history science library museum ticket adult child student
garage exit entrance danger warning speed limit hospital school bridge river mountain island harbour village London Paris Berlin Madrid
Lisbon Rome Vienna Dublin Oslo North South East West January March August October December""".split()
NUMBERS = ["12", "2024", "19:45", "3.50", "007", "1,250", "42", "100%", "A4", "B12", "7-9", "#81"]

FONTS = {
    "roboto": ("font_roboto", "Roboto-Regular.ttf"),
    "roboto-bold": ("font_roboto", "Roboto-Bold.ttf"),
    "sans": ("font_source_sans_pro", "SourceSansPro-Regular.ttf"),
    "serif": ("font_source_serif_pro", "SourceSerifPro-Regular.ttf"),
    "serif-italic": ("font_source_serif_pro", "SourceSerifPro-It.ttf"),
    "caladea": ("font_caladea", "Caladea-Regular.ttf"),
    "caladea-bold": ("font_caladea", "Caladea-Bold.ttf"),
}


def font(name, size):
    package, file = FONTS[name]
    return ImageFont.truetype(str(importlib.resources.files(package) / "files" / file), size)


def line(source, count):
    """Some words, now and then a number, now and then capitals or a mark at the end."""
    words = [source.choice(NUMBERS) if source.random() < 0.12 else source.choice(WORDS) for _ in range(count)]
    if source.random() < 0.2:
        words = [word.upper() for word in words]
    if source.random() < 0.3:
        words[-1] += source.choice(".,!?:")
    return words


def ground(source, kind, size):
    """A picture to write on, and a colour that can be read on it."""
    width, height = size
    if kind == "white":
        return Image.new("RGB", size, "white"), (0, 0, 0)
    if kind == "plain":
        dark = source.random() < 0.5
        paper = tuple(source.randrange(0, 70) if dark else source.randrange(180, 256) for _ in range(3))
        ink = tuple(source.randrange(190, 256) if dark else source.randrange(0, 80) for _ in range(3))
        return Image.new("RGB", size, paper), ink
    # Noise at three scales: as uneven as walls, cloth or leaves, mid to dark.
    picture = Image.new("RGB", size, (70, 80, 70))
    for grain in (64, 16, 4):
        small = (max(2, width // grain), max(2, height // grain))
        noise = Image.frombytes("RGB", small, bytes(source.randrange(20, 150) for _ in range(3 * small[0] * small[1])))
        picture = Image.blend(picture, noise.resize(size, Image.Resampling.BICUBIC), 0.4)
    return picture, (255, 250, 235)


def page(source, name, size, kind, degrees=0, lines=5, count=5, blur=0.0):
    """Lines of words written straight, then turned as a whole; the ground stays as it is."""
    letters = font(name, size)
    text = [line(source, count) for _ in range(lines)]
    step = int(size * 1.7)
    width = max(int(letters.getlength(" ".join(words))) for words in text) + 2 * size
    height = step * lines + size
    mask = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(mask)
    for index, words in enumerate(text):
        draw.text((size, size // 2 + index * step), " ".join(words), font=letters, fill=255)
    if degrees:
        # Positive is clockwise, as in the documentation of the findings.
        mask = mask.rotate(-degrees, Image.Resampling.BICUBIC, expand=True)
    margin = max(20, size)
    canvas = (max(160, mask.width + 2 * margin), max(160, mask.height + 2 * margin))
    picture, ink = ground(source, kind, canvas)
    at = ((canvas[0] - mask.width) // 2, (canvas[1] - mask.height) // 2)
    picture.paste(Image.new("RGB", mask.size, ink), at, mask)
    if blur:
        picture = picture.filter(ImageFilter.GaussianBlur(blur))
    return picture, text


def sets():
    """Name of a set, and its pages as arguments."""
    fonts = list(FONTS)
    yield "clean 12 px", [(name, 12, "white") for name in fonts]
    for size in (16, 20, 28, 48, 96):
        yield f"clean {size} px", [(name, size, kind) for name in fonts for kind in ("white", "plain")][: 14 if size < 96 else 7]
    for degrees in (-30, -15, 15, 30):
        yield f"turned {degrees:+d}", [(name, size, "plain", degrees) for name in fonts[::2] for size in (18, 32)]
    for degrees in (-90, -60, 60, 90):
        yield f"turned {degrees:+d}", [(name, 28, "plain", degrees) for name in fonts[::2]]
    yield "uneven ground", [(name, size, "uneven") for name in fonts for size in (24, 40)]
    yield "single words", [(name, 32, "plain", 0, 1, 1) for name in fonts * 3]
    yield "dense page", [(name, 18, "white", 0, 24, 9) for name in ("serif", "roboto", "caladea")]
    yield "blurred", [(name, 24, "plain", 0, 5, 5, 1.2) for name in fonts]


def main():
    folder = pathlib.Path(sys.argv[1])
    seed = sys.argv[2] if len(sys.argv) > 2 else "report"
    truth = []
    for name, pages in sets():
        place = folder / name.replace(" ", "-")
        place.mkdir(parents=True, exist_ok=True)
        for index, arguments in enumerate(pages):
            source = random.Random(f"{seed}{name} {index}")
            picture, text = page(source, *arguments)
            file = place / f"{index}.png"
            picture.save(file)
            truth.append({"set": name, "file": str(file.relative_to(folder)), "lines": text})
    (folder / "truth.json").write_text(json.dumps(truth))
    print(len(truth), "pictures,", sum(len(words) for each in truth for words in each["lines"]), "words")


if __name__ == "__main__":
    main()
