"""Where the product opens and closes an utterance in a clip, by its own voice activity.

LiveKit's detector is overheard in an AgentSession in lock-step (`turn_evidence`), after a quiet
speaker was brought up, and the rules are the product's: `Voicing`, the gate's pre-roll, the flush
that a pause brings.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agents.level import SpeakersLevel
from agents.turns.profile import INTERVIEW
from agents.turns.voicing import WINDOW_S, Edge, Voicing, VoicingRules
from bench.pause_set import pcm
from bench.speech import RATE_HZ, Samples
from bench.turn_evidence import SPEECH, STILL_SPEECH, Listener, windows_of

FRAME = RATE_HZ // 50

Cut = list[tuple[float, float]]


def levelled(samples: Samples) -> bytes:
    """As the detector gets it: PCM16, a quiet speaker as loud as others."""
    level, sound = SpeakersLevel(), pcm(samples)
    return b"".join(
        level.take(sound[at : at + FRAME * 2]) for at in range(0, len(sound), FRAME * 2)
    )


def cut(windows: Sequence[float]) -> Cut:
    """The utterances of a clip, by the probability of speech in each window of 32 ms."""
    voicing = Voicing(VoicingRules(stop_s=INTERVIEW.vad_silence_s))
    out: Cut = []
    opened_s: float | None = None
    for number, probability in enumerate(windows):
        at_s = (number + 1) * WINDOW_S
        speech = probability >= (STILL_SPEECH if voicing.speaking else SPEECH)
        edge = voicing.window(speech, at_s)
        closed_s = out[-1][1] if out else 0.0
        if edge is Edge.STARTED and opened_s is None:
            opened_s = max(closed_s, voicing.began_s - INTERVIEW.pre_roll_s)
        ended_s = voicing.ended_s
        if opened_s is None or ended_s is None or voicing.speaking:
            continue
        if at_s - ended_s >= INTERVIEW.prepare_s:
            out.append((opened_s, at_s))
            opened_s = None
    if opened_s is not None:
        out.append((opened_s, len(windows) * WINDOW_S))
    return out


async def cuts(clips: Sequence[Samples]) -> list[Cut]:
    """The utterances of each clip. Silence follows each: an utterance ends."""
    rest = np.zeros(RATE_HZ)
    async with Listener() as listener:
        return [
            cut(await windows_of(listener, levelled(np.concatenate([clip, rest]))))
            for clip in clips
        ]
