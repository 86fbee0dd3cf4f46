"""`If-Match` and the state that it names."""

from __future__ import annotations

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from interview.errors import InvalidInput
from server.edge.errors import StateChanged, status_of
from server.edge.etags import must_be_seen, seen_revision, tagged


@pytest.mark.parametrize(
    ("given", "seen"), [(None, None), ("*", None), ('"r3"', 3), ('W/"r12"', 12), (' "r1" ', 1)]
)
def test_what_was_seen(given: str | None, seen: int | None) -> None:
    headers = {} if given is None else {"If-Match": given}
    assert seen_revision(make_mocked_request("PUT", "/", headers=headers)) == seen


@pytest.mark.parametrize("given", ["r3", '"3"', '"r3", "r4"', "", '"r-1"'])
def test_what_is_no_tag_of_ours(given: str) -> None:
    with pytest.raises(InvalidInput, match="ETag"):
        seen_revision(make_mocked_request("PUT", "/", headers={"If-Match": given}))


def test_a_changed_state_is_refused() -> None:
    response = tagged(web.Response(), 7)
    same = make_mocked_request("PUT", "/", headers={"If-Match": response.headers["ETag"]})
    must_be_seen(same, 7)
    with pytest.raises(StateChanged) as refused:
        must_be_seen(same, 8)
    assert status_of(refused.value) == 412
