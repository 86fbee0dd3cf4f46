"""The object engine with its real model, where an operator has put it into the folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from proctoring.base import Input
from proctoring.models import NANODET, plan_engines
from server.wiring.models.catalogue import ModelCatalogue
from tests.proctoring.clips import frames, person

pytestmark = pytest.mark.models


def test_a_person_is_an_object_and_an_empty_wall_is_none(
    catalogue: ModelCatalogue, shared_dir: Path
) -> None:
    """Drawn phones fool no model, so what is there for certain is looked for: people."""
    from proctoring.engines.nanodet import NanoDet

    if catalogue.missing(NANODET):
        pytest.skip("nanodet-m has not been put into the models folder")
    choice = plan_engines(catalogue).chosen[Input.OBJECTS]
    engine = NanoDet(Path(choice.files["model"]), choice.sha256)
    for pixels in (frames(shared_dir, "center_focus")[0], person(shared_dir, "person_a")):
        best = engine.find(np.ascontiguousarray(pixels))[0]
        assert best.label == "person" and best.score > 0.5
        others = [one for one in engine.find(pixels) if one.label in ("cell phone", "book")]
        assert all(one.score < 0.45 for one in others), others
    assert engine.find(np.full((480, 640, 3), 90, np.uint8)) == ()
