"""Who interviews, as every page of the candidate says it."""

from __future__ import annotations

from pathlib import Path

from tests.server.doors import Edge, running

ACME = {"company": "Acme <Labs>", "contact_email": "people@acme.example"}


async def test_without_settings_there_is_a_privacy_page_of_our_own(edge: Edge) -> None:
    told = await (await edge.client.get("/api/about")).json()
    assert told == {
        "company": "Vivavoce",
        "contact_email": None,
        "privacy_url": "/privacy",
        "logo_url": None,
        "sign_in_with": None,
    }
    page = await edge.client.get("/privacy")
    assert page.content_type == "text/html" and "delete all of it" in await page.text()
    assert (await edge.client.get("/logo")).status == 404


async def test_company_contact_and_logo_are_the_operators(tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    settings = {**ACME, "logo_file": logo, "privacy_url": "https://acme.example/privacy"}
    async with running(tmp_path, **settings) as edge:
        told = await (await edge.client.get("/api/about")).json()
        assert told["privacy_url"] == "https://acme.example/privacy"
        assert (told["contact_email"], told["logo_url"]) == ("people@acme.example", "/logo")
        shown = await edge.client.get("/logo")
        assert shown.content_type == "image/svg+xml"
        assert "sandbox" in shown.headers["Content-Security-Policy"]
        page = await (await edge.client.get("/privacy")).text()
        cut = await edge.client.get("/invitatio", headers={"Accept": "text/html"})
        assert cut.status == 404
        for text in (page, await cut.text()):
            assert "mailto:people@acme.example" in text and "Acme &lt;Labs&gt;" in text
            assert "<img src='/logo'" in text
