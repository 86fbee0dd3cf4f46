"""A stand-in for `agents.evaluation.embedding_worker`: a text's vector is its length, 384 times.

The texts `die`, `sleep` and `fail` do that.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from agents.evaluation.embedding_worker import DIMENSIONS
from sidecars.child import Message, serve


def answer(message: Message) -> tuple[Mapping[str, Any], bytes]:
    """The vectors of a request's texts."""
    texts = message.header["texts"]
    if "die" in texts:
        os._exit(3)
    if "sleep" in texts:
        time.sleep(600)
    if "fail" in texts:
        raise RuntimeError("the model is upset")
    lengths = np.array([[len(text)] for text in texts], dtype=np.float32)
    return {}, np.repeat(lengths, DIMENSIONS, axis=1).tobytes()


if __name__ == "__main__":
    serve(lambda: answer)
