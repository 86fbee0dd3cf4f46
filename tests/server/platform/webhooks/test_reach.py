"""Addresses that webhooks may have: what is accepted can be sent to."""

from __future__ import annotations

import pytest

from interview.errors import InvalidInput
from server.platform.webhooks.reach import checked_url


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" https://example.org/hook?x=1 ", "https://example.org/hook?x=1"),
        ("https://Example.org:8443/Hook", "https://example.org:8443/Hook"),
        ("https://straße.example/h", "https://xn--strae-oqa.example/h"),
        ("https://[2606:4700::1111]/h", "https://[2606:4700::1111]/h"),
    ],
)
def test_addresses_are_kept_as_they_are_looked_up(written: str, kept: str) -> None:
    assert checked_url(written, private=False) == kept


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "//example.org",
        "javascript:x",
        "https://",
        "https:example.org",
        "https://user:secret@example.org/h",
        "https://example.org/h#f",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://a b/",
        "https://example.org/\x00",
        "https://example.org/\u202e",
        "https://example.org\\@evil.example",
        "https://" + "a" * 300 + ".example",
        "https://-a.example",
        "https://localhost/h",
        "https://127.0.0.1/h",
        "https://[::1]/h",
        "https://[::ffff:127.0.0.1]/h",
        "https://169.254.169.254/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://127\u30020\u30020\u30021/",
        "https://\u2460\u2461\u2466.0.0.1/",
    ],
)
def test_what_cannot_be_sent_to_is_refused_at_once(url: str) -> None:
    with pytest.raises(InvalidInput, match="^url") as refused:
        checked_url(url, private=False)
    assert "secret" not in str(refused.value)


def test_private_ones_where_the_operator_says_so() -> None:
    assert checked_url("http://127.0.0.1:9000/h", private=True) == "http://127.0.0.1:9000/h"
