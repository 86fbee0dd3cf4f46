"""What can be configured, from the environment. README's table follows this file.

Our own names begin with `VIVA_`; well-known services keep their usual names (`MONGODB_URI`,
`LIVEKIT_URL`, …). Nothing here is a default secret: what is not set is made by `secrets.py`.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from email.utils import formataddr
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AliasChoices,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from agents.tts.piper_voices import is_voice_name
from interview.nouns import CONSENT_TEXT_VERSION
from server.addresses import host_name, port_of, proxy_of, smtp_server, web_address, web_origin
from server.sentences import why
from server.text import email_address, named, one_line

PREFIX = "VIVA_"
LOGO_TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp"}
TEST_PREFIXES = ("VIVA_TEST_", "VIVA_BENCH_")
DEFAULT_CONSENT = (
    "The questions are asked and your answers are written down by software, an artificial "
    "intelligence. A person reads the result and decides.",
    "Your voice, your words and, if you switch the camera on, your picture are recorded for this "
    "interview and kept by {company}.",
    "People at {company} may watch while you answer: they see your picture if there is one, what "
    "is said, and code as you type it, and they may listen.",
    "The content of your answers is scored by software, always with quotes as evidence. Your "
    "appearance, your accent and your emotions are not.",
    "You may end the interview at any time, and you may ask {company} to delete all of it.",
)

WATCHING_CONSENT = (
    "While you answer, software watches the camera's picture and this page for signs such as an "
    "empty chair, a second face or another window. It notes them with a picture and the time; "
    "people look at them and decide."
)

BIOMETRIC_CONSENT = (
    "For this interview {company} would like to check that the same person sits in front of the "
    "camera from the beginning to the end. For that one picture of your face is taken now, turned "
    "into numbers and compared with later pictures.",
    "The picture and the numbers are stored encrypted, used for this interview only, and removed "
    "{days} days later at the latest. You may refuse: the interview goes on just the same.",
)

WHISPER_MODELS = (
    "tiny tiny.en base base.en small small.en medium medium.en large-v1 large-v2 large-v3".split()
)

Words = Annotated[tuple[str, ...], NoDecode]
Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode]
YEARS_S = 10 * 365 * 86_400


USUAL_BEGINNINGS = {
    "mongodb_uri": ("mongodb://", "mongodb+srv://"),
    "redis_url": ("redis://", "rediss://", "unix://"),
    "stripe_secret_key": ("sk_", "rk_"),
    "stripe_webhook_secret": ("whsec_",),
}


class SettingsError(Exception):
    """A setting is wrong; the message is one sentence that names it."""


def usual(name: str) -> AliasChoices:
    """The usual name of a usual service's setting; the field's own name works in code."""
    return AliasChoices(name, name.lower())


class Settings(BaseSettings):
    """All settings, checked. Addresses never end in a slash."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        validate_default=False,
        hide_input_in_errors=True,
    )

    # where it listens and keeps things
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65_535)
    data_dir: Path = Path("data")
    storage_url: str | None = None
    blobs_url: str | None = None
    public_url: str | None = None
    cors_origins: Words = ()
    trusted_proxies: Networks = ()
    ice_private: bool = False
    webhooks_private: bool = False
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    demo: bool | None = None
    company: str = Field(default="Vivavoce", min_length=1, max_length=120)
    contact_email: str | None = None
    privacy_url: str | None = None
    logo_file: Path | None = None

    # e-mail
    smtp_url: SecretStr | None = None
    mail_from: str | None = None

    # who may enter
    registration: Literal["open", "approval", "closed"] = "open"
    admin_email: str = "admin@localhost"
    admin_password: SecretStr | None = Field(default=None, min_length=8)
    service_key: SecretStr | None = Field(default=None, min_length=24)
    jwt_secret: SecretStr | None = Field(default=None, min_length=32)
    signing_key: SecretStr | None = Field(default=None, min_length=32)
    access_token_s: int = Field(default=900, ge=60, le=86_400)
    refresh_token_s: int = Field(default=14 * 86_400, ge=3_600, le=YEARS_S)
    candidate_token_s: int = Field(default=7 * 86_400, ge=600, le=YEARS_S)

    # how often a caller may ask an address, in a minute
    rate_auth: int = Field(default=10, ge=1, le=1_000_000)
    rate_general: int = Field(default=100, ge=1, le=1_000_000)
    rate_upload: int = Field(default=20, ge=1, le=1_000_000)

    # signing in through another party (OpenID Connect): all three or none
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_name: str = Field(default="your company", min_length=1, max_length=60)

    # consent
    consent_text_version: str = Field(default=CONSENT_TEXT_VERSION, max_length=32)
    consent_text_file: Path | None = None

    # engines
    models_dir: Path = Path("~/.cache/vivavoce/models")
    stt: str = "faster-whisper"
    stt_model: str = "base"
    stt_workers: int | None = Field(default=None, ge=1, le=64)
    tts: str = "piper"
    tts_voice: str = "en_US-joe-medium"
    proctoring: bool = True
    proctoring_workers: int | None = Field(default=None, ge=1, le=64)
    reference_days: int = Field(default=30, ge=1, le=3_650)
    llm_base_url: str | None = None
    llm_model: str | None = None
    llm_api_key: SecretStr | None = None

    # evaluations and reports: 0 leaves them to `python -m server worker`
    job_workers: int = Field(default=2, ge=0, le=64)

    # usual services
    mongodb_uri: SecretStr | None = Field(default=None, validation_alias=usual("MONGODB_URI"))
    mongodb_db: str = Field(default="vivavoce", validation_alias=usual("MONGODB_DB"))
    livekit_url: str | None = Field(default=None, validation_alias=usual("LIVEKIT_URL"))
    livekit_api_key: str | None = Field(default=None, validation_alias=usual("LIVEKIT_API_KEY"))
    livekit_api_secret: SecretStr | None = Field(
        default=None, validation_alias=usual("LIVEKIT_API_SECRET")
    )
    redis_url: SecretStr | None = Field(default=None, validation_alias=usual("REDIS_URL"))
    stripe_secret_key: SecretStr | None = Field(
        default=None, validation_alias=usual("STRIPE_SECRET_KEY")
    )
    stripe_webhook_secret: SecretStr | None = Field(
        default=None, validation_alias=usual("STRIPE_WEBHOOK_SECRET")
    )

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _origins(cls, value: object) -> object:
        return tuple(web_origin(part, ("http", "https")) for part in _listed(value))

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _networks(cls, value: object) -> object:
        return tuple(proxy_of(part) for part in _listed(value))

    @field_validator("public_url")
    @classmethod
    def _origin(cls, value: str | None) -> str | None:
        return None if value is None else web_origin(value, ("http", "https"))

    @field_validator("llm_base_url", "privacy_url", "oidc_issuer")
    @classmethod
    def _http(cls, value: str | None) -> str | None:
        return None if value is None else web_address(value, ("http", "https"))

    @field_validator("livekit_url")
    @classmethod
    def _ws(cls, value: str | None) -> str | None:
        return None if value is None else web_address(value, ("ws", "wss", "http", "https"))

    @field_validator("mongodb_uri", "redis_url", "stripe_secret_key", "stripe_webhook_secret")
    @classmethod
    def _usual(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        begins = USUAL_BEGINNINGS[str(info.field_name)]
        if value is not None and not value.get_secret_value().startswith(begins):
            raise ValueError(f"it must begin with {' or '.join(begins)}")
        if value is not None and info.field_name == "redis_url":
            port_of(value.get_secret_value())
        return value

    @field_validator("mongodb_db")
    @classmethod
    def _mongodb_name(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,63}", value):
            raise ValueError("it must be at most 63 letters, digits, _ or -")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _smtp(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            smtp_server(value.get_secret_value())
        return value

    @field_validator("mail_from")
    @classmethod
    def _from(cls, value: str | None) -> str | None:
        return None if value is None else email_address(value)

    @field_validator("host")
    @classmethod
    def _host(cls, value: str) -> str:
        return host_name(value)

    @field_validator("service_key")
    @classmethod
    def _key(cls, value: SecretStr | None) -> SecretStr | None:
        """Clients send it in a header, which has room for printable ASCII only."""
        if value is not None and not re.fullmatch(r"[!-~]+", value.get_secret_value()):
            raise ValueError("it must be letters, digits and signs of ASCII without spaces")
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _level(cls, value: object) -> object:
        return value.strip().lower() if isinstance(value, str) else value

    @field_validator("admin_email")
    @classmethod
    def _email(cls, value: str) -> str:
        return email_address(value).lower()

    @field_validator("contact_email")
    @classmethod
    def _contact(cls, value: str | None) -> str | None:
        return None if value is None else email_address(value)

    @field_validator("logo_file")
    @classmethod
    def _logo(cls, value: Path | None) -> Path | None:
        if value is not None and (value.suffix.lower() not in LOGO_TYPES or not value.is_file()):
            raise ValueError(f"it must name a file that ends in {', '.join(sorted(LOGO_TYPES))}")
        return value

    @field_validator("company", "consent_text_version", mode="before")
    @classmethod
    def _readable(cls, value: object) -> object:
        return named(one_line(value)) if isinstance(value, str) else value

    @field_validator("data_dir", "models_dir")
    @classmethod
    def _home(cls, value: Path) -> Path:
        return value.expanduser()

    @property
    def resolved_storage_url(self) -> str:
        """Where sessions are stored; it may hold a password.

        `VIVA_STORAGE_URL`, else the MongoDB of `MONGODB_URI`, else SQLite in the data folder.
        """
        if self.storage_url is None and self.mongodb_uri is not None:
            return self._mongodb_url(self.mongodb_uri.get_secret_value())
        return self.storage_url or f"sqlite:///{(self.data_dir / 'vivavoce.db').absolute()}"

    def _mongodb_url(self, address: str) -> str:
        """The address with its database: `MONGODB_DB` if set, else the address's own."""
        base, mark, options = address.partition("?")
        scheme, _, rest = base.partition("://")
        hosts, _, database = rest.partition("/")
        if "mongodb_db" in self.model_fields_set or not database:
            database = self.mongodb_db
        return f"{scheme}://{hosts}/{database}{mark}{options}"

    @property
    def resolved_blobs_url(self) -> str:
        """Where recordings and speech lie: `VIVA_BLOBS_URL`, else a folder in the data folder."""
        return self.blobs_url or f"file://{(self.data_dir / 'blobs').absolute()}"

    @property
    def resolved_models_dir(self) -> Path:
        """The cache folder of model files, shared by all checkouts."""
        return self.models_dir.expanduser()

    @property
    def resolved_public_url(self) -> str:
        """The address that candidates open, without a trailing slash."""
        host = "127.0.0.1" if self.host in ("", "0.0.0.0", "::") else self.host
        host = f"[{host}]" if ":" in host else host
        return self.public_url or f"http://{host}:{self.port}"

    @property
    def resolved_mail_from(self) -> str:
        """Whom letters come from: the company's name and `VIVA_MAIL_FROM` or the contact."""
        return formataddr((self.company, self.mail_from or self.contact_email or ""))

    @property
    def demo_wanted(self) -> bool:
        """Whether the start offers a demo interview: unless set, only on a private address."""
        return self.public_url is None if self.demo is None else self.demo

    @property
    def livekit_configured(self) -> bool:
        """Whether all three LiveKit settings are there."""
        return bool(self.livekit_url and self.livekit_api_key and self.livekit_api_secret)

    @property
    def llm_configured(self) -> bool:
        """Whether a language model may be asked."""
        return bool(self.llm_base_url and self.llm_model)


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this environment.

    Raises:
        SettingsError: A value is wrong, a pair is incomplete, or a `VIVA_` name is unknown.
    """
    names = os.environ if environ is None else environ
    _refuse_unknown(names)
    try:
        settings = Settings() if environ is None else Settings(**_from_mapping(environ))
    except ValidationError as error:
        raise SettingsError(_sentence(error.errors()[0])) from None
    _check_together(settings)
    return settings


def consent_paragraphs(settings: Settings, *, watched: bool = True) -> list[str]:
    """What the candidate consents to, paragraph by paragraph.

    `watched`: the interview is proctored; a text of the operator's own stays as it is.

    Raises:
        SettingsError: The consent file cannot be read or holds no text.
    """
    if settings.consent_text_file is None:
        said = [text.format(company=settings.company) for text in DEFAULT_CONSENT]
        return [*said[:-1], WATCHING_CONSENT, said[-1]] if watched else said
    try:
        text = settings.consent_text_file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise SettingsError(
            f"VIVA_CONSENT_TEXT_FILE: {settings.consent_text_file} cannot be read as UTF-8 text."
        ) from None
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]
    if not paragraphs:
        raise SettingsError(f"VIVA_CONSENT_TEXT_FILE: {settings.consent_text_file} is empty.")
    return paragraphs


def biometric_paragraphs(settings: Settings) -> list[str]:
    """What the candidate is asked apart from the interview: the comparison of faces."""
    return [
        text.format(company=settings.company, days=settings.reference_days)
        for text in BIOMETRIC_CONSENT
    ]


def env_name(field: str) -> str:
    """The environment variable of a settings field."""
    alias = Settings.model_fields[field].validation_alias
    if isinstance(alias, AliasChoices):
        return str(alias.choices[0])
    return PREFIX + field.upper()


def _from_mapping(environ: Mapping[str, str]) -> dict[str, Any]:
    named = {env_name(field): field for field in Settings.model_fields}
    return {named[name]: value for name, value in environ.items() if name in named and value}


def _refuse_unknown(names: Mapping[str, str]) -> None:
    known = [name for field in Settings.model_fields if (name := env_name(field))]
    for name in names:
        if not name.startswith(PREFIX) or name in known or name.startswith(TEST_PREFIXES):
            continue
        near = difflib.get_close_matches(name, known, n=1, cutoff=0)
        raise SettingsError(f"{name} is not a setting; did you mean {near[0]}?")


def _check_together(settings: Settings) -> None:
    livekit = {
        "LIVEKIT_URL": settings.livekit_url,
        "LIVEKIT_API_KEY": settings.livekit_api_key,
        "LIVEKIT_API_SECRET": settings.livekit_api_secret,
    }
    missing = [name for name, value in livekit.items() if not value]
    if missing and len(missing) < len(livekit):
        raise SettingsError(f"{missing[0]} is not set although other LIVEKIT_ settings are.")
    if bool(settings.llm_base_url) != bool(settings.llm_model):
        lacking = "VIVA_LLM_MODEL" if settings.llm_base_url else "VIVA_LLM_BASE_URL"
        raise SettingsError(f"{lacking} is not set although the other of the pair is.")
    party = {
        "VIVA_OIDC_ISSUER": settings.oidc_issuer,
        "VIVA_OIDC_CLIENT_ID": settings.oidc_client_id,
        "VIVA_OIDC_CLIENT_SECRET": settings.oidc_client_secret,
    }
    lacking_oidc = [name for name, value in party.items() if not value]
    if lacking_oidc and len(lacking_oidc) < len(party):
        raise SettingsError(f"{lacking_oidc[0]} is not set although other VIVA_OIDC_ settings are.")
    if settings.smtp_url is not None and not (settings.mail_from or settings.contact_email):
        raise SettingsError("VIVA_MAIL_FROM is not set although VIVA_SMTP_URL is.")
    _check_models(settings)
    consent_paragraphs(settings)


def _check_models(settings: Settings) -> None:
    """Refuse a voice or a recogniser's model that nobody could provide."""
    if settings.tts == "piper" and not is_voice_name(settings.tts_voice):
        raise SettingsError(
            f"VIVA_TTS_VOICE is wrong: {settings.tts_voice} is not the name of a Piper voice,"
            " such as en_US-joe-medium."
        )
    model = settings.stt_model
    there = (settings.resolved_models_dir / f"whisper-{model}").is_dir()
    if settings.stt == "faster-whisper" and model not in WHISPER_MODELS and not there:
        raise SettingsError(
            f"VIVA_STT_MODEL is wrong: {model} is not a Whisper model"
            f" ({', '.join(WHISPER_MODELS)})."
        )


def _listed(value: object) -> list[str]:
    """The parts of a comma-separated setting."""
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple):
        raise ValueError("it must be a list separated by commas")
    return [str(part).strip() for part in parts if str(part).strip()]


def _sentence(error: ErrorDetails) -> str:
    place = str(error["loc"][0]) if error["loc"] else ""
    field = place if place in Settings.model_fields else place.lower()
    name = env_name(field) if field in Settings.model_fields else place
    return f"{name} is wrong: {why(error)}."
