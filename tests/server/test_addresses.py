"""Addresses of callers and of pages, in every way that people and proxies write them."""

from __future__ import annotations

import pytest

from server.addresses import (
    SmtpServer,
    address_of,
    block_of,
    client_of,
    network_of,
    proxy_of,
    smtp_server,
    web_address,
    web_origin,
)

TEN = (network_of("10.0.0.0/8"), network_of("::1"))


@pytest.mark.parametrize(
    ("written", "network"),
    [
        ("10.0.0.5", "10.0.0.5/32"),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("10.1.2.3/8", "10.0.0.0/8"),
        ("172.16.0.0/255.240.0.0", "172.16.0.0/12"),
        (" fd00::/8 ", "fd00::/8"),
        ("[::1]", "::1/128"),
        ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
        ("0.0.0.0/0", "0.0.0.0/0"),
    ],
)
def test_ranges(written: str, network: str) -> None:
    assert str(network_of(written)) == network


@pytest.mark.parametrize("text", ["proxy", "10.0.0.0/33", "10.0.0", "*", "1.2.3.4:80", "a/b", "/"])
def test_nonsense_is_no_range(text: str) -> None:
    with pytest.raises(ValueError, match="neither an IP address nor a range"):
        network_of(text)


@pytest.mark.parametrize("text", ["10.0.0.0/8", "fc00::/7", "fe80::/10", "2400:cb00::/32", "::1"])
def test_proxies_that_are_named(text: str) -> None:
    assert str(proxy_of(text).network_address) in text


@pytest.mark.parametrize(
    "text", ["0.0.0.0/0", "::/0", "::ffff:0:0/96", "128.0.0.0/1", "2000::/3", "::", "224.0.0.1"]
)
def test_nobody_trusts_everybody(text: str) -> None:
    with pytest.raises(ValueError, match="everybody|nothing comes from"):
        proxy_of(text)


@pytest.mark.parametrize(
    ("hop", "address"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("203.0.113.9:41000", "203.0.113.9"),
        ("2001:db8::1", "2001:db8::1"),
        ("2001:0DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ('"[2001:db8::1]:443"', "2001:db8::1"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("fe80::1%eth0", "fe80::1"),
        ("unknown", None),
        ("_hidden", None),
        ("203.0.113.9:41000:1", None),
        ("203.0.113", None),
        ("", None),
    ],
)
def test_hops(hop: str, address: str | None) -> None:
    found = address_of(hop)
    assert (None if found is None else str(found)) == address


@pytest.mark.parametrize(
    ("peer", "lines", "client"),
    [
        ("198.51.100.7", ["203.0.113.9"], "198.51.100.7"),  # not a proxy of ours: not believed
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["6.6.6.6, 203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["6.6.6.6", "203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["6.6.6.6", "203.0.113.9, 10.9.9.9"], "203.0.113.9"),
        ("10.0.0.1", ["203.0.113.9:5000"], "203.0.113.9"),
        ("10.0.0.1", ["6.6.6.6, unknown"], "10.0.0.1"),
        ("10.0.0.1", ["6.6.6.6, unknown, 10.2.2.2"], "10.2.2.2"),
        ("10.0.0.1", ["10.7.7.7, 10.8.8.8"], "10.7.7.7"),
        ("10.0.0.1", [" , ,203.0.113.9,, "], "203.0.113.9"),
        ("::ffff:10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("::1", ["[2001:db8::1]:9"], "2001:db8::1"),
        ("", ["203.0.113.9"], "unknown"),
    ],
)
def test_the_client_behind_proxies(peer: str, lines: list[str], client: str) -> None:
    assert client_of(peer, lines, (), TEN) == client


@pytest.mark.parametrize(
    ("lines", "client"),
    [
        (["for=203.0.113.9;proto=https;by=10.0.0.1"], "203.0.113.9"),
        (['For="[2001:db8::1]:4711"'], "2001:db8::1"),
        (["for=6.6.6.6, for=203.0.113.9"], "203.0.113.9"),
        (["for=6.6.6.6", 'proto=http;for="203.0.113.9:80"'], "203.0.113.9"),
        (["for=6.6.6.6, for=_hidden"], "10.0.0.1"),
        (["for=6.6.6.6, proto=https"], "10.0.0.1"),
        (['for="6.6.6.6, for=7.7.7.7"'], "10.0.0.1"),
    ],
)
def test_the_standard_header(lines: list[str], client: str) -> None:
    assert client_of("10.0.0.1", (), lines, TEN) == client


def test_two_headers_that_disagree_are_both_not_believed() -> None:
    assert client_of("10.0.0.1", ["203.0.113.9"], ["for=203.0.113.9"], TEN) == "203.0.113.9"
    assert client_of("10.0.0.1", ["203.0.113.9"], ["for=6.6.6.6"], TEN) == "10.0.0.1"


def test_a_subscriber_of_ipv6_holds_a_block() -> None:
    assert block_of("2001:db8:1:2:3::9") == block_of("2001:db8:1:2::1") == "2001:db8:1:2::/64"
    assert block_of("203.0.113.9") == "203.0.113.9"
    assert block_of("unknown") == "unknown"


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://interview.example.org", "https://interview.example.org"),
        ("https://Interview.Example.org:443/", "https://interview.example.org"),
        ("HTTP://[::1]:8080", "http://[::1]:8080"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://Straße.example", "https://xn--strae-oqa.example"),
        ("http://my_host:9000", "http://my_host:9000"),
    ],
)
def test_origins(written: str, origin: str) -> None:
    assert web_origin(written, ("http", "https")) == origin


@pytest.mark.parametrize(
    "text",
    [
        "interview.example.org",
        "ftp://example.org",
        "https://example.org/viva",
        "https://example.org/?a=1",
        "https://example.org?a=1",
        "https://example.org#x",
        "https://user:secret@example.org",
        "https://",
        "https:// example.org",
        "https://exa mple.org",
        "https://example.org:port",
        "https://example.org:99999",
        "https://example.org:0",
        "https://[::1",
        "https://-a.example",
        "https://a..example",
        "https://300.1.1.1",
        "https://" + "a" * 64 + ".example",
    ],
)
def test_what_is_no_origin(text: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$"):
        web_origin(text, ("http", "https"))


@pytest.mark.parametrize("tail", ["", "/viva", "?a=1"])
def test_a_password_in_an_address_is_not_repeated(tail: str) -> None:
    with pytest.raises(ValueError, match=r"example\.org") as raised:
        web_origin(f"https://user:s3@cret@example.org{tail}", ("http", "https"))
    assert "user" not in str(raised.value) and "cret" not in str(raised.value)


def test_an_address_may_have_a_path() -> None:
    assert web_address("https://api.example.org/v1/", ("https",)) == "https://api.example.org/v1"
    with pytest.raises(ValueError, match="query"):
        web_address("https://api.example.org/v1?key=1", ("https",))


def test_mail_servers_as_people_write_them() -> None:
    found = smtp_server("smtps://a%40b:p%3Aw@mail.example")
    assert found == SmtpServer("mail.example", 465, "a@b", "p:w", "tls")
    assert smtp_server("smtp://mail.example") == SmtpServer(
        "mail.example", 587, None, None, "starttls"
    )
    assert smtp_server("smtp://127.0.0.1:25?tls=none").tls == "none"


@pytest.mark.parametrize(
    "text",
    ["mail.example", "http://m", "smtp://", "smtp://h:x", "smtp://h/p", "smtps://h?tls=none"],
)
def test_what_is_no_mail_server_is_refused_without_its_password(text: str) -> None:
    with pytest.raises(ValueError) as refused:
        smtp_server(text.replace("://", "://u:secret@"))
    assert "secret" not in str(refused.value)
