"""DetectText, DetectLabels and DetectModerationLabels as a competent engineer would serve them from Python.

Text is rapidocr-onnxruntime as it comes, which carries the networks that Overt takes out of the same package. Labels and
moderation run the networks that Overt runs for them, in ONNX Runtime with one thread, on the same files; what is made of
their outputs is less than Overt makes of them: the classes and boxes themselves, no taxonomy, no calibration.
"""

import cv2
import numpy as np

# Pictures are resized as the networks were published with; the largest of a class is enough for an answer.
CLASSES_SIDE, CLASSES_SHARE = 260, 0.89
OBJECTS_SIDE = 512
MODERATION_SIDE, MODERATION_CROP = 256, 224
NSFW = ("drawing", "hentai", "neutral", "porn", "sexy")


class Analyses:
    """The networks of one process, each loaded when it is first needed."""

    def __init__(self, session):
        self.session = session
        self.loaded = {}

    def network(self, name):
        if name not in self.loaded:
            self.loaded[name] = self.session(name)
        return self.loaded[name]

    def run(self, name, tensor):
        network = self.network(name)
        return network.run(None, {network.get_inputs()[0].name: tensor})

    def text(self, picture):
        if "rapidocr" not in self.loaded:
            from rapidocr_onnxruntime import RapidOCR

            self.loaded["rapidocr"] = RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)
        height, width = picture.shape[:2]
        lines, _ = self.loaded["rapidocr"](picture)
        found = []
        for number, (box, text, score) in enumerate(lines or ()):
            polygon = [{"X": float(x) / width, "Y": float(y) / height} for x, y in box]
            geometry = {"Polygon": polygon}
            found.append({"DetectedText": text, "Type": "LINE", "Id": number, "Confidence": 100 * float(score),
                          "Geometry": geometry})
        return {"TextDetections": found, "TextModelVersion": "3.0"}

    def labels(self, picture):
        height, width = picture.shape[:2]
        side = round(min(height, width) * CLASSES_SHARE)
        top, left = (height - side) // 2, (width - side) // 2
        middle = picture[top : top + side, left : left + side]
        small = cv2.resize(middle, (CLASSES_SIDE, CLASSES_SIDE), interpolation=cv2.INTER_AREA)
        tensor = cv2.cvtColor(small, cv2.COLOR_BGR2RGB).astype(np.float32).transpose(2, 0, 1)[None]
        classes = self.run("efficientnet-lite2", (tensor - 127) / 128)[0][0]
        best = np.argsort(-classes)[:10]
        labels = [{"Name": f"class {index}", "Confidence": 100 * float(classes[index])} for index in best]
        small = cv2.resize(picture, (OBJECTS_SIDE, OBJECTS_SIDE), interpolation=cv2.INTER_AREA)
        tensor = cv2.cvtColor(small, cv2.COLOR_BGR2RGB).astype(np.float32)[None]
        boxes = self.run("centernet", tensor)[0].reshape(-1, 6)
        for x1, y1, x2, y2, score, kind in boxes[boxes[:, 4] > 0.3]:
            box = {"Left": float(x1) / OBJECTS_SIDE, "Top": float(y1) / OBJECTS_SIDE,
                   "Width": float(x2 - x1) / OBJECTS_SIDE, "Height": float(y2 - y1) / OBJECTS_SIDE}
            labels.append({"Name": f"object {int(kind)}", "Confidence": 100 * float(score),
                           "Instances": [{"BoundingBox": box}]})
        return {"Labels": labels, "LabelModelVersion": "3.0"}

    def moderation(self, picture):
        small = cv2.resize(picture, (MODERATION_SIDE, MODERATION_SIDE), interpolation=cv2.INTER_AREA)
        edge = (MODERATION_SIDE - MODERATION_CROP) // 2
        middle = small[edge : edge + MODERATION_CROP, edge : edge + MODERATION_CROP].astype(np.float32)
        explicit = float(self.run("open-nsfw", (middle - (104, 117, 123)).astype(np.float32)[None])[0][0][1])
        small = cv2.resize(picture, (MODERATION_CROP, MODERATION_CROP), interpolation=cv2.INTER_AREA)
        tensor = cv2.cvtColor(small, cv2.COLOR_BGR2RGB).astype(np.float32)[None] / 255
        classes = self.run("nsfwjs", tensor)[0][0]
        labels = [{"Name": name, "Confidence": 100 * float(share)} for name, share in zip(NSFW, classes)]
        labels.append({"Name": "Explicit", "Confidence": 100 * explicit})
        return {"ModerationLabels": labels, "ModerationModelVersion": "7.0"}
