"""Makes the picture of the benchmarks: any photograph, scaled to cover 640 x 480 pixels and cut there, as a JPEG.

    python benches/picture.py target/test-pictures/skimage/astronaut.png portrait.jpg

Portraits have the face above the middle, so what is too high is cut off below.
"""

import sys

import cv2

WIDTH, HEIGHT = 640, 480
# Cameras and phones store between 85 and 95.
QUALITY = 90

source, target = sys.argv[1:]
picture = cv2.imread(source)
if picture is None:
    sys.exit(f"{source} is no picture")
height, width = picture.shape[:2]
scale = max(WIDTH / width, HEIGHT / height)
picture = cv2.resize(picture, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
left = (picture.shape[1] - WIDTH) // 2
cv2.imwrite(target, picture[:HEIGHT, left : left + WIDTH], [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
