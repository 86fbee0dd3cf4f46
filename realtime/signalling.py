"""What an offer may ask for; pure text, decided before any peer is made."""

from __future__ import annotations

from interview.errors import InvalidInput

MAX_SDP_CHARS = 64_000
MAX_CANDIDATES = 200


def check_offer(sdp: str) -> None:
    """Accept an offer with one audio and at most one video section.

    Data channels and further sections are not answered by this server.

    Raises:
        InvalidInput: The sentence says what is wrong.
    """
    if len(sdp) > MAX_SDP_CHARS:
        raise InvalidInput("sdp", f"longer than {MAX_SDP_CHARS} characters")
    if not sdp.startswith("v=0"):
        raise InvalidInput("sdp", "not a session description")
    for needed in ("a=fingerprint:", "a=ice-ufrag:", "a=ice-pwd:"):
        if needed not in sdp:
            raise InvalidInput("sdp", f"no {needed[2:-1]}")
    kinds = [line[2:].split(" ", 1)[0] for line in sdp.splitlines() if line.startswith("m=")]
    if kinds.count("audio") != 1:
        raise InvalidInput("sdp", "exactly one audio section is needed")
    if kinds.count("video") > 1:
        raise InvalidInput("sdp", "at most one video section is allowed")
    if set(kinds) - {"audio", "video"}:
        raise InvalidInput("sdp", "only audio and video are allowed")
