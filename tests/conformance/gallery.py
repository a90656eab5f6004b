"""What the tests of collections share: names, calls that are refused, pictures made to be indexed.

Owns no server and no client: both come in.
"""

import base64
import functools
import uuid

import botocore.exceptions

import images


def new_name(prefix="test"):
    """A name that nobody used."""
    return f"{prefix}-{uuid.uuid4().hex[:12]}"


def refusal(call, **request):
    """The code and the message with which a call is refused."""
    try:
        answer = call(**request)
    except botocore.exceptions.ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    raise AssertionError(f"not refused: {answer}")


def index(client, collection, picture, **more):
    """IndexFaces; `picture` is the name of a fetched picture, or the bytes of one."""
    content = images.read(picture) if isinstance(picture, str) else picture
    return client.index_faces(CollectionId=collection, Image={"Bytes": content}, **more)


def ids(answer):
    """The ids of the faces that IndexFaces kept, in its order."""
    return [record["Face"]["FaceId"] for record in answer["FaceRecords"]]


def face_ids(client, collection, **filters):
    """Every face id of a collection, by boto3's paginator."""
    pages = client.get_paginator("list_faces").paginate(CollectionId=collection, **filters)
    return [face["FaceId"] for page in pages for face in page["Faces"]]


@functools.cache
def portrait(name, size=None):
    """A fetched picture cut to its one face with room around it; scaled to `size` pixels if given."""
    whole = images.open_rgb(name)
    cut = whole.crop(FACES[name])
    return cut if size is None else cut.resize((size, size))


# Squares around the one face of a picture, by eye.
FACES = {
    images.ASTRONAUT: (130, 20, 330, 220),
    images.OBAMA: (250, 60, 1050, 860),
    images.BIDEN: (300, 0, 1000, 700),
}


def crowd(rows, columns, cell=96, shift=0):
    """One picture with `rows` x `columns` faces of a few people. `shift` makes it another picture."""
    people = [portrait(name, cell) for name in FACES]
    sheet = images.Image.new("RGB", (columns * cell, rows * cell + shift), (90, 90, 90))
    for number in range(rows * columns):
        row, column = divmod(number, columns)
        sheet.paste(people[(number + shift) % len(people)], (column * cell, row * cell))
    return images.jpeg(sheet)


def text(content):
    """Bytes as a request has them."""
    return base64.b64encode(content).decode()
