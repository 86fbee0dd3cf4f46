"""The sidecar that runs espeak-ng (GPL-3.0-or-later, through `espeakng-loader`): phoneme events.

`python -m agents.tts.espeak_worker` answers {text, voice, rate} with {rate_hz, visemes} and
PCM16 mono.

Source: speak_lib.h of espeak-ng 1.52.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping
from typing import Any

import espeakng_loader
import numpy as np

from agents.tts.loudness import levelled, pcm16, trimmed
from agents.tts.visemes import TimedPhoneme, visemes_of
from sidecars.child import Message, serve

SYNCHRONOUS_RETRIEVAL = 2
PHONEME_EVENTS_IPA = 0x0001 | 0x0002
DO_NOT_EXIT = 0x8000
CHARS_UTF8 = 1
EVENT_END_OF_LIST = 0
EVENT_PHONEME = 7
RATE_PARAMETER = 1
WORDS_PER_MINUTE = 165


class _Event(ctypes.Structure):
    """espeak_EVENT; the union at its end is read as `char string[8]`."""

    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("string", ctypes.c_char * 8),
    ]


_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


class Espeak:
    """The library, initialised once for the process."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        self.rate_hz = int(
            self._library.espeak_Initialize(
                SYNCHRONOUS_RETRIEVAL,
                0,
                espeakng_loader.get_data_path().encode(),
                PHONEME_EVENTS_IPA | DO_NOT_EXIT,
            )
        )
        if self.rate_hz <= 0:
            raise RuntimeError("espeak-ng does not start")
        self._pcm = bytearray()
        self._phonemes: list[tuple[str, float]] = []
        self._callback = _CALLBACK(self._take)  # kept: the library holds only the pointer
        self._library.espeak_SetSynthCallback(self._callback)

    def synthesise(self, text: str, voice: str, rate: float) -> tuple[dict[str, Any], bytes]:
        """Speech with its mouth shapes. Raises ValueError for an unknown voice."""
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise ValueError(f"espeak-ng has no voice {voice}")
        self._library.espeak_SetParameter(RATE_PARAMETER, round(WORDS_PER_MINUTE * rate), 0)
        self._pcm.clear()
        self._phonemes.clear()
        encoded = text.encode() + b"\0"
        self._library.espeak_Synth(encoded, len(encoded), 0, 0, 0, CHARS_UTF8, None, None)
        self._library.espeak_Synchronize()
        audio = np.frombuffer(bytes(self._pcm), dtype="<i2").astype(np.float32) / 32768.0
        if len(audio) == 0:
            raise ValueError("there is nothing to say")
        audio, cut = trimmed(audio, self.rate_hz)
        timed = self._timed(cut / self.rate_hz, len(audio) / self.rate_hz)
        visemes = [[v.at_s, v.duration_s, v.shape] for v in visemes_of(timed)]
        header = {"rate_hz": self.rate_hz, "visemes": visemes}
        return header, pcm16(levelled(audio, self.rate_hz))

    def _take(self, wav: Any, count: int, events: Any) -> int:
        if wav and count > 0:
            self._pcm += ctypes.string_at(wav, count * 2)
        index = 0
        while events[index].type != EVENT_END_OF_LIST:
            if events[index].type == EVENT_PHONEME:
                symbol = bytes(events[index].string).decode(errors="ignore")
                self._phonemes.append((symbol, events[index].audio_position / 1000))
            index += 1
        return 0

    def _timed(self, cut_s: float, length_s: float) -> list[TimedPhoneme]:
        """Each phoneme lasts until the next begins."""
        starts = [max(0.0, at_s - cut_s) for _, at_s in self._phonemes] + [length_s]
        timed: list[TimedPhoneme] = []
        if starts[0] > 0:
            timed.append(TimedPhoneme(" ", 0.0, min(starts[0], length_s)))
        for index, (symbol, _) in enumerate(self._phonemes):
            start_s, end_s = starts[index], min(starts[index + 1], length_s)
            if end_s > start_s:
                timed.append(TimedPhoneme(symbol or " ", start_s, end_s))
        return timed


def load() -> Callable[[Message], tuple[Mapping[str, Any], bytes]]:
    """Initialise the library."""
    espeak = Espeak()

    def answer(message: Message) -> tuple[Mapping[str, Any], bytes]:
        header = message.header
        rate = float(header.get("rate", 1.0))
        return espeak.synthesise(str(header["text"]), str(header["voice"]), rate)

    return answer


if __name__ == "__main__":
    serve(load, niceness=0)  # somebody waits for these words
