"""False labels from 80 on, on the test pictures as they are and slightly changed.

Usage: python changed.py PICTURES OVERT [--least 80] [--kept FOLDER]
PICTURES is target/test-pictures (`cargo xtask pictures`), OVERT the program. Each picture is changed in the ways below, `overt detect-labels --json` is run on all of them, and every label
of at least `--least` is looked up in accepted.toml, which says by hand what may be said of each picture. Prints how many labels are not in it, for each change, and which; and of how many
unchanged pictures the surest label is right. `--kept` keeps the changed pictures there.
"""

import argparse
import collections
import json
import pathlib
import subprocess
import tempfile
import tomllib

import numpy
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

HERE = pathlib.Path(__file__).parent


def border(colour, share):
    return lambda picture: ImageOps.expand(picture, round(share * min(picture.size)), colour)


def part(left, top, right, bottom):
    return lambda picture: picture.crop(
        tuple(round(share * side) for share, side in zip((left, top, right, bottom), picture.size * 2, strict=True))
    )


def turned(degrees):
    """Turned about the middle, and cut so that nothing from outside is seen."""

    def change(picture):
        width, height = picture.size
        picture = picture.rotate(degrees, Image.Resampling.BICUBIC)
        return part(0.12, 0.12, 0.88, 0.88)(picture) if width and height else picture

    return change


def noisy(spread):
    def change(picture):
        pixels = numpy.asarray(picture, numpy.float32)
        noise = numpy.random.default_rng(7).normal(0, spread, pixels.shape)
        return Image.fromarray((pixels + noise).round().clip(0, 255).astype(numpy.uint8))

    return change


def smaller(share):
    return lambda picture: picture.resize([max(80, round(side * share)) for side in picture.size], Image.Resampling.LANCZOS)


# What is done to a picture; "jpeg" is done when it is written.
CHANGES = {
    "as it is": lambda picture: picture,
    "mirrored": ImageOps.mirror,
    "white border, 10 %": border("white", 0.1),
    "white border, 30 %": border("white", 0.3),
    "black border, 10 %": border("black", 0.1),
    "the middle, 80 %": part(0.1, 0.1, 0.9, 0.9),
    "upper left, 80 %": part(0, 0, 0.8, 0.8),
    "lower right, 80 %": part(0.2, 0.2, 1, 1),
    "JPEG of quality 15": lambda picture: picture,
    "grey": lambda picture: picture.convert("L").convert("RGB"),
    "noise of 20": noisy(20),
    "blurred by 2": lambda picture: picture.filter(ImageFilter.GaussianBlur(2)),
    "darker by half": lambda picture: ImageEnhance.Brightness(picture).enhance(0.5),
    "lighter by half": lambda picture: ImageEnhance.Brightness(picture).enhance(1.5),
    "a third of its size": smaller(1 / 3),
    "turned by 7 degrees": turned(7),
    "turned by -7 degrees": turned(-7),
    "turned by 90 degrees": lambda picture: picture.transpose(Image.Transpose.ROTATE_90),
    "on its head": lambda picture: picture.transpose(Image.Transpose.ROTATE_180),
}


def made():
    """Pictures of nothing: no label is right for them."""
    chance = numpy.random.default_rng(7)
    width, height = 300, 240
    even = lambda *sides: Image.fromarray(chance.integers(0, 256, (*sides, 3), numpy.uint8))
    yield "noise", even(height, width)
    yield "grey noise", even(height, width).convert("L").convert("RGB")
    yield "soft noise", even(24, 30).resize((width, height), Image.Resampling.BICUBIC)
    for colour in ("white", "black", "grey", "navy", "red"):
        yield colour, Image.new("RGB", (width, height), colour)
    yield "gradient", Image.linear_gradient("L").resize((width, height)).convert("RGB")
    yield "spot", Image.radial_gradient("L").resize((width, height)).convert("RGB")
    rows, columns = numpy.indices((height, width))
    for name, light in (("stripes", columns // 12), ("bars", rows // 20), ("checks", columns // 15 + rows // 15)):
        yield name, Image.fromarray((light % 2 * 255).astype(numpy.uint8)).convert("RGB")


def pictures(source, folder):
    """Writes all pictures; (file, name, change) of each."""
    for file in sorted(source.glob("*/*.*")):
        picture = Image.open(file).convert("RGB")
        picture.thumbnail((1000, 1000))
        for at, (change, do) in enumerate(CHANGES.items()):
            to = folder / f"{file.stem}-{at:02}.{'jpg' if change.startswith('JPEG') else 'png'}"
            do(picture).save(to, **({"quality": 15} if to.suffix == ".jpg" else {}))
            yield to, file.name, change
    for name, picture in made():
        to = folder / f"made-{name.replace(' ', '-')}.png"
        picture.save(to)
        yield to, name, "made"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("pictures", type=pathlib.Path)
    parser.add_argument("overt")
    parser.add_argument("--least", type=float, default=80)
    parser.add_argument("--kept", type=pathlib.Path)
    options = parser.parse_args()
    lists = tomllib.loads((HERE / "accepted.toml").read_text())
    groups = {name: set(labels) for name, labels in lists["group"].items()}
    # A list names labels and, with an at sign, groups of them.
    accepted = {
        name: set().union(*(groups[label[1:]] if label.startswith("@") else {label} for label in labels))
        for name, labels in lists["picture"].items()
    }
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.kept or pathlib.Path(scratch)
        folder.mkdir(exist_ok=True)
        all_of_them = list(pictures(options.pictures, folder))
        command = [options.overt, "detect-labels", "--json", *(str(file) for file, _, _ in all_of_them)]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    said, wrong, leading = collections.Counter(), collections.defaultdict(list), []
    for line, (_, name, change) in zip(output.splitlines(), all_of_them, strict=True):
        labels = json.loads(line)["Labels"]
        sure = [label for label in labels if label["Confidence"] >= options.least]
        said[change] += len(sure)
        right = accepted.get(name, set())
        wrong[change] += [(name, label["Name"], label["Confidence"]) for label in sure if label["Name"] not in right]
        if change == "as it is":
            first = labels[0]["Name"] if labels else None
            leading.append((name, first, first in right))
    print(f"| change | labels from {options.least:.0f} on | false | which |\n|---|--:|--:|---|")
    for change in [*CHANGES, "made"]:
        which = "; ".join(f"{name} {label} {sure:.0f}" for name, label, sure in wrong[change])
        print(f"| {change} | {said[change]} | {len(wrong[change])} | {which} |")
    print(f"| all | {sum(said.values())} | {sum(map(len, wrong.values()))} | |\n")
    labelled = [row for row in leading if row[1]]
    print(f"{len(leading)} pictures, {len(labelled)} with a label, the surest right on {sum(right for _, _, right in labelled)}.")
    for name, label, right in leading:
        if not right:
            print(f"- {name}: {label or 'no label'}")


if __name__ == "__main__":
    main()
