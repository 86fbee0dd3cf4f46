"""The report as a PDF, typeset in a process of its own so that the loop never stalls."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import unicodedata
from pathlib import Path
from urllib.parse import quote

import structlog

from interview import begin
from interview.errors import Unavailable
from interview.ports.storage import ReportRecord
from interview.threads import Threads
from server.platform.reports.model import ReportBody
from server.platform.reports.pdf_view import view_of

ROOT = Path(__file__).resolve().parents[3]
TIMEOUT_S = 60.0
MAX_NAME_CHARS = 80

# At most two at a time; others wait. Each takes about a second and ends with its process.
_TURNS = asyncio.Semaphore(2)
_threads = Threads("pdf", 1, gives_way=True)
log = structlog.get_logger(__name__)


async def render_pdf(report: ReportRecord) -> bytes:
    """The PDF of a stored report.

    Raises:
        Unavailable: It could not be typeset in `TIMEOUT_S` (`component="pdf"`).
    """
    async with _TURNS:
        return await _typeset(await _threads.run(_view, report))


def _view(report: ReportRecord) -> bytes:
    view = view_of(ReportBody.model_validate(report.body))
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
