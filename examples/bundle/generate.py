"""Makes a problem of bundle adjustment: cameras around a cloud of points, and where they see them.

usage: generate.py OUT.npz

Most cameras see most points. The pictures are off by half a pixel; cameras and points are then moved, so that there is
something to adjust. The same numbers come out each time.
"""
import sys

import numpy as np

CAMERAS, POINTS = 8, 60
random = np.random.default_rng(2024)


def rotated(r, x):
    angle = np.linalg.norm(r)
    axis = r / angle
    return np.cos(angle) * x + np.sin(angle) * np.cross(axis, x) + (1 - np.cos(angle)) * (x @ axis)[:, None] * axis


def seen(camera, x):
    p = rotated(camera[:3], x) + camera[3:6]
    plane = -p[:, :2] / p[:, 2:]
    r2 = (plane**2).sum(axis=1, keepdims=True)
    return camera[6] * (1 + r2 * (camera[7] + camera[8] * r2)) * plane


points = random.normal(size=(POINTS, 3))
cameras = np.zeros((CAMERAS, 9))
for k in range(CAMERAS):
    # Turned about the vertical axis, ten units away from the middle of the points.
    cameras[k, :3] = [0.1 * np.sin(3 * k), 2 * np.pi * (k + 0.5) / CAMERAS - np.pi, 0.05 * np.cos(2 * k)]
    cameras[k, 3:6] = [0.1 * np.cos(k), 0.1 * np.sin(k), -10]
    cameras[k, 6:] = [500 + 5 * k, -0.05, 0.01]
visible = random.random((CAMERAS, POINTS)) < 0.7
camera, point = np.nonzero(visible)
feature = np.concatenate([seen(cameras[k], points[visible[k]]) for k in range(CAMERAS)])
feature += random.normal(scale=0.5, size=feature.shape)
cameras += random.normal(size=cameras.shape) * [0.01, 0.01, 0.01, 0.05, 0.05, 0.05, 5, 0.005, 0.001]
points += random.normal(scale=0.05, size=points.shape)
np.savez(sys.argv[1], cameras=cameras, points=points, camera=camera, point=point, feature=feature)
print(f"{CAMERAS} cameras, {POINTS} points, {len(camera)} observations")
