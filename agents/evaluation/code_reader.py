"""Which reader takes a coding answer, by its language."""

from __future__ import annotations

from agents.evaluation.code_brackets import read_other
from agents.evaluation.code_python import read_python
from agents.evaluation.code_reading import MAX_CODE_CHARS, CodeReading, detect_language


def read_code(code: str) -> CodeReading:
    """Read up to `MAX_CODE_CHARS`; never raises, never runs anything."""
    code = code[:MAX_CODE_CHARS]
    language = detect_language(code)
    return read_python(code) if language == "python" else read_other(code, language)
