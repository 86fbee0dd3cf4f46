"""Range requests over bytes in memory (RFC 9110, section 14); one range, as players ask."""

from __future__ import annotations

from aiohttp import web


def ranged(request: web.Request, content: bytes, content_type: str, *, cache: str) -> web.Response:
    """The whole (200) or the range that was asked for (206); 416 when it lies outside."""
    headers = {"Accept-Ranges": "bytes", "Cache-Control": cache}
    size = len(content)
    try:
        wanted = request.http_range
    except ValueError:  # a form that we do not know must be ignored
        wanted = slice(None)
    if wanted.start is None and wanted.stop is None:
        return web.Response(body=content, content_type=content_type, headers=headers)
    start, stop, _ = wanted.indices(size)
    if start >= stop:
        headers["Content-Range"] = f"bytes */{size}"
        return web.Response(status=416, headers=headers)
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    return web.Response(
        status=206, body=content[start:stop], content_type=content_type, headers=headers
    )
