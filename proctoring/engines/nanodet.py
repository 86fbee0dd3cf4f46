"""Everyday objects with NanoDet-m. Weak: small things are missed. One thread.

Source: RangiLyu/nanodet (Apache-2.0), 416 x 416, COCO classes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime

from proctoring.base import EngineTag, ObjectBox
from proctoring.engines.base import Pixels
from proctoring.engines.boxes import letterbox

SIZE_PX = 416
MEAN = np.array([103.53, 116.28, 123.675], np.float32)
SCALE = np.array([57.375, 57.12, 58.395], np.float32)
CLASSES = 80
# The few COCO classes that say something about an interview, by their index.
LABELS = {0: "person", 63: "laptop", 67: "cell phone", 73: "book"}
MIN_SCORE = 0.3


class NanoDet:
    """The best score of each interesting class."""

    def __init__(self, model: Path, sha256: str) -> None:
        self.tag = EngineTag(name="nanodet-m", model_sha256=sha256)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(model), options, providers=["CPUExecutionProvider"]
        )
        self._input = self._session.get_inputs()[0].name
        self._scores = [out.name for out in self._session.get_outputs() if out.shape[-1] == CLASSES]

    def find(self, pixels: Pixels) -> tuple[ObjectBox, ...]:
        """Objects above MIN_SCORE, the surest first."""
        square = letterbox(pixels, SIZE_PX)[0].astype(np.float32)
        blob = ((square - MEAN) / SCALE).transpose(2, 0, 1)[None]
        answers = self._session.run(self._scores, {self._input: blob})
        best = np.max([np.asarray(one)[0].max(axis=0) for one in answers], axis=0)
        found = [
            ObjectBox(label=label, score=round(float(best[index]), 3))
            for index, label in LABELS.items()
            if best[index] >= MIN_SCORE
        ]
        return tuple(sorted(found, key=lambda one: one.score, reverse=True))
