"""The report as a PDF, typeset in a process of its own so that the loop never stalls."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import unicodedata
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

import structlog

from interview import begin
from interview.errors import NotFound, Unavailable
from interview.ports.documents import Documents
from interview.ports.storage import BlobStore, ReportRecord
from interview.threads import Threads
from server.platform.accounts.company import company_name
from server.platform.interviews.theme import ACCENT, chosen_theme, logo_key, look_of
from server.platform.reports.model import ReportBody
from server.platform.reports.pdf_view import view_of

ROOT = Path(__file__).resolve().parents[3]
TIMEOUT_S = 60.0
MAX_NAME_CHARS = 80

# At most two at a time; others wait. Each takes about a second and ends with its process.
_TURNS = asyncio.Semaphore(2)
_threads = Threads("pdf", 1, gives_way=True)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Dress:
    """How a report is printed: the colour of its lines, and a logo (png, jpeg or webp)."""

    accent: str = ACCENT
    logo: bytes = b""
    kind: str = ""
    company: str = ""


def themed(
    documents: Documents, blobs: BlobStore, company: str
) -> Callable[[ReportRecord], Awaitable[bytes]]:
    """Prints reports in the colours of their organisation, with its logo."""

    async def render(report: ReportRecord) -> bytes:
        look = look_of(await chosen_theme(documents, report.organisation_id))
        logo = b""
        if look.logo is not None:
            with contextlib.suppress(NotFound):
                logo = await blobs.get(logo_key(look.logo))
        dress = Dress(
            accent=look.accent,
            logo=logo,
            kind=(look.logo or "").rpartition(".")[2],
            company=await company_name(documents, report.organisation_id, company),
        )
        return await render_pdf(report, dress)

    return render


async def render_pdf(report: ReportRecord, dress: Dress | None = None) -> bytes:
    """The PDF of a stored report. A logo that cannot be printed is left out.

    Raises:
        Unavailable: It could not be typeset in `TIMEOUT_S` (`component="pdf"`).
    """
    worn = dress or Dress()
    async with _TURNS:
        try:
            return await _typeset(await _threads.run(_view, report, worn))
        except Unavailable:
            if not worn.logo:
                raise
            log.warning("report_printed_without_logo")
            bare = replace(worn, logo=b"")
            return await _typeset(await _threads.run(_view, report, bare))


def _view(report: ReportRecord, dress: Dress) -> bytes:
    view = view_of(ReportBody.model_validate(report.body))
    view["look"] = {
        "accent": dress.accent,
        "logo": list(dress.logo) or None,
        "logo_format": {"jpeg": "jpg"}.get(dress.kind, dress.kind),
        "company": dress.company,
    }
    return json.dumps(view, ensure_ascii=False).encode("utf-8", "replace")


async def _typeset(view: bytes) -> bytes:
    try:
        process = await asyncio.create_subprocess_exec(
            *begin.command("server.platform.reports.pdf_worker"),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError as error:
        raise Unavailable("pdf", "the typesetter does not start") from error
    try:
        async with asyncio.timeout(TIMEOUT_S):
            pdf, _ = await process.communicate(view)
    except TimeoutError as error:
        raise Unavailable("pdf", f"not done after {TIMEOUT_S:.0f} s") from error
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode != 0 or not pdf.startswith(b"%PDF"):
        log.error("report_pdf_failed", exit_status=process.returncode)
        raise Unavailable("pdf", "the report cannot be typeset")
    return pdf


def file_name(candidate_name: str) -> str:
    """`interview_report_<name>.pdf`: letters, digits, `-` and `_` only, of any script."""
    text = unicodedata.normalize("NFC", candidate_name)
    plain = re.sub(r"[^\w-]+", "_", text).strip("_-")[:MAX_NAME_CHARS].strip("_-")
    return f"interview_report_{plain or 'candidate'}.pdf"


def content_disposition(candidate_name: str, *, inline: bool = False) -> str:
    """The header's value: an ASCII name for old clients, the full one by RFC 5987."""
    name = file_name(candidate_name)
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    ascii_name = re.sub(r"_+", "_", ascii_name).replace("_.pdf", ".pdf")
    if ascii_name == "interview_report.pdf":
        ascii_name = "interview_report_candidate.pdf"
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
