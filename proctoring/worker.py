"""A process that looks at pictures: `python -m proctoring.worker PLAN` (the plan as JSON).

A sidecar (`sidecars.child`), started by `pool.py`. Opens no network connection.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

import cv2

from interview.errors import InvalidInput
from proctoring.base import EngineTag, FaceBox, IdentityReading, Input, Reading
from proctoring.engines import picture as light
from proctoring.engines.base import FaceTracker, Pixels
from proctoring.engines.loading import Engines, load
from proctoring.engines.own_motion import OwnMotion
from proctoring.engines.plan import EnginePlan, LoadedEngines
from proctoring.frames import Layout, Picture
from proctoring.vision import Embedding, ReferenceFindings
from sidecars.child import Message, serve

MAX_CANDIDATES = 64

Answer = tuple[Mapping[str, Any], bytes]


class Candidate:
    """What is kept of one candidate between frames."""

    def __init__(self, tracker: FaceTracker | None) -> None:
        self.meter = light.PictureMeter()
        self.motion = OwnMotion()
        self.tracker = tracker

    def close(self) -> None:
        """Let the tracker go."""
        if self.tracker is not None:
            self.tracker.close()


class Worker:
    """Answers requests with the engines it has."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._tags = {Input.PICTURE: light.TAG, **engines.tags()}
        self._candidates: OrderedDict[str, Candidate] = OrderedDict()

    def answer(self, header: Mapping[str, Any], payload: bytes) -> Answer:
        """One request. Raises InvalidInput for a picture that does not decode."""
        if header["op"] == "forget":
            candidate = self._candidates.pop(str(header["session"]), None)
            if candidate is not None:
                candidate.close()
            return {}, b""
        picture = Picture(Layout(header["layout"]), payload, header["width"], header["height"])
        pixels = light.decode(picture)
        if header["op"] == "examine":
            return {"findings": self._examine(pixels, embed=bool(header["embed"]))}, b""
        pixels = light.shrink(pixels)
        reading = self._read(header, pixels)
        still = light.encode_still(pixels) if header["still"] else b""
        return {"reading": reading.model_dump(mode="json")}, still

    def _candidate(self, session: str) -> Candidate:
        candidate = self._candidates.get(session)
        if candidate is None:
            if len(self._candidates) >= MAX_CANDIDATES:
                self._candidates.popitem(last=False)[1].close()
            landmarks = self._engines.landmarks
            candidate = Candidate(landmarks.tracker() if landmarks is not None else None)
            self._candidates[session] = candidate
        self._candidates.move_to_end(session)
        return candidate

    def _read(self, header: Mapping[str, Any], pixels: Pixels) -> Reading:
        wants = {Input(value) for value in header["wants"]}
        candidate = self._candidate(str(header["session"]))
        parts: dict[str, Any] = {"picture": candidate.meter.read(pixels)}
        faces: tuple[FaceBox, ...] | None = None
        if self._engines.faces is not None and wants & {Input.FACES, Input.IDENTITY}:
            found = self._engines.faces.find(pixels)
            faces = parts["faces"] = candidate.motion.follow(pixels, found, header["at_s"])
        if candidate.tracker is not None and Input.LANDMARKS in wants:
            parts["landmarks"] = True
            parts["head"] = candidate.tracker.read(pixels)
        people = [face for face in faces or () if not face.still]
        if Input.IDENTITY in wants and len(people) == 1:
            parts["identity"] = self._compare(header, pixels, people[0])
        if self._engines.objects is not None and Input.OBJECTS in wants:
            parts["objects"] = self._engines.objects.find(pixels)
        return Reading(
            at_s=header["at_s"],
            width=pixels.shape[1],
            height=pixels.shape[0],
            engines=self._tags,
            **parts,
        )

    def _compare(
        self, header: Mapping[str, Any], pixels: Pixels, face: FaceBox
    ) -> IdentityReading | None:
        from proctoring.identity import distance

        embedder, given = self._engines.identity, header.get("reference")
        if embedder is None or given is None:
            return None
        reference = Embedding.model_validate(given)
        seen = Embedding(values=embedder.embed(pixels, face), engine=embedder.tag)
        return IdentityReading(distance=round(distance(seen, reference), 4))

    def _examine(self, pixels: Pixels, *, embed: bool) -> dict[str, Any]:
        pixels = light.shrink(pixels)
        finder, embedder = self._engines.faces, self._engines.identity
        if finder is None:
            raise RuntimeError("there is no engine that finds faces")
        faces = finder.find(pixels)
        face_luma, face_detail = light.face_light(pixels, faces[0]) if faces else (0.0, 0.0)
        embedding = None
        if embed and embedder is not None and len(faces) == 1:
            values = embedder.embed(pixels, faces[0])
            embedding = Embedding(values=values, engine=embedder.tag)
        findings = ReferenceFindings(
            width=pixels.shape[1],
            height=pixels.shape[0],
            luma=round(float(pixels.mean()), 2),
            face_luma=round(face_luma, 2),
            face_detail=round(face_detail, 2),
            faces=faces,
            embedding=embedding,
        )
        return findings.model_dump(mode="json")


def tags_of(engines: Engines) -> dict[Input, EngineTag]:
    """All that this process measures with."""
    return {Input.PICTURE: light.TAG, **engines.tags()}


def ready(plan: EnginePlan) -> Callable[[Message], Answer]:
    """Load the engines of the plan; what then answers requests."""
    cv2.setNumThreads(1)
    engines = load(plan)
    loaded = LoadedEngines(tags=tags_of(engines), failed=engines.failed).model_dump(mode="json")
    worker = Worker(engines)

    def answer(message: Message) -> Answer:
        if message.header["op"] == "loaded":
            return {"loaded": loaded}, b""
        try:
            return worker.answer(message.header, message.payload)
        except InvalidInput as error:
            return {"invalid": error.details["why"]}, b""

    return answer


if __name__ == "__main__":
    serve(lambda: ready(EnginePlan.model_validate_json(sys.argv[1])))
