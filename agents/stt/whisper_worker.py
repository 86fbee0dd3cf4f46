"""The child process that runs Whisper: one model, one pass at a time.

`python -m agents.stt.whisper_worker FOLDER` reads requests (`Ask.header` with `language` and
`hotwords`, PCM16 mono 16 kHz) and answers with `Heard.header`; a request with `whole` is answered
with `Whole.header`. With a second argument it gives way to those who hear somebody speak.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from agents.stt.heard import RATE_HZ, Ask
from agents.stt.whisper import Whisper
from sidecars.child import NICENESS, Message, serve


def load() -> Callable[[Message], tuple[Mapping[str, Any], bytes]]:
    """Load the model named on the command line and say one second of sound through it."""
    whisper = Whisper(sys.argv[1])
    hum = (np.sin(np.arange(RATE_HZ) / 20) * 300).astype("<i2").tobytes()
    whisper.warm(hum)

    def answer(message: Message) -> tuple[Mapping[str, Any], bytes]:
        header = message.header
        if header.get("whole"):
            whole = whisper.whole(message.payload, language=header["language"])
            return whole.header(), b""
        heard = whisper.hear(
            Ask.of(header, message.payload),
            language=header["language"],
            hotwords=header["hotwords"],
        )
        return heard.header(), b""

    return answer


if __name__ == "__main__":
    serve(load, niceness=int(sys.argv[2]) if len(sys.argv) > 2 else NICENESS)
