"""A wrong setting stops the start with one sentence that names it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from server.secrets import load_keys, one_time_password
from server.settings import (
    Settings,
    SettingsError,
    consent_paragraphs,
    env_name,
    load_settings,
)


def test_defaults_are_embedded_and_local(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(env_name(field), raising=False)
    settings = load_settings()
    assert settings.host == "127.0.0.1"
    assert settings.resolved_storage_url.startswith("sqlite:///")
    assert settings.resolved_public_url == "http://127.0.0.1:8080"
    assert not settings.livekit_configured
    assert settings.service_key is None and settings.admin_password is None


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({"VIVA_PORT": "eighty"}, "VIVA_PORT"),
        ({"VIVA_PORT": "70000"}, "VIVA_PORT"),
        ({"VIVA_LOG_LEVEL": "loud"}, "VIVA_LOG_LEVEL"),
        ({"VIVA_PUBLIC_URL": "example.org"}, "VIVA_PUBLIC_URL"),
        ({"VIVA_PUBLIC_URL": "https://example.org/viva"}, "VIVA_PUBLIC_URL"),
        ({"VIVA_PUBLIC_URL": "https://example.org?x=1"}, "VIVA_PUBLIC_URL"),
        ({"VIVA_TRUSTED_PROXIES": "10.0.0.0/8, my-proxy"}, "VIVA_TRUSTED_PROXIES"),
        ({"VIVA_TRUSTED_PROXIES": "*"}, "VIVA_TRUSTED_PROXIES"),
        ({"VIVA_TRUSTED_PROXIES": "0.0.0.0/0"}, "VIVA_TRUSTED_PROXIES"),
        ({"VIVA_TRUSTED_PROXIES": "::1, ::/0"}, "VIVA_TRUSTED_PROXIES"),
        ({"VIVA_TRUSTED_PROXIES": "0.0.0.0/1,128.0.0.0/1"}, "VIVA_TRUSTED_PROXIES"),
        ({"VIVA_TRUSTED_PROXIES": "::ffff:0:0/96"}, "VIVA_TRUSTED_PROXIES"),
        ({"VIVA_TRUSTED_PROXIES": "2000::/3"}, "VIVA_TRUSTED_PROXIES"),
        ({"VIVA_TRUSTED_PROXIES": "0.0.0.0"}, "VIVA_TRUSTED_PROXIES"),
        ({"REDIS_URL": "redis://host:99999"}, "REDIS_URL"),
        ({"REDIS_URL": "redis://[::1/0"}, "REDIS_URL"),
        ({"VIVA_CORS_ORIGINS": "*"}, "VIVA_CORS_ORIGINS"),
        ({"VIVA_TTS_VOICE": "joe"}, "VIVA_TTS_VOICE"),
        ({"VIVA_STT_MODEL": "enormous"}, "VIVA_STT_MODEL"),
        ({"MONGODB_URI": "localhost:27017"}, "MONGODB_URI"),
        ({"REDIS_URL": "localhost"}, "REDIS_URL"),
        ({"STRIPE_SECRET_KEY": "whsec_1"}, "STRIPE_SECRET_KEY"),
        ({"VIVA_COMPANY": "\u200b"}, "VIVA_COMPANY"),
        ({"VIVA_HOST": "not a host"}, "VIVA_HOST"),
        ({"VIVA_SERVICE_KEY": "ключ-доступа-к-сервису-1234"}, "VIVA_SERVICE_KEY"),
        ({"VIVA_REFRESH_TOKEN_S": "99999999999999"}, "VIVA_REFRESH_TOKEN_S"),
        ({"VIVA_CANDIDATE_TOKEN_S": "99999999999999"}, "VIVA_CANDIDATE_TOKEN_S"),
        ({"VIVA_LLM_BASE_URL": "https://a.org/v1?x=1"}, "VIVA_LLM_BASE_URL"),
        ({"VIVA_ADMIN_EMAIL": "nobody"}, "VIVA_ADMIN_EMAIL"),
        ({"VIVA_ADMIN_PASSWORD": "short"}, "VIVA_ADMIN_PASSWORD"),
        ({"VIVA_SERVICE_KEY": "guessable"}, "VIVA_SERVICE_KEY"),
        ({"VIVA_JWT_SECRET": "guessable"}, "VIVA_JWT_SECRET"),
        ({"VIVA_CORS_ORIGINS": "https://a.org/path"}, "VIVA_CORS_ORIGINS"),
        ({"LIVEKIT_URL": "localhost"}, "LIVEKIT_URL"),
        ({"LIVEKIT_URL": "ws://localhost:7880"}, "LIVEKIT_API_KEY"),
        ({"VIVA_LLM_BASE_URL": "http://127.0.0.1:1"}, "VIVA_LLM_MODEL"),
        ({"VIVA_CONSENT_TEXT_FILE": "/nowhere/consent.txt"}, "VIVA_CONSENT_TEXT_FILE"),
    ],
)
def test_wrong_setting_is_named_in_one_sentence(environ: dict[str, str], name: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(environ)
    sentence = str(caught.value)
    assert sentence.startswith(name)
    assert "\n" not in sentence and sentence.endswith(".")


def test_wrong_secret_is_not_repeated() -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({"VIVA_ADMIN_PASSWORD": "hunter2"})
    assert "hunter2" not in str(caught.value)


def test_unknown_name_gets_the_nearest_known_one() -> None:
    with pytest.raises(SettingsError, match=r"VIVA_PROT is not a setting; did you mean VIVA_PORT"):
        load_settings({"VIVA_PROT": "1"})


def test_values_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIVA_PORT", "9001")
    monkeypatch.setenv("VIVA_CORS_ORIGINS", "https://a.example, https://b.example/")
    monkeypatch.setenv("MONGODB_DB", "interviews")
    settings = load_settings()
    assert settings.port == 9001
    assert settings.cors_origins == ("https://a.example", "https://b.example")
    assert settings.mongodb_db == "interviews"


def test_proxies_are_ranges() -> None:
    settings = load_settings({"VIVA_TRUSTED_PROXIES": "10.0.0.0/8, ::1, fc00::/7, 2400:cb00::/32"})
    assert [str(network) for network in settings.trusted_proxies] == [
        "10.0.0.0/8",
        "::1/128",
        "fc00::/7",
        "2400:cb00::/32",
    ]


def test_secrets_are_not_shown_by_repr() -> None:
    settings = load_settings({"VIVA_ADMIN_PASSWORD": "correct horse battery"})
    assert "horse" not in repr(settings)


def test_consent_names_the_company() -> None:
    paragraphs = consent_paragraphs(load_settings({"VIVA_COMPANY": "Acme"}))
    assert any("Acme" in text for text in paragraphs)
    assert not any("{" in text for text in paragraphs)


def test_consent_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "consent.txt"
    file.write_text("First line\ngoes on.\n\nSecond.\n", encoding="utf-8")
    settings = load_settings({"VIVA_CONSENT_TEXT_FILE": str(file)})
    assert consent_paragraphs(settings) == ["First line goes on.", "Second."]
    file.write_text(" \n", encoding="utf-8")
    with pytest.raises(SettingsError, match="is empty"):
        consent_paragraphs(settings)


def test_keys_are_made_once_and_private(tmp_path: Path) -> None:
    settings = load_settings({"VIVA_DATA_DIR": str(tmp_path / "data")})
    first, again = load_keys(settings), load_keys(settings)
    assert first == again
    assert len({first.jwt, first.service, first.signing}) == 3
    for file in (tmp_path / "data" / "secrets").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "data" / "secrets").stat().st_mode) == 0o700
    assert first.jwt not in repr(first)


def test_given_keys_win(tmp_path: Path) -> None:
    key = "k" * 40
    settings = load_settings({"VIVA_DATA_DIR": str(tmp_path), "VIVA_SERVICE_KEY": key})
    assert load_keys(settings).service == key
    assert not (tmp_path / "secrets" / "service.key").exists()


def test_damaged_key_file_stops_the_start(tmp_path: Path) -> None:
    settings = load_settings({"VIVA_DATA_DIR": str(tmp_path)})
    load_keys(settings)
    (tmp_path / "secrets" / "jwt.key").write_text("")
    with pytest.raises(SettingsError, match="damaged"):
        load_keys(settings)


def test_unwritable_data_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings = load_settings({"VIVA_DATA_DIR": str(tmp_path / "file")})
    with pytest.raises(SettingsError, match="VIVA_DATA_DIR"):
        load_keys(settings)


def test_one_time_passwords_differ() -> None:
    made = {one_time_password() for _ in range(50)}
    assert len(made) == 50
    assert all(len(password) == 19 for password in made)


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({"MONGODB_URI": "mongodb://h:1"}, "mongodb://h:1/vivavoce"),
        ({"MONGODB_URI": "mongodb://a,b:2/own?tls=true"}, "mongodb://a,b:2/own?tls=true"),
        ({"MONGODB_URI": "mongodb://u:p@h/own", "MONGODB_DB": "x"}, "mongodb://u:p@h/x"),
        ({"MONGODB_URI": "mongodb+srv://h/?w=1"}, "mongodb+srv://h/vivavoce?w=1"),
        ({"MONGODB_URI": "mongodb://h", "VIVA_STORAGE_URL": "sqlite:///x.db"}, "sqlite:///x.db"),
        ({"MONGODB_DB": "x", "VIVA_STORAGE_URL": "sqlite:///x.db"}, "sqlite:///x.db"),
    ],
)
def test_mongodb_is_used_when_it_is_named(environ: dict[str, str], url: str) -> None:
    assert load_settings(environ).resolved_storage_url == url


@pytest.mark.parametrize(
    "environ", [{"MONGODB_URI": "http://secret@h"}, {"MONGODB_URI": "x", "MONGODB_DB": "a b"}]
)
def test_a_wrong_mongodb_setting_is_named_and_not_repeated(environ: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="MONGODB_") as raised:
        load_settings(environ)
    assert "secret" not in str(raised.value)
