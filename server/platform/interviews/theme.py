"""An organisation's colours and logo, and what of them can be read by everybody. Pure.

Pages, letters and printed reports wear the theme only where its contrast is enough: a colour that
could not be read is replaced by ours, never shown as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, StrictStr

from interview.nouns import Noun
from interview.ports.documents import Documents, Kind

MIN_CONTRAST = 4.5  # WCAG 2.2, 1.4.3
LOGOS = "/logos"
WHITE, DARK = "#ffffff", "#1d2733"
ACCENT = "#0b6660"
PAPER = "#f5f7fa"

_CHANNEL = 255
_LINEAR_BELOW = 0.04045

Colour = Annotated[StrictStr, Field(pattern=r"^#[0-9a-fA-F]{6}$")]


class Theme(Noun):
    """Four colours as `#rrggbb`, and the name of a logo."""

    primary_color: str = "#091326"
    accent_color: str = "#52606d"
    background_color: str = "#f5f7fa"
    text_color: str = "#222222"
    logo: str | None = None

    @property
    def logo_url(self) -> str | None:
        """Where the logo is, on this server."""
        return f"{LOGOS}/{self.logo}" if self.logo else None


THEMES = Kind("themes", Theme, fields=("primary_color",))


@dataclass(frozen=True, slots=True)
class Look:
    """Colours for a white sheet on a page; `logo` is its name. Every pair can be read."""

    accent: str = ACCENT
    on_accent: str = WHITE
    paper: str = PAPER
    ink: str = DARK
    logo: str | None = None


async def chosen_theme(documents: Documents, organisation_id: str) -> Theme | None:
    """What the organisation chose; None while it has chosen nothing."""
    found = await documents.of(THEMES, organisation_id).get(organisation_id)
    return None if found is None else found.document


def look_of(theme: Theme | None) -> Look:
    """The theme as letters and printed reports wear it; ours where nobody chose one."""
    if theme is None:
        return Look()
    accent, ink = theme.primary_color, theme.text_color
    accent = accent if contrast(accent, WHITE) >= MIN_CONTRAST else ACCENT
    ink = ink if contrast(ink, WHITE) >= MIN_CONTRAST else DARK
    readable = max((WHITE, DARK), key=lambda text: contrast(text, accent))
    return Look(accent, readable, theme.background_color, ink, theme.logo)


def logo_key(name: str) -> str:
    """Where a logo's bytes are."""
    return f"logos/{name}"


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = []
    for place in (1, 3, 5):
        share = int(colour[place : place + 2], 16) / _CHANNEL
        linear = share / 12.92 if share <= _LINEAR_BELOW else ((share + 0.055) / 1.055) ** 2.4
        parts.append(linear)
    red, green, blue = parts
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def hard_to_read(theme: Theme) -> list[str]:
    """What people with weak eyes would not read in these colours, as sentences."""
    said = []
    for name, colour in (("text_color", theme.text_color), ("accent_color", theme.accent_color)):
        found = contrast(colour, theme.background_color)
        if found < MIN_CONTRAST:
            said.append(
                f"{name} on background_color has a contrast of {found:.1f}; "
                f"{MIN_CONTRAST} can be read by everybody."
            )
    return said
