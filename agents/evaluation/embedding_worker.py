"""The sidecar that turns sentences into vectors (`python -m agents.evaluation.embedding_worker`).

Arguments: model file, tokenizer file, threads. A request is `{"texts": [...]}`, its answer the
payload: float32 rows of `DIMENSIONS`.

Source: model card of sentence-transformers/all-MiniLM-L6-v2 (mean over the mask, L2 norm).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.sidecar_child import Message, serve

DIMENSIONS = 384
MAX_TOKENS = 256
BATCH = 16
NICENESS = 10

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

    def answer(self, message: Message) -> tuple[Mapping[str, Any], bytes]:
        """The vectors of a request's texts."""
        vectors = self.encode([str(text) for text in message.header["texts"]])
        return {}, vectors.tobytes()

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


if __name__ == "__main__":
    model, tokenizer, threads = sys.argv[1:4]
    serve(lambda: Encoder(model, tokenizer, int(threads)).answer, niceness=NICENESS)
