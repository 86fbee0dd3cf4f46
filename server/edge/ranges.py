"""Range requests (RFC 9110, section 14) over bytes and blobs; one range, as players ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aiohttp import hdrs, web

from interview.ports.storage import BlobStore

PIECE_BYTES = 512 * 1024


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


async def ranged_blob(
    request: web.Request,
    blobs: BlobStore,
    key: str,
    *,
    size: int,
    content_type: str,
    etag: str,
) -> web.StreamResponse:
    """A blob, whole or in ranges, read piece by piece as the client takes it.

    `etag` names the content: a range that continues another content (`If-Range`) gets the whole.
    """
    return await ranged_blobs(request, blobs, [(key, size)], content_type=content_type, etag=etag)


async def ranged_blobs(
    request: web.Request,
    blobs: BlobStore,
    pieces: Sequence[tuple[str, int]],
    *,
    content_type: str,
    etag: str,
    disposition: str | None = None,
) -> web.StreamResponse:
    """The same of one file that lies in several blobs, given as keys and sizes in their order."""
    size = sum(length for _, length in pieces)
    response = web.StreamResponse(headers={"Accept-Ranges": "bytes"})
    response.headers[hdrs.CACHE_CONTROL] = "private, no-cache"
    response.content_type = content_type
    response.etag = etag
    if disposition is not None:
        response.headers[hdrs.CONTENT_DISPOSITION] = disposition
    start, stop = _wanted(request, size, etag)
    if start >= stop and size:
        response.set_status(416)
        response.headers[hdrs.CONTENT_RANGE] = f"bytes */{size}"
        start = stop = 0
    elif _asks_for_range(request, etag):
        response.set_status(206)
        response.headers[hdrs.CONTENT_RANGE] = f"bytes {start}-{stop - 1}/{size}"
    response.content_length = stop - start
    await response.prepare(request)
    if request.method != hdrs.METH_HEAD:
        for key, begin, end in _within(pieces, start, stop):
            for at in range(begin, end, PIECE_BYTES):
                await response.write(await blobs.get_range(key, at, min(end, at + PIECE_BYTES)))
    await response.write_eof()
    return response


def _within(
    pieces: Sequence[tuple[str, int]], start: int, stop: int
) -> Iterator[tuple[str, int, int]]:
    """Which stretch of which blob makes up the bytes from `start` to `stop`."""
    at = 0
    for key, size in pieces:
        begin, end = max(start - at, 0), min(stop - at, size)
        if begin < end:
            yield key, begin, end
        at += size


def _asks_for_range(request: web.Request, etag: str) -> bool:
    if hdrs.RANGE not in request.headers:
        return False
    condition = request.headers.get(hdrs.IF_RANGE)
    if condition is not None and condition != f'"{etag}"':
        return False
    try:
        wanted = request.http_range
    except ValueError:  # a form that we do not know must be ignored
        return False
    return wanted.start is not None or wanted.stop is not None


def _wanted(request: web.Request, size: int, etag: str) -> tuple[int, int]:
    if not _asks_for_range(request, etag):
        return 0, size
    start, stop, _ = request.http_range.indices(size)
    return start, stop
