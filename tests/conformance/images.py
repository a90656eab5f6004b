"""Pictures for the tests: the fetched ones, and variants made of them here."""

import io
import pathlib
import struct
import zlib

from PIL import Image

PICTURES = pathlib.Path(__file__).resolve().parents[2] / "target/test-pictures"

ASTRONAUT = "skimage/astronaut.png"
CAT = "skimage/chelsea.png"
CUP = "skimage/coffee.png"
OBAMA = "face_recognition/obama.jpg"
OBAMA_LATER = "face_recognition/obama2.jpg"
BIDEN = "face_recognition/biden.jpg"
GROUPS = [f"face-api/sample{number}.jpg" for number in range(1, 7)]


def read(name):
    """The bytes of a fetched picture."""
    return (PICTURES / name).read_bytes()


def open_rgb(name):
    return Image.open(PICTURES / name).convert("RGB")


def encode(image, form, **options):
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def jpeg(image, **options):
    return encode(image, "JPEG", **({"quality": 95} | options))


def png(image, **options):
    return encode(image, "PNG", **options)


# What a camera held in each way stores: the EXIF orientation, and the operation that makes its pixels of upright ones.
STORED_AS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def stored_with_orientation(image, orientation, form="JPEG"):
    """The upright picture as a file that needs its EXIF orientation to be upright again."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    how = STORED_AS[orientation]
    stored = image if how is None else image.transpose(how)
    return encode(stored, form, exif=exif, **({"quality": 95} if form == "JPEG" else {}))


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_header(width, height, depth=8, colour=2):
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))


def png_of_sixteen_bits(image):
    """A PNG with 16 bits a channel, which Pillow does not write for colour."""
    image = image.convert("RGB")
    rows = b"".join(
        b"\0" + bytes(byte for value in image.crop((0, y, image.width, y + 1)).tobytes() for byte in (value, value))
        for y in range(image.height)
    )
    end = _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")
    return png_header(image.width, image.height, depth=16) + end


def png_bomb(width, height):
    """A small file that says it is a huge picture, all black."""
    packer = zlib.compressobj(9)
    row = b"\0" * (1 + 3 * width)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return png_header(width, height) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def png_with_exif(data, length):
    """The same picture with an EXIF chunk of `length` bytes after its header."""
    header = len(png_header(1, 1))
    return data[:header] + _chunk(b"eXIf", b"MM\0\x2a" + b"\0" * (length - 4)) + data[header:]


def padded_jpeg(data, size):
    """The same picture in a file of exactly `size` bytes: comments after the start of the image."""
    parts, missing = [data[:2]], size - len(data)
    while missing > 0:
        # A comment has 4 bytes of its own and at most 65,533 of text; the rest must leave room for one more.
        length = min(missing, 65_537)
        if 0 < missing - length < 4:
            length -= 4
        parts.append(b"\xff\xfe" + struct.pack(">H", length - 2) + b" " * (length - 4))
        missing -= length
    return b"".join(parts) + data[2:]


def pixels(box, width, height):
    """A BoundingBox in pixels: left, top, right, bottom."""
    left, top = box["Left"] * width, box["Top"] * height
    return left, top, left + box["Width"] * width, top + box["Height"] * height
