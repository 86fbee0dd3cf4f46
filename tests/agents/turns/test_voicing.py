"""From windows to speech."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agents.turns.voicing import WINDOW_S, Edge, Voicing, VoicingRules


def run(voicing: Voicing, pattern: str) -> list[Edge]:
    """`#` is a window of speech, `.` one of silence."""
    return [
        voicing.window(mark == "#", (index + 1) * WINDOW_S) for index, mark in enumerate(pattern)
    ]


def test_a_sign_becomes_speech_and_speech_ends_after_silence() -> None:
    voicing = Voicing(VoicingRules(start_windows=2, stop_s=0.09))
    heard = run(voicing, ".##.#....")
    assert heard == [
        *(Edge.NOTHING, Edge.SIGN, Edge.STARTED),
        *(Edge.NOTHING, Edge.NOTHING, Edge.NOTHING, Edge.NOTHING),
        *(Edge.STOPPED, Edge.NOTHING),
    ]
    assert voicing.began_s == WINDOW_S
    assert voicing.ended_s == 5 * WINDOW_S
    assert not voicing.speaking


def test_a_click_fades() -> None:
    assert run(Voicing(), "#..#") == [Edge.SIGN, Edge.FADED, Edge.NOTHING, Edge.SIGN]


@given(st.text(alphabet="#.", max_size=200))
def test_starts_and_stops_alternate(pattern: str) -> None:
    edges = [h for h in run(Voicing(), pattern) if h in (Edge.STARTED, Edge.STOPPED)]
    assert all(a is not b for a, b in zip(edges, edges[1:], strict=False))
    assert not edges or edges[0] is Edge.STARTED
    signs = [h for h in run(Voicing(), pattern) if h in (Edge.SIGN, Edge.FADED, Edge.STARTED)]
    assert all(
        before is Edge.SIGN
        for before, after in zip(signs, signs[1:], strict=False)
        if after in (Edge.FADED, Edge.STARTED)
    )
