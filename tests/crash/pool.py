"""Small pictures to index: squares cut from the fetched test pictures, and pairs of them.

Owns which faces there are and where one stands in its picture. Knows nothing of collections.

The boxes below are what DetectFaces found (left, top, width, height in pixels). A face of the pool is told by its
picture's name and its place in it, from left to right.
"""

import base64
import dataclasses
import functools

import images

# Side of a square, pixels: the smallest at which every face of the pool is found with any crop below.
SIDE = 160
# A square's side by the longer side of the box in it.
ROOM = 1.5

PEOPLE = {
    "eileen": (images.ASTRONAUT, (178, 63, 90, 113)),
    "barack": (images.OBAMA, (369, 87, 239, 327)),
    "barack-later": (images.OBAMA_LATER, (199, 228, 273, 401)),
    "joe": (images.BIDEN, (438, 190, 267, 372)),
    "three-left": (images.GROUPS[2], (588, 331, 192, 262)),
    "three-middle": (images.GROUPS[2], (1072, 200, 235, 310)),
    "three-right": (images.GROUPS[2], (1491, 297, 197, 273)),
    "four-left": (images.GROUPS[5], (246, 487, 220, 275)),
    "four-middle": (images.GROUPS[5], (669, 333, 202, 300)),
    "four-right": (images.GROUPS[5], (1475, 265, 232, 294)),
}
# Crops of one face: how far the square is moved (in its sides) and how well the picture is compressed. Different bytes,
# slightly different templates.
VARIANTS = [(0.0, 92), (0.03, 80), (-0.04, 70)]
PAIRS = [("eileen", "joe"), ("three-middle", "four-left"), ("barack", "four-right")]


@dataclasses.dataclass(frozen=True)
class Picture:
    """A picture of the pool, with as many faces as people."""

    name: str
    people: tuple
    text: str = dataclasses.field(repr=False)

    @property
    def faces(self):
        return len(self.people)

    def place(self, box):
        """Which of the picture's faces, from left to right, a BoundingBox is around."""
        return int((box["Left"] + box["Width"] / 2) * self.faces)


def _square(person, shift=0.0):
    name, (left, top, width, height) = PEOPLE[person]
    side = ROOM * max(width, height)
    x, y = left + width / 2 + shift * side, top + height / 2 - shift * side
    whole = _open(name)
    box = tuple(round(edge) for edge in (x - side / 2, y - side / 2, x + side / 2, y + side / 2))
    return whole.crop(box).resize((SIDE, SIDE), images.Image.Resampling.LANCZOS)


@functools.cache
def _open(name):
    return images.open_rgb(name)


def _picture(name, people, image, quality):
    return Picture(name, people, base64.b64encode(images.jpeg(image, quality=quality)).decode())


@functools.cache
def pictures():
    """Every picture of the pool, by name."""
    made = []
    for person in PEOPLE:
        for number, (shift, quality) in enumerate(VARIANTS):
            made.append(_picture(f"{person}-{number}", (person,), _square(person, shift), quality))
    for left, right in PAIRS:
        sheet = images.Image.new("RGB", (2 * SIDE, SIDE))
        sheet.paste(_square(left), (0, 0))
        sheet.paste(_square(right), (SIDE, 0))
        made.append(_picture(f"{left}_{right}", (left, right), sheet, 90))
    return {picture.name: picture for picture in made}
