"""Golden results of YuNet, computed by OpenCV's own inference from the package's file at 320 x 320 pixels, the size to
which the importer has to free it. Writes results/yunet.json and prints the samples for models/manifest.toml.

Usage: pip install -r requirements.txt; python yunet.py face_detection_yunet_2023mar.onnx
"""

import json
import pathlib
import sys

import cv2
import numpy as np

HERE = pathlib.Path(__file__).parent
SIDE = 320
OUTPUTS = [f"{kind}_{stride}" for kind in ("cls", "obj", "bbox", "kps") for stride in (8, 16, 32)]


def probe():
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    rgb = [(3 * x * x + 5 * y * y + 7 * x * y + 61 * c + 97 * ((x // 8) ^ (y // 8))) % 256 for c in range(3)]
    return np.stack(rgb[::-1], axis=-1).astype(np.float32)


def face():
    bgr = cv2.imread(str(HERE / "face.png"), cv2.IMREAD_COLOR)
    at = np.arange(SIDE) * bgr.shape[0] // SIDE
    return bgr[at][:, at].astype(np.float32)


def samples(values, count):
    count = min(count, len(values))
    return [values[i * (len(values) - 1) // (count - 1)] for i in range(count)]


def main():
    net = cv2.dnn.readNetFromONNX(sys.argv[1])
    result = {"network": "yunet", "by": f"OpenCV {cv2.__version__} dnn", "inputs": {}}
    for name, image in (("probe", probe()), ("face", face())):
        net.setInput(cv2.dnn.blobFromImage(image))
        answers = net.forward(OUTPUTS)
        # A full set has 33,600 numbers; a hundred of each output, evenly spread, show a mistake just as well.
        result["inputs"][name] = [
            {"name": key, "shape": list(answer.shape), "samples": samples([float(f"{v:.7g}") for v in answer.ravel()], 101)}
            for key, answer in zip(OUTPUTS, answers)
        ]
        if name == "probe":
            for key, answer in zip(OUTPUTS, answers):
                print(f'  {{ name = "{key}", shape = {list(answer.shape)}, samples = {samples([float(f"{v:.6g}") for v in answer.ravel()], 9)} }},')
    (HERE / "results" / "yunet.json").write_text(json.dumps(result) + "\n")


main()
