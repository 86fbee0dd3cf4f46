"""The sidecar that typesets one report: JSON on stdin, PDF on stdout.

Run as `python -m server.platform.reports.pdf_worker`. Exit status 1 with one line on stderr when
the template cannot be compiled.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

TEMPLATE = Path(__file__).with_name("report.typ")


def typeset(report: str) -> bytes:
    """The PDF of a view (JSON), tagged, with its text as text."""
    import typst

    pdf: bytes = typst.compile(TEMPLATE.read_bytes(), format="pdf", sys_inputs={"report": report})
    return pdf


def main() -> int:
    """Typeset what comes in."""
    if hasattr(os, "nice"):
        os.nice(10)
    try:
        pdf = typeset(sys.stdin.buffer.read().decode())
    except RuntimeError as error:  # TypstError is one
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main())
