"""The sidecar that turns sentences into vectors (`python -m agents.evaluation.embedding_worker`).

Arguments: model file, tokenizer file, threads. A request is `{"texts": [...]}`, its answer the
payload: float32 rows of `DIMENSIONS`. With `"pieces": true` the answer's header has `counts`, the
pieces of each text, and the payload holds besides the float16 unit vectors of all pieces, their
int32 numbers in the vocabulary and the int32 index of the word that each belongs to.

Source: model card of sentence-transformers/all-MiniLM-L6-v2 (mean over the mask, L2 norm).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sidecars.child import Message, serve

DIMENSIONS = 384
MAX_TOKENS = 256
BATCH = 16
NICENESS = 10

Vectors = NDArray[np.float32]
Pieces = tuple[Vectors, Vectors, NDArray[np.int32], NDArray[np.int32]]


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
        """The vectors of a request's texts, and of their pieces when they are asked for."""
        texts = [str(text) for text in message.header["texts"]]
        if not message.header.get("pieces"):
            return {}, self.encode(texts).tobytes()
        found = self.encode_pieces(texts)
        payload = b"".join(
            np.concatenate([part[index] for part in found]).astype(kind).tobytes()
            for index, kind in enumerate((np.float32, np.float16, np.int32, np.int32))
        )
        return {"counts": [len(part[2]) for part in found]}, payload

    def encode(self, texts: list[str]) -> Vectors:
        """Unit vectors, shape (len(texts), DIMENSIONS)."""
        rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            rows[batch] = self._encode_batch([texts[index] for index in batch])
        return rows

    def encode_pieces(self, texts: list[str]) -> list[Pieces]:
        """For each text its vector (as one row), its pieces' vectors, numbers and words.

        Texts are plain words joined by spaces; pieces that are punctuation are left out.
        """
        found: dict[int, Pieces] = {}
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            encoded, hidden, _ = self._run([texts[index] for index in batch])
            for index, item, rows in zip(batch, encoded, hidden, strict=True):
                found[index] = _pieces(texts[index], item, rows)
        return [found[index] for index in range(len(texts))]

    def _run(self, texts: list[str]) -> tuple[Any, Vectors, NDArray[np.int64]]:
        encoded = self._tokenizer.encode_batch(texts)
        ids = np.array([item.ids for item in encoded], dtype=np.int64)
        mask = np.array([item.attention_mask for item in encoded], dtype=np.int64)
        (hidden,) = self._session.run(
            None,
            {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)},
        )
        return encoded, hidden, mask

    def _encode_batch(self, texts: list[str]) -> Vectors:
        _, hidden, mask = self._run(texts)
        weights = mask[:, :, None].astype(np.float32)
        mean = (hidden * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1)
        norm = np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-9)
        return np.asarray(mean / norm, dtype=np.float32)


def _pieces(text: str, item: Any, rows: Vectors) -> Pieces:
    """One text's row, and its pieces without the padding, the two ends and punctuation."""
    read = [index for index, here in enumerate(item.attention_mask) if here]
    mean = rows[read].mean(axis=0, keepdims=True)
    kept = [index for index in read[1:-1] if item.tokens[index].strip("#").isalnum()]
    vectors = rows[kept]
    lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return (
        np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), dtype=np.float32),
        np.asarray(vectors / lengths, dtype=np.float32),
        np.array([item.ids[index] for index in kept], dtype=np.int32),
        np.array([text.count(" ", 0, item.offsets[index][0]) for index in kept], dtype=np.int32),
    )


if __name__ == "__main__":
    model, tokenizer, threads = sys.argv[1:4]
    serve(lambda: Encoder(model, tokenizer, int(threads)).answer, niceness=NICENESS)
