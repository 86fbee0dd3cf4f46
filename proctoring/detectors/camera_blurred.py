"""A picture that has lost its sharpness."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

from proctoring.base import DetectorSpec, Input, KindSpec, Observation, Reading, Severity, Stimulus
from proctoring.observing import Span, Vote, beyond, engine_of

BASELINE_FRAMES = 8
BLURRED_SHARE = 0.2
MAX_DETAIL = 80.0
DARK_LUMA = 34.0

KIND = KindSpec(
    "camera_blurred",
    meaning="The picture was much less sharp than at the beginning.",
    advice="The picture is blurred. Please wipe the lens or check the focus.",
    warning_severity=Severity.LOW,
    severity=Severity.LOW,
)


class CameraBlurred:
    """Present while two of three frames keep less than a fifth of the session's own sharpness."""

    def __init__(self) -> None:
        self._span = Span(KIND.code)
        self._vote = Vote(needed=2, size=3)
        self._first: list[float] = []

    def see(self, stimulus: Stimulus) -> Iterable[Observation]:
        """Answer a frame. Dark and covered pictures have no sharpness to speak of."""
        if not isinstance(stimulus, Reading):
            return []
        if stimulus.blind or stimulus.picture.luma < DARK_LUMA:
            return [self._span.unknown(stimulus.at_s)]
        detail = stimulus.picture.detail
        if len(self._first) < BASELINE_FRAMES:
            self._first.append(detail)
            return [self._span.unknown(stimulus.at_s)]
        limit = min(MAX_DETAIL, BLURRED_SHARE * median(self._first))
        engine = engine_of(stimulus, Input.PICTURE)
        since_s = self._vote.add(stimulus.at_s, detail < limit)
        if since_s is None:
            return [self._span.absent(stimulus.at_s, engine)]
        return [
            self._span.present(
                stimulus.at_s,
                engine,
                {"detail": detail, "limit": round(limit, 1)},
                confidence=beyond(detail, limit, limit / 3),
                since_s=since_s,
            )
        ]


DETECTOR = DetectorSpec(
    name="camera_blurred",
    kinds=(KIND,),
    inputs=frozenset({Input.PICTURE}),
    cost="nothing beyond measuring the picture",
    factory=CameraBlurred,
    limits="Compares with the session's first frames: a camera that was blurred from the start is "
    "normal to it. A background blur switched on in between may be reported.",
)
