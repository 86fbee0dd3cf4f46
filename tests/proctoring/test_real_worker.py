"""The real worker with real models on real faces."""

from __future__ import annotations

import asyncio
import io
import os
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import pytest_asyncio

from interview.errors import InvalidInput
from interview.models import ModelFolders
from proctoring.base import HeadReading, Input, Reading
from proctoring.frames import Layout, Picture, from_bytes
from proctoring.identity import ReferenceProblem, judge_reference
from proctoring.models import plan_engines
from proctoring.pool import VisionPool
from proctoring.vision import Embedding, Look
from sidecars.child import write_message
from tests.proctoring.clips import Pixels, frames, jpeg, landscape, person, picture

# One loop for all: the pools are started once. Where the frame before matters, so does `session`.
pytestmark = [pytest.mark.models, pytest.mark.asyncio(loop_scope="module")]

ALL = frozenset({Input.PICTURE, Input.FACES, Input.LANDMARKS, Input.IDENTITY})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool(vision_models: ModelFolders) -> AsyncIterator[VisionPool]:
    vision = VisionPool(vision_models, workers=1, deadline_s=20)
    await vision.start()
    yield vision
    await vision.aclose()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def index_pool(index_models: ModelFolders) -> AsyncIterator[VisionPool]:
    vision = VisionPool(index_models, workers=1, deadline_s=20)
    await vision.start()
    yield vision
    await vision.aclose()


async def read(
    pool: VisionPool, shown: Picture, reference: Embedding | None = None, session: str = "s"
) -> Reading:
    look = Look(session, shown, 1.0, ALL, reference, still=False)
    return (await pool.look(look)).reading


async def reference_of(pool: VisionPool, pixels: np.ndarray) -> Embedding:
    outcome = judge_reference(await pool.examine(from_bytes(jpeg(pixels)), embed=True))
    assert outcome.accepted, outcome
    assert outcome.embedding is not None
    return outcome.embedding


async def test_one_two_and_no_faces(pool: VisionPool, shared_dir: Path) -> None:
    one = frames(shared_dir, "center_focus")[0]
    two = one.copy()
    small = person(shared_dir, "person_b", 240)
    two[100 : 100 + small.shape[0], 500 : 500 + small.shape[1]] = small[:, :140]
    assert (await read(pool, picture(one))).face_count == 1
    assert (await read(pool, picture(two))).face_count == 2
    nobody = await read(pool, picture(np.full((480, 640, 3), 90, np.uint8)), session="t")
    assert (nobody.face_count, nobody.head, nobody.landmarks) == (0, None, True)
    assert nobody.blind


async def test_the_engines_and_models_are_named(pool: VisionPool, shared_dir: Path) -> None:
    reading = await read(pool, picture(frames(shared_dir, "center_focus")[0]))
    assert reading.engines[Input.FACES].name == "yunet"
    assert reading.engines[Input.LANDMARKS].name.startswith("mediapipe-")
    assert len(reading.engines[Input.LANDMARKS].model_sha256) == 64
    abilities = pool.capabilities()
    assert abilities[Input.IDENTITY].engine == reading.engines[Input.IDENTITY]
    assert "nanodet" in abilities[Input.OBJECTS].reason


async def heads(pool: VisionPool, shared: Path, name: str) -> list[HeadReading]:
    found = [(await read(pool, picture(f), session=name)).head for f in frames(shared, name)]
    return [head for head in found if head is not None]


async def check_gaze(pool: VisionPool, shared: Path) -> None:
    """The middle third of each clip looks aside, by its truth; the sign is the picture's."""
    for name, sign in (("center_left_center", -1), ("center_right_center", 1)):
        track = [head.gaze_x for head in await heads(pool, shared, name)]
        middle = float(np.median(track[:8]))
        aside = [sign * (value - middle) for value in track[11:16]]
        assert min(aside) > 0.4, (name, aside)
        assert max(abs(value - middle) for value in track[:8]) < 0.4


async def test_eyes_to_the_side_are_measured(pool: VisionPool, shared_dir: Path) -> None:
    await check_gaze(pool, shared_dir)


async def test_the_index_engines_give_the_same_gaze(
    index_pool: VisionPool, shared_dir: Path
) -> None:
    await check_gaze(index_pool, shared_dir)
    abilities = index_pool.capabilities()
    assert not abilities[Input.IDENTITY].available
    engine = abilities[Input.LANDMARKS].engine
    assert engine is not None and engine.name == "litert-facemesh"


async def test_the_head_turns_to_the_picture_s_side_in_both_engines(
    pool: VisionPool, index_pool: VisionPool, shared_dir: Path
) -> None:
    """person_a_other has the head turned to the picture's left; a mirror turns it right."""
    pixels = person(shared_dir, "person_a_other", 480)
    for vision in (pool, index_pool):
        straight = (await read(vision, picture(pixels), session="x")).head
        turned = np.ascontiguousarray(pixels[:, ::-1])
        mirrored = (await read(vision, picture(turned), session="y")).head
        assert straight is not None and mirrored is not None
        assert straight.yaw < -8 < 8 < mirrored.yaw
        assert straight.gaze_x < 0 < mirrored.gaze_x


async def test_a_tilted_head_rolls(pool: VisionPool, shared_dir: Path) -> None:
    pixels = frames(shared_dir, "center_focus")[0]
    for degrees in (-20, 20):
        turn = cv2.getRotationMatrix2D((320, 200), degrees, 1)
        tilted = np.asarray(cv2.warpAffine(pixels, turn, (640, 480)), np.uint8)
        head = (await read(pool, picture(tilted), session=str(degrees))).head
        assert head is not None
        assert abs(abs(head.roll) - 20) < 8 and abs(head.yaw) < 12


async def test_the_same_face_moved_and_smaller_is_the_same_another_is_not(
    pool: VisionPool, shared_dir: Path
) -> None:
    sitter = frames(shared_dir, "center_focus")
    reference = await reference_of(pool, sitter[0])
    move = np.array([[0.6, 0, 150], [0, 0.6, 20]], np.float32)
    moved = np.asarray(cv2.warpAffine(sitter[-1], move, (640, 480)), np.uint8)
    same = (await read(pool, picture(moved), reference)).identity
    assert same is not None and same.distance < 0.4
    for name in ("person_a", "person_a_other", "person_b"):
        other = (await read(pool, picture(person(shared_dir, name)), reference)).identity
        assert other is not None and other.distance > 0.55, name


async def test_two_pictures_of_one_person_are_one_person(
    pool: VisionPool, shared_dir: Path
) -> None:
    reference = await reference_of(pool, person(shared_dir, "person_a"))
    seen = await read(pool, picture(person(shared_dir, "person_a_other")), reference)
    assert seen.identity is not None and seen.identity.distance < 0.45


async def test_reference_pictures_are_refused_with_their_reason(
    pool: VisionPool, shared_dir: Path
) -> None:
    sitter = frames(shared_dir, "center_focus")[0]
    both = sitter.copy()
    other = person(shared_dir, "person_b", 400)
    both[40:440, :140] = other[:, 20:160]
    far = np.asarray(cv2.copyMakeBorder(sitter, 700, 700, 900, 900, 1), np.uint8)
    blurred = np.asarray(cv2.GaussianBlur(sitter, (0, 0), 9), np.uint8)
    cases = {
        ReferenceProblem.NO_FACE: np.full((480, 640, 3), 120, np.uint8),
        ReferenceProblem.SEVERAL_FACES: both,
        ReferenceProblem.FACE_TOO_SMALL: far,
        ReferenceProblem.TOO_DARK: (sitter * 0.15).astype(np.uint8),
        ReferenceProblem.TOO_BLURRED: blurred,
    }
    for problem, pixels in cases.items():
        outcome = judge_reference(await pool.examine(picture(pixels), embed=True))
        assert (outcome.accepted, outcome.problem) == (False, problem)
        assert outcome.embedding is None


async def test_no_embedding_is_made_without_being_asked(pool: VisionPool, shared_dir: Path) -> None:
    sitter = from_bytes(jpeg(frames(shared_dir, "center_focus")[0]))
    outcome = judge_reference(await pool.examine(sitter, embed=False))
    assert outcome.accepted and outcome.embedding is None


async def test_light_cover_and_stillness_are_measured(pool: VisionPool, shared_dir: Path) -> None:
    async def seen(pixels: Pixels) -> Reading:
        return await read(pool, picture(pixels), session="light")

    track = frames(shared_dir, "center_focus")
    first, second = await seen(track[0]), await seen(track[1])
    assert first.picture.change is None
    assert second.picture.change is not None and second.picture.change > 0.5
    again = await seen(track[1])
    assert (again.picture.change, again.picture.moved) == (0, 0)
    dark = await seen((track[0] * 0.08).astype(np.uint8))
    assert dark.picture.luma < 15 and not dark.blind
    noise = np.random.default_rng(3).normal(6, 2, track[0].shape)
    covered = await seen(noise.clip(0, 255).astype(np.uint8))
    assert covered.blind and covered.picture.luma < 10


async def test_video_formats_give_the_same(pool: VisionPool, shared_dir: Path) -> None:
    pixels = frames(shared_dir, "center_focus")[0]
    yuv = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2YUV_I420), np.uint8)
    lumas = [
        (await read(pool, shown)).picture.luma
        for shown in (picture(pixels), picture(yuv), from_bytes(jpeg(pixels)))
    ]
    assert max(lumas) - min(lumas) < 1.5


async def test_what_does_not_decode_is_said_and_the_worker_lives(
    pool: VisionPool, shared_dir: Path
) -> None:
    good = jpeg(landscape(frames(shared_dir, "center_focus")[0]))
    cut = Picture(Layout.JPEG, good[:700], 640, 480)
    lying = Picture(Layout.JPEG, good, 100, 100)
    for bad in (cut, lying):
        with pytest.raises(InvalidInput):
            await read(pool, bad)
    assert (await read(pool, from_bytes(good))).face_count == 1
    assert pool.health().restarts == 0


@pytest.mark.skipif(shutil.which("strace") is None, reason="no strace on this machine")
async def test_the_worker_looks_nothing_up(
    vision_models: ModelFolders, shared_dir: Path, tmp_path: Path
) -> None:
    """No socket of the internet families is ever made, from the imports to the end."""
    trace = tmp_path / "trace"
    plan = await asyncio.to_thread(plan_engines, vision_models)
    process = await asyncio.create_subprocess_exec(
        *("strace", "-f", "-e", "trace=socket,connect", "-o", str(trace)),
        *(sys.executable, "-m", "proctoring.worker", plan.model_dump_json()),
        env={**os.environ, "https_proxy": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    shown = picture(frames(shared_dir, "center_focus")[0])
    requests = io.BytesIO()
    for number in range(4):
        header = {"op": "look", "session": "s", "at_s": number, "still": False, "id": number}
        header |= {"wants": sorted(ALL), "reference": None, "layout": "bgr24"}
        write_message(requests, {**header, "width": 640, "height": 480}, shown.data)
    out, _ = await process.communicate(requests.getvalue())
    if process.returncode != 0 and b"ptrace" in trace.read_bytes():
        pytest.skip("this machine does not allow tracing")
    assert out.count(b'"reading"') == 4
    assert "AF_INET" not in trace.read_text()
