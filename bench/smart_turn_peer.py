"""pipecat-ai's bundled smart-turn v3.2 on given audio.

    python bench/smart_turn_peer.py FOLDER

FOLDER holds `NAME.pcm` (16 kHz mono PCM16) and `wanted.json` (name -> times); writes
`answers.json` (name -> probabilities that the turn is complete at those times). Runs by path in
the peer's environment: imports nothing of this repository.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from pipecat.audio.turn.smart_turn.local_smart_turn_v3 import (  # type: ignore[import-not-found]
    LocalSmartTurnAnalyzerV3,
)

RATE_HZ = 16_000
MAX_S = 8


def main() -> int:
    """Ask the model about every time wanted."""
    folder = Path(sys.argv[1])
    analyzer = LocalSmartTurnAnalyzerV3(sample_rate=RATE_HZ)
    answers = {}
    for name, times in json.loads((folder / "wanted.json").read_text()).items():
        samples = np.frombuffer((folder / f"{name}.pcm").read_bytes(), dtype="<i2")
        found = []
        for at_s in times:
            end = round(at_s * RATE_HZ)
            heard = samples[max(0, end - MAX_S * RATE_HZ) : end].astype(np.float32) / 32768.0
            found.append(float(analyzer._predict_endpoint(heard)["probability"]))
        answers[name] = found
    (folder / "answers.json").write_text(json.dumps(answers))
    return 0


if __name__ == "__main__":
    sys.exit(main())
