"""DetectFaces as a competent engineer would serve it from Python: the yardstick for Overt's throughput.

FastAPI on uvicorn (uvloop, httptools), one worker process per core, ONNX Runtime with one thread, OpenCV for
decoding, resizing and cropping, NumPy without loops over pixels or anchors, orjson for JSON. The networks are the
files that `overt models pull` made, so both servers run the same bytes. The detector has the input it was published
with: 640 x 640, the picture letterboxed into it.

    OVERT_MODELS=FOLDER uvicorn server:app --port 8101 --no-access-log --log-level warning

once for each core, with the load spread over the ports (`../run.sh`).

Everything that could be argued about is decided in its favour:
- it checks no signature, writes no metrics and no log lines, and bounds neither sizes nor the queue;
- a request is computed on the event loop itself: with one process per core a thread pool would only add switches;
- it applies no EXIF orientation beyond what OpenCV does by itself.

It answers DetectFaces (DEFAULT and ALL, single attributes count as ALL) in the members Overt answers; attributes
that need measured thresholds (Smile, Eyeglasses, Beard and so on) are left out, so its ALL does less. The other
operations are in `analyses.py`.
"""

import base64
import math
import os
import tomllib
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
import orjson
from fastapi import FastAPI, Request, Response

from analyses import Analyses

MANIFEST = tomllib.loads((Path(__file__).parents[2] / "models/manifest.toml").read_text())
NETWORKS = Path(os.environ["OVERT_MODELS"]) / "onnx"
SIDE = 640
STRIDES = (8, 16, 32)
THRESHOLD = 0.6
OVERLAP = 0.3
MAX_FACES = 100
MESH_SIDE = 192
EMOTIONS = ("ANGRY", "DISGUSTED", "FEAR", "HAPPY", "SAD", "SURPRISED", "CALM")
# A rigid face for the pose: mesh point and where it lies (x right, y down, z away; outer eye corners 1 apart).
REFERENCE = {
    33: (-0.5, 0.003, -0.012), 263: (0.5, 0.003, -0.012), 133: (-0.194, 0.016, -0.07), 362: (0.194, 0.016, -0.07),
    127: (-0.785, 0.048, 0.527), 356: (0.785, 0.048, 0.527), 234: (-0.776, 0.213, 0.578), 454: (0.776, 0.213, 0.578),
    10: (0.0, -0.602, -0.207), 168: (0.0, -0.045, -0.257), 4: (0.0, 0.364, -0.504), 1: (0.0, 0.437, -0.481),
}
REFERENCE_POINTS = list(REFERENCE)
REFERENCE_SHAPE = np.array(list(REFERENCE.values()), np.float64)
REFERENCE_SHAPE -= REFERENCE_SHAPE.mean(0)

cv2.setNumThreads(1)


def session(network):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    entry = next(entry for entry in MANIFEST["network"] if entry["id"] == network)
    # What is an ONNX model in its package already is kept under that file's digest.
    digest = (entry.get("onnx") or entry["source"]["files"][0])["sha256"]
    return onnxruntime.InferenceSession(str(NETWORKS / f"{digest}.onnx"), options, ["CPUExecutionProvider"])


detector, facemesh, iris, faceres, emotion = map(session, ("yunet", "facemesh", "iris", "faceres", "emotion"))
DETECTOR_OUTPUTS = [f"{kind}_{stride}" for stride in STRIDES for kind in ("cls", "obj", "bbox", "kps")]
GRIDS = []
for stride in STRIDES:
    rows, columns = np.divmod(np.arange((SIDE // stride) ** 2), SIDE // stride)
    GRIDS.append((stride, columns.astype(np.float32), rows.astype(np.float32)))


def detect(picture):
    """Boxes (x, y, width, height), five points and scores in pixels of the picture, largest face first."""
    height, width = picture.shape[:2]
    scale = min(1.0, SIDE / max(height, width))
    if scale < 1.0:
        small = cv2.resize(picture, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
    else:
        small = picture
    tensor = np.zeros((1, 3, SIDE, SIDE), np.float32)
    tensor[0, :, : small.shape[0], : small.shape[1]] = small.transpose(2, 0, 1)
    outputs = detector.run(DETECTOR_OUTPUTS, {"input": tensor})
    boxes, points, scores = [], [], []
    for level, (stride, column, row) in enumerate(GRIDS):
        cls, obj, box, kps = (output[0] for output in outputs[4 * level : 4 * level + 4])
        score = np.sqrt(cls[:, 0] * obj[:, 0])
        kept = np.flatnonzero(score >= THRESHOLD)
        if not kept.size:
            continue
        cell = np.stack([column[kept], row[kept]], 1)
        box = box[kept]
        size = np.exp(box[:, 2:]) * stride
        boxes.append(np.concatenate([(cell + box[:, :2]) * stride - size / 2, size], 1))
        points.append((kps[kept].reshape(-1, 5, 2) + cell[:, None]) * stride)
        scores.append(score[kept])
    if not boxes:
        return []
    boxes, points, scores = (np.concatenate(parts) for parts in (boxes, points, scores))
    kept = cv2.dnn.NMSBoxes(boxes, scores, THRESHOLD, OVERLAP)
    faces = [(boxes[i] / scale, points[i] / scale, float(scores[i])) for i in kept]
    return sorted(faces, key=lambda face: -face[0][2] * face[0][3])[:MAX_FACES]


def crop(picture, centre, extent, angle, side):
    """The turned square about `centre` in `side` x `side` pixels, and the way from its pixels to the picture's."""
    scale = side / extent
    cos, sin = np.cos(angle) * scale, np.sin(angle) * scale
    matrix = np.array([[cos, sin, 0.0], [-sin, cos, 0.0]])
    matrix[:, 2] = side / 2 - matrix[:, :2] @ centre
    pixels = cv2.warpAffine(picture, matrix, (side, side), flags=cv2.INTER_LINEAR)
    return pixels, cv2.invertAffineTransform(matrix)


def rgb(pixels):
    return cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)[None].astype(np.float32) / 255.0


def pose(mesh):
    points = mesh[REFERENCE_POINTS].astype(np.float64)
    u, _, vt = np.linalg.svd(REFERENCE_SHAPE.T @ (points - points.mean(0)))
    turn = vt.T @ np.diag([1.0, 1.0, np.sign(np.linalg.det(vt.T @ u.T))]) @ u.T
    roll = np.degrees(np.arctan2(turn[1, 0], turn[0, 0]))
    yaw = np.degrees(np.arcsin(np.clip(turn[2, 0], -1.0, 1.0)))
    pitch = -np.degrees(np.arctan2(turn[2, 1], turn[2, 2]))
    return {"Roll": float(roll), "Yaw": float(yaw), "Pitch": float(pitch)}


def quality(pixels):
    grey = cv2.cvtColor(pixels[32:160, 44:148], cv2.COLOR_BGR2GRAY)
    detail = cv2.Laplacian(grey, cv2.CV_32F)
    brightness = float(grey.mean()) / 2.55
    sharpness = min(100.0, float(detail.var()) / (float(grey.var()) + 1.0) * 100.0)
    return {"Brightness": brightness, "Sharpness": sharpness}


def landmarks(mesh, width, height):
    places = {
        "eyeLeft": mesh[[33, 133, 159, 145], :2].mean(0),
        "eyeRight": mesh[[362, 263, 386, 374], :2].mean(0),
        "mouthLeft": mesh[61],
        "mouthRight": mesh[291],
        "nose": mesh[4],
    }
    return [{"Type": kind, "X": float(p[0]) / width, "Y": float(p[1]) / height} for kind, p in places.items()]


def eye_openness(picture, mesh, outer, inner, mirrored):
    a, b = mesh[outer, :2], mesh[inner, :2]
    step = (b - a) if not mirrored else (a - b)
    angle = np.arctan2(step[1], step[0])
    pixels, _ = crop(picture, (a + b) / 2, 2.3 * np.hypot(*step), angle, 64)
    tensor = rgb(pixels[:, ::-1] if mirrored else pixels)
    points = iris.run(None, {iris.get_inputs()[0].name: tensor})[0].reshape(76, 3)
    height = np.mean([np.hypot(*(points[i, :2] - points[j, :2])) for i, j in ((3, 11), (4, 12), (5, 13))])
    return height / np.hypot(*(points[0, :2] - points[8, :2]))


def finding(measure, threshold, spread):
    """Above the threshold or not, and how sure: a logistic of the distance from it."""
    sure = 100 / (1 + math.exp(-abs(measure - threshold) / spread))
    return {"Value": bool(measure > threshold), "Confidence": sure}


def attributes(picture, box, angle, mesh):
    centre = box[:2] + box[2:] / 2
    extent = max(box[2], box[3])
    pixels, _ = crop(picture, centre, 1.4 * extent, angle, 224)
    tensor = cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)[None].astype(np.float32) - (123.68, 116.779, 103.939)
    names = [output.name for output in faceres.get_outputs()]
    output = dict(zip(names, faceres.run(None, {faceres.get_inputs()[0].name: tensor.astype(np.float32)})))
    male = float(output["gender_pred_Sigmoid"][0, 0])
    years = float(output["age_pred_Softmax"][0] @ np.arange(100))
    pixels, _ = crop(picture, centre, extent, angle, 64)
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)[None, :, :, None].astype(np.float32) / 127.5 - 1.0
    moods = emotion.run(None, {emotion.get_inputs()[0].name: grey})[0][0]
    opened = min(eye_openness(picture, mesh, 33, 133, False), eye_openness(picture, mesh, 263, 362, True))
    gap = np.hypot(*(mesh[13, :2] - mesh[14, :2])) / np.hypot(*(mesh[61, :2] - mesh[291, :2]))
    return {
        "AgeRange": {"Low": max(0, round(years - 6)), "High": round(years + 6)},
        "Gender": {"Value": "Male" if male > 0.5 else "Female", "Confidence": 100 * max(male, 1 - male)},
        "EyesOpen": finding(opened, 0.14, 0.03),
        "MouthOpen": finding(gap, 0.1, 0.03),
        "Emotions": sorted(
            ({"Type": kind, "Confidence": 100 * float(value)} for kind, value in zip(EMOTIONS, moods)),
            key=lambda mood: -mood["Confidence"],
        ),
    }


def describe(picture, box, points, score, everything):
    height, width = picture.shape[:2]
    centre = box[:2] + box[2:] / 2
    across = points[1] - points[0]
    angle = np.arctan2(across[1], across[0])
    pixels, back = crop(picture, centre, 1.5 * max(box[2], box[3]), angle, MESH_SIDE)
    mesh = facemesh.run(["output_mesh"], {facemesh.get_inputs()[0].name: rgb(pixels)})[0].reshape(468, 3)
    mesh[:, :2] = mesh[:, :2] @ back[:, :2].T + back[:, 2]
    mesh[:, 2] *= np.hypot(back[0, 0], back[1, 0])
    face = {
        "BoundingBox": {
            "Width": float(box[2]) / width,
            "Height": float(box[3]) / height,
            "Left": float(box[0]) / width,
            "Top": float(box[1]) / height,
        },
        "Confidence": 100 * score,
        "Landmarks": landmarks(mesh, width, height),
        "Pose": pose(mesh),
        "Quality": quality(pixels),
    }
    if everything:
        face |= attributes(picture, box, angle, mesh)
    return face


def refuse(kind, message):
    body = orjson.dumps({"__type": kind, "Message": message})
    return Response(body, 400, media_type="application/x-amz-json-1.1")


app = FastAPI()


analyses = Analyses(session, detect)
OPERATIONS = {
    "DetectText": analyses.text,
    "DetectLabels": analyses.labels,
    "DetectModerationLabels": analyses.moderation,
}


@app.post("/")
async def analyse(request: Request):
    body = orjson.loads(await request.body())
    encoded = base64.b64decode(body["Image"]["Bytes"])
    picture = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        return refuse("InvalidImageFormatException", "Request has invalid image format")
    operation = request.headers.get("x-amz-target", "").rpartition(".")[2]
    if operation in OPERATIONS:
        answer = OPERATIONS[operation](picture)
    else:
        everything = any(wish != "DEFAULT" for wish in body.get("Attributes", ()))
        answer = {"FaceDetails": [describe(picture, *face, everything) for face in detect(picture)]}
    return Response(orjson.dumps(answer), media_type="application/x-amz-json-1.1")
