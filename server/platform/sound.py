"""Where the sound of an utterance lies until it has been heard whole."""

from __future__ import annotations


def sound_key(session_id: str, utterance_id: str) -> str:
    """PCM16 mono 16 kHz; it begins at the utterance's `sound_start_s`."""
    return f"sound/{session_id}/{utterance_id}.pcm"
