"""The sidecar that turns sentences into vectors (`python -m agents.evaluation.embedding_worker`).

Arguments: model file, tokenizer file, threads. Frames on stdin and stdout are a 4-byte
little-endian length and that many bytes. A request is a JSON list of strings; the reply is
`b"\\0"` and float32 rows of `DIMENSIONS`, or `b"\\1"` and a sentence on what went wrong. The
process ends when stdin does.

Source: model card of sentence-transformers/all-MiniLM-L6-v2 (mean over the mask, L2 norm).
"""

from __future__ import annotations

import json
import os
import struct
import sys
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 384
MAX_TOKENS = 256
BATCH = 16
MAX_FRAME_BYTES = 8 * 1024 * 1024

Vectors = NDArray[np.float32]


class Encoder:
    """The model and its tokenizer."""

    def __init__(self, model: str, tokenizer: str, threads: int) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session: Any = onnxruntime.InferenceSession(
            model, options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer: Any = Tokenizer.from_file(tokenizer)
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding()

    def encode(self, texts: list[str]) -> Vectors:
        """Unit vectors, shape (len(texts), DIMENSIONS)."""
        rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            rows[batch] = self._encode_batch([texts[index] for index in batch])
        return rows

    def _encode_batch(self, texts: list[str]) -> Vectors:
        encoded = self._tokenizer.encode_batch(texts)
        ids = np.array([item.ids for item in encoded], dtype=np.int64)
        mask = np.array([item.attention_mask for item in encoded], dtype=np.int64)
        (hidden,) = self._session.run(
            None,
            {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)},
        )
        weights = mask[:, :, None].astype(np.float32)
        mean = (hidden * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1)
        norm = np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-9)
        return np.asarray(mean / norm, dtype=np.float32)


def serve(encoder: Encoder, source: BinaryIO, sink: BinaryIO) -> None:
    """Answer requests until the source ends."""
    while (request := read_frame(source)) is not None:
        try:
            texts = json.loads(request)
            reply = b"\0" + encoder.encode([str(text) for text in texts]).tobytes()
        except (ValueError, RuntimeError, MemoryError) as error:
            reply = b"\1" + type(error).__name__.encode()
        sink.write(struct.pack("<I", len(reply)) + reply)
        sink.flush()


def read_frame(source: BinaryIO) -> bytes | None:
    """The next frame, or None at the end of the stream."""
    header = source.read(4)
    if len(header) < 4:
        return None
    (size,) = struct.unpack("<I", header)
    body = source.read(size)
    return body if len(body) == size else None


def main() -> None:
    """Load, say that it is ready (an empty frame), serve."""
    model, tokenizer, threads = sys.argv[1:4]
    if hasattr(os, "nice"):
        os.nice(10)
    encoder = Encoder(model, tokenizer, int(threads))
    sink = sys.stdout.buffer
    sink.write(struct.pack("<I", 0))
    sink.flush()
    serve(encoder, sys.stdin.buffer, sink)


if __name__ == "__main__":
    main()
