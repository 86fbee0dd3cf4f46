"""The built client: pages, hashed files, compression, and no way out of its folder."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.server.doors import Edge, running


@pytest.fixture
async def edge(tmp_path: Path) -> AsyncIterator[Edge]:
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "staff.html").write_text("<title>staff</title>")
    (dist / "candidate.html").write_text("<title>candidate</title>")
    (dist / "icon.svg").write_text("<svg/>")
    (dist / "assets" / "app-1a2b.js").write_text("export {}")
    (dist / "assets" / "app-1a2b.js.gz").write_bytes(gzip.compress(b"export {}"))
    (tmp_path / "secret.txt").write_text("secret")
    (dist / "assets" / "link.txt").symlink_to(tmp_path / "secret.txt")
    async with running(tmp_path) as started:
        started.services.web_dist = dist
        yield started


async def test_pages_are_served_at_their_addresses(edge: Edge) -> None:
    for path in ("/staff", "/staff/", "/staff/sessions/abc/live"):
        answer = await edge.client.get(path)
        assert (answer.status, await answer.text()) == (200, "<title>staff</title>")
        assert answer.content_type == "text/html"
        assert answer.headers["Cache-Control"] == "no-cache"
    answer = await edge.client.get("/interview/11111111-1111-4111-8111-111111111111")
    assert await answer.text() == "<title>candidate</title>"
    for cut in ("/interview", "/interview/", "/interview/1111", "/interview/a/b%20c"):
        answer = await edge.client.get(cut)
        assert await answer.text() == "<title>candidate</title>", "the page says what is wrong"
    home = await edge.client.get("/", allow_redirects=False)
    assert (home.status, home.headers["Location"]) == (302, "/staff")
    assert (await edge.client.get("/icon.svg")).content_type == "image/svg+xml"


async def test_hashed_files_are_kept_for_ever_and_sent_compressed(edge: Edge) -> None:
    answer = await edge.client.get("/assets/app-1a2b.js", headers={"Accept-Encoding": "gzip"})
    assert answer.status == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.content_type == "text/javascript"
    assert await answer.text() == "export {}"
    plain = await edge.client.get("/assets/app-1a2b.js", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert await plain.text() == "export {}"


@pytest.mark.parametrize(
    "name",
    [
        "..%2F..%2Fsecret.txt",
        "%2e%2e/%2e%2e/secret.txt",
        "link.txt",
        "missing.js",
        "%00",
        "a" * 400,
        "%2Fetc%2Fpasswd",
    ],
)
async def test_nothing_outside_the_folder_is_served(edge: Edge, name: str) -> None:
    answer = await edge.client.get(f"/assets/{name}")
    assert answer.status == 404
    assert "secret" not in (await answer.text()).replace("secret.txt", "")


async def test_missing_client_names_the_command(tmp_path: Path) -> None:
    async with running(tmp_path) as edge:
        edge.services.web_dist = tmp_path / "nothing"
        answer = await edge.client.get("/staff")
        assert answer.status == 503
        assert "make web" in await answer.text()
        assert (await edge.client.get("/assets/app.js")).status == 404


async def test_a_person_whose_link_was_cut_reads_a_page_and_a_program_an_envelope(
    edge: Edge,
) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    shown = await edge.client.get("/interv", headers=browser)
    text = await shown.text()
    assert (shown.status, shown.content_type) == (404, "text/html")
    assert "This link leads nowhere" in text and "Ask the person who sent you" in text
    assert edge.services.settings.company in text and "href='/privacy'" in text
    shared = await edge.client.get("/shared/cut", headers=browser)
    assert (shared.status, shared.content_type) == (404, "text/html")
    assert "This link leads nowhere" in await shared.text()
    for path, headers in (("/interv", {"Accept": "*/*"}), ("/api/nothing", browser)):
        answer = await edge.client.get(path, headers=headers)
        assert (answer.status, (await answer.json())["code"]) == (404, "not_found")
