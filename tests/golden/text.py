"""Golden results of the three networks for text, computed by OpenCV's own inference from the files of the pinned package. Writes
results/<network>.json and prints the entries for models/manifest.toml.

Usage: pip install -r requirements.txt; python text.py FOLDER   (the folder `models` of PyPI rapidocr-onnxruntime 1.4.4)
"""

import json
import pathlib
import sys

import cv2
import numpy as np

HERE = pathlib.Path(__file__).parent
# Network, file, output, height, width: a free side is taken as 320 pixels.
NETWORKS = [
    ("ppocr-detector", "ch_PP-OCRv4_det_infer.onnx", "sigmoid_0.tmp_0", 320, 320),
    ("ppocr-orientation", "ch_ppocr_mobile_v2.0_cls_infer.onnx", "save_infer_model/scale_0.tmp_1", 48, 192),
    ("ppocr-recogniser", "ch_PP-OCRv4_rec_infer.onnx", "softmax_11.tmp_0", 48, 320),
]


def probe(height, width):
    y, x = np.mgrid[0:height, 0:width]
    rgb = [(3 * x * x + 5 * y * y + 7 * x * y + 61 * c + 97 * ((x // 8) ^ (y // 8))) % 256 for c in range(3)]
    return np.stack(rgb[::-1], axis=0).astype(np.float32)


def face(height, width):
    bgr = cv2.imread(str(HERE / "face.png"), cv2.IMREAD_COLOR)
    rows, columns = np.arange(height) * bgr.shape[0] // height, np.arange(width) * bgr.shape[1] // width
    return bgr[rows][:, columns].transpose(2, 0, 1).astype(np.float32)


def samples(values, count):
    return [values[i * (len(values) - 1) // (count - 1)] for i in range(count)]


def telling(values, least, most):
    """As many evenly spread samples as hold the largest sum: of 265,000 probabilities almost all are next to nothing."""
    counts = range(min(least, len(values)), min(most, len(values)) + 1)
    return samples(values, max(counts, key=lambda count: sum(samples(values, count))))


def main():
    for network, file, output, height, width in NETWORKS:
        net = cv2.dnn.readNetFromONNX(str(pathlib.Path(sys.argv[1]) / file))
        result = {"network": network, "by": f"OpenCV {cv2.__version__} dnn", "inputs": {}}
        for name, image in (("probe", probe(height, width)), ("face", face(height, width))):
            net.setInput(((image - 127.5) / 127.5)[None])
            answer = net.forward()
            values = [float(f"{v:.7g}") for v in answer.ravel()]
            result["inputs"][name] = [
                {"name": output, "shape": list(answer.shape), "samples": telling(values, 101, 140)}
            ]
            if name == "probe":
                few = [float(f"{v:.6g}") for v in telling(values, 9, 33)]
                print(f'{network}\n  {{ name = "{output}", shape = {list(answer.shape)}, samples = {few} }},')
        (HERE / "results" / f"{network}.json").write_text(json.dumps(result) + "\n")


main()
