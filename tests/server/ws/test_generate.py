"""The generated protocol files follow `messages.py`."""

from __future__ import annotations

import json
from typing import get_args

from jsonschema import Draft202012Validator

from server.live import messages
from server.ws.generate import asyncapi, json_schema, outputs, typescript


def test_generated_files_are_up_to_date() -> None:
    for path, text in outputs().items():
        assert path.read_text() == text, f"{path.name}: run `make generate`"


def test_every_frame_is_in_every_document() -> None:
    names = {
        frame.__name__
        for union in (messages.AnyServerFrame, messages.AnyClientFrame)
        for frame in get_args(get_args(union)[0])
    }
    described = json.loads(asyncapi())["channels"]["interview"]["messages"]
    assert set(described) == names
    source = typescript()
    assert all(f"export interface {name} {{" in source for name in names)


def test_frames_validate_against_the_published_schema() -> None:
    schema = json.loads(json_schema())
    frame = messages.ErrorFrame(content="x", code="y")
    Draft202012Validator(schema["server"]).validate(json.loads(frame.model_dump_json()))
    Draft202012Validator(schema["client"]).validate({"type": "text_response", "content": "a"})
    assert not Draft202012Validator(schema["client"]).is_valid({"type": "nonsense"})
