"""DetectText, DetectLabels and DetectModerationLabels as a competent engineer would serve them from Python.

Text is rapidocr-onnxruntime as it comes, which carries the networks that Overt takes out of the same package. Labels and
moderation run the networks that Overt runs for them, as often (the classifier on the middle and on the whole, faces for labels), in ONNX Runtime with one
thread, on the same files; what is made of their outputs is less than Overt makes of them: the classes and boxes themselves, no taxonomy, no calibration, no face
looked for in other directions.
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

    def __init__(self, session, faces):
        self.session = session
        self.faces = faces
        self.loaded = {}

    def network(self, name):
        if name not in self.loaded:
            self.loaded[name] = self.session(name)
        return self.loaded[name]

    def run(self, name, tensor):
        """The outputs by name."""
        network = self.network(name)
        names = [output.name for output in network.get_outputs()]
        return dict(zip(names, network.run(names, {network.get_inputs()[0].name: tensor})))

    def classes(self, picture):
        """The mean of the classifier's probabilities for the middle and for the whole."""
        height, width = picture.shape[:2]
        side = round(min(height, width) * CLASSES_SHARE)
        top, left = (height - side) // 2, (width - side) // 2
        total = 0
        for view in (picture[top : top + side, left : left + side], picture):
            small = cv2.resize(view, (CLASSES_SIDE, CLASSES_SIDE), interpolation=cv2.INTER_AREA)
            tensor = cv2.cvtColor(small, cv2.COLOR_BGR2RGB).astype(np.float32).transpose(2, 0, 1)[None]
            total = total + self.run("efficientnet-lite2", (tensor - 127) / 128)["probabilities"][0] / 2
        return total

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
        classes = self.classes(picture)
        labels = [{"Name": f"class {index}", "Confidence": 100 * float(classes[index])} for index in np.argsort(-classes)[:10]]
        small = cv2.resize(picture, (OBJECTS_SIDE, OBJECTS_SIDE), interpolation=cv2.INTER_AREA)
        outputs = self.run("centernet", cv2.cvtColor(small, cv2.COLOR_BGR2RGB).astype(np.float32)[None])
        heat, sides = outputs["tower_0_keypoints"][0], outputs["tower_0_wh"][0]
        kinds, scores = heat.argmax(axis=2), heat.max(axis=2)
        peaks = cv2.dilate(scores, np.ones((3, 3), np.uint8)) == scores
        for row, column in zip(*np.nonzero(peaks & (scores > 0.3))):
            left, top, right, bottom = sides[row, column]
            x, y = 4 * column, 4 * row
            box = {"Left": float(x - left) / OBJECTS_SIDE, "Top": float(y - top) / OBJECTS_SIDE,
                   "Width": float(left + right) / OBJECTS_SIDE, "Height": float(top + bottom) / OBJECTS_SIDE}
            labels.append({"Name": f"object {int(kinds[row, column])}", "Confidence": 100 * float(scores[row, column]),
                           "Instances": [{"BoundingBox": box}]})
        height, width = picture.shape[:2]
        for box, _points, score in self.faces(picture):
            x, y, across, down = box / (width, height, width, height)
            box = {"Left": float(x), "Top": float(y), "Width": float(across), "Height": float(down)}
            labels.append({"Name": "Face", "Confidence": 100 * score, "Instances": [{"BoundingBox": box}]})
        return {"Labels": labels, "LabelModelVersion": "3.0"}

    def moderation(self, picture):
        small = cv2.resize(picture, (MODERATION_SIDE, MODERATION_SIDE), interpolation=cv2.INTER_AREA)
        edge = (MODERATION_SIDE - MODERATION_CROP) // 2
        middle = small[edge : edge + MODERATION_CROP, edge : edge + MODERATION_CROP].astype(np.float32)
        explicit = float(self.run("open-nsfw", (middle - (104, 117, 123)).astype(np.float32)[None])["outputs"][0, 1])
        small = cv2.resize(picture, (MODERATION_CROP, MODERATION_CROP), interpolation=cv2.INTER_AREA)
        tensor = cv2.cvtColor(small, cv2.COLOR_BGR2RGB).astype(np.float32)[None] / 255
        shares = self.run("nsfwjs", tensor)["Identity"][0]
        labels = [{"Name": name, "Confidence": 100 * float(share)} for name, share in zip(NSFW, shares)]
        classes = self.classes(picture)
        labels += [{"Name": f"class {index}", "Confidence": 100 * float(classes[index])} for index in np.argsort(-classes)[:3]]
        labels.append({"Name": "Explicit", "Confidence": 100 * explicit})
        return {"ModerationLabels": labels, "ModerationModelVersion": "7.0"}
