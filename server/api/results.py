"""What became of an interview: its sessions, their recordings, and having them heard again."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from aiohttp import web
from pydantic import AwareDatetime, Field, StrictBool

from interview.accounts import MAKERS
from interview.errors import NotFound
from interview.nouns import Evaluation
from interview.ports.storage import RecordingChunk
from interview.records import State
from interview.standing import Standing, standing_of
from server.api.interviews import library_of
from server.edge.audit import audit
from server.edge.auth.principals import Allow
from server.edge.auth.signing import sign_path
from server.edge.paging import Counted, PageQuery
from server.edge.ranges import ranged_blobs
from server.edge.routes import (
    STAFF_OR_SERVICE,
    Payload,
    Reply,
    Route,
    organisation_of,
    principal_of,
    read_body,
    read_query,
    reply,
)
from server.platform import purge
from server.platform.interviews import batch, results
from server.platform.interviews.batch import BatchStatus
from server.platform.interviews.results import WHOLE, Progress, Recording
from server.platform.scoring import as_shown, scoring_of
from server.platform.services import CoreServices, core_of, services_of

BASE = "/api/v1/interviewer/interviews/{interview_key}/results"
ONE = BASE + "/{session_id}"
DOWNLOAD = "/api/v1/interviewer/results/{session_id}/recordings/{recording_id}/download"
VIEWERS = frozenset({Allow.STAFF, Allow.SERVICE, Allow.SIGNED})
ENDINGS = {
    "audio/mpeg": "mp3", "audio/mp4": "m4a", "audio/x-m4a": "m4a", "video/mp4": "mp4",
    "audio/ogg": "ogg", "audio/flac": "flac", "audio/aac": "aac", "audio/wav": "wav",
    "audio/x-wav": "wav", "audio/wave": "wav",
}  # fmt: skip


class ResultsQuery(PageQuery):
    """A page of sessions, newest first."""

    limit: int = Field(default=50, ge=1, le=50)


class RecordingItem(Reply):
    """A recording. `question_id` is null where it is of the whole session.

    `file_path` names it, not a place on any disk. `counts`: false for a take that was recorded
    again. `reason` says why something failed.
    """

    id: str
    session_id: str
    question_id: int | None
    file_path: str
    duration_s: float
    counts: bool
    transcription_status: Progress
    analysis_status: Progress
    reason: str
    created_at: AwareDatetime


class RecordingDetail(RecordingItem):
    """With words and scores. `file_url` works without signing in until `file_url_expires_at`."""

    transcript: str | None
    analysis: Evaluation | None
    file_url: str | None
    file_url_expires_at: AwareDatetime | None


class ResultView(Reply):
    """A session of the interview. `token_value`: of the invitation that it was begun with."""

    session_id: str
    token_value: str | None
    candidate_name: str
    standing: Standing
    start_time: AwareDatetime | None
    end_time: AwareDatetime | None
    recordings: list[RecordingItem]


class ResultPage(Counted):
    """Sessions of an interview, newest first, and where the page lies in its list."""

    sessions: list[ResultView]


class FileQuery(Payload):
    """Whether an address of the file is wanted, and for how many seconds it works."""

    include_file_url: bool = True
    generate_url: bool = True
    expires_in: int = Field(default=3_600, ge=60, le=7 * 86_400)


class DownloadQuery(Payload):
    """Whether a browser should play it or keep it."""

    inline: bool = False


class BatchBody(Payload):
    """What is to be done; see `docs/topics/deciding.md`."""

    transcribe: StrictBool = True
    analyze: StrictBool = True
    force_retranscribe: StrictBool = False
    force_reanalyze: StrictBool = False


class BatchReply(Reply):
    """How many answers there are, have been heard and evaluated, and have failed."""

    session_id: str
    total_recordings: int
    processed_recordings: int
    failed_recordings: int
    status: BatchStatus
    message: str


async def list_results(request: web.Request) -> web.Response:
    """The sessions of an interview with their recordings."""
    services, query = services_of(request), read_query(request, ResultsQuery)
    interview = (await library_of(request).find(request.match_info["interview_key"])).document
    found, total = await services.storage.sessions.page(
        of={"interview_id": interview.interview_id},
        organisation_id=organisation_of(request),
        limit=query.limit,
        offset=query.offset,
    )
    choice = await scoring_of(services.storage.documents, organisation_of(request))
    states = [await services.live.state(one.session_id) for one in found]
    sessions = [await _view(services, as_shown(state, choice)) for state in states]
    return reply(ResultPage(sessions=sessions, total=total, limit=query.limit, offset=query.offset))


async def _view(services: CoreServices, state: State) -> ResultView:
    recordings = await results.recordings_of(services, state)
    return ResultView(
        session_id=state.session_id,
        token_value=await results.token_value_of(services, state),
        candidate_name=state.candidate.name,
        standing=standing_of(state),
        start_time=state.started_at,
        end_time=state.ended_at,
        recordings=[RecordingItem(**_item(one)) for one in recordings],
    )


async def _shown(services: CoreServices, state: State) -> State:
    choice = await scoring_of(services.storage.documents, state.organisation_id)
    return as_shown(state, choice)


def _item(one: Recording) -> dict[str, object]:
    fields = one.model_dump(exclude={"answer_id", "transcript", "analysis"})
    return fields | {"file_path": f"recordings/{one.id}"}


async def one_result(request: web.Request) -> web.Response:
    """One session of an interview."""
    services = core_of(request)
    return reply(await _view(services, await _shown(services, await _state(request))))


async def _state(request: web.Request) -> State:
    """Raises NotFound: the interview, or a session of it, is not there."""
    match = request.match_info
    library = library_of(request)
    key, session_id = match["interview_key"], match["session_id"]
    return await results.result_of(services_of(request), library, key, session_id)


async def delete_result(request: web.Request) -> web.Response:
    """Erase a session with its recordings, report and all."""
    state = await _state(request)
    if not await purge.erase(services_of(request), state.session_id):
        raise NotFound("Session", state.session_id)
    await audit(request, "session_deleted", state.session_id)
    return web.Response(status=204)


async def one_recording(request: web.Request) -> web.Response:
    """A recording with its words, its scores and an address to fetch it from."""
    services, query = core_of(request), read_query(request, FileQuery)
    state = await _shown(services, await _state(request))
    found = await _recording(services, state, request.match_info["recording_id"])
    url = until = None
    if query.include_file_url and query.generate_url:
        path = DOWNLOAD.format(session_id=state.session_id, recording_id=found.id)
        now = services.clock()
        url = services.settings.resolved_public_url + sign_path(
            services.keys, path, query.expires_in, now
        )
        until = (now + timedelta(seconds=query.expires_in)).replace(microsecond=0)
    return reply(
        RecordingDetail(
            **_item(found),
            transcript=found.transcript,
            analysis=found.analysis,
            file_url=url,
            file_url_expires_at=until,
        )
    )


async def _recording(services: CoreServices, state: State, recording_id: str) -> Recording:
    for one in await results.recordings_of(services, state):
        if one.id == recording_id:
            return one
    raise NotFound("Recording", recording_id[:64])


async def download(request: web.Request) -> web.StreamResponse:
    """The file, whole or in ranges."""
    services, query = services_of(request), read_query(request, DownloadQuery)
    state = await services.live.state(request.match_info["session_id"])
    found = await _recording(services, state, request.match_info["recording_id"])
    if found.id == WHOLE:
        joined = await services.recordings.joined(state.session_id)
        if joined is None or not joined.files:
            raise NotFound("Recording", found.id)
        file = joined.files[0]
        pieces, mime, etag = [(file.key, file.size_bytes)], file.mime, joined.fingerprint
    else:
        chunks = await _chunks(services, state, found.id)
        pieces = [(chunk.blob_key, chunk.size_bytes) for chunk in chunks]
        mime, etag = chunks[0].mime, chunks[-1].sha256
    ending = ENDINGS.get(mime, "webm")
    how: Literal["inline", "attachment"] = "inline" if query.inline else "attachment"
    return await ranged_blobs(
        request,
        services.blobs,
        pieces,
        content_type=mime,
        etag=etag,
        disposition=f'{how}; filename="recording-{found.id[:8]}.{ending}"',
    )


async def _chunks(services: CoreServices, state: State, take_id: str) -> list[RecordingChunk]:
    part_id = next(take.part_id for take in state.takes if take.take_id == take_id)
    chunks = await services.storage.recordings.chunks(state.session_id)
    own = sorted((c for c in chunks if c.part_id == part_id), key=lambda c: c.number)
    if not own:
        raise NotFound("Recording", take_id)
    return own


async def batch_process(request: web.Request) -> web.Response:
    """Have answers heard and evaluated: what is missing, or with force what is there as well."""
    body, services = await read_body(request, BatchBody), services_of(request)
    state = await _state(request)
    flags = batch.Flags(**body.model_dump())
    asked = await batch.process(services, state, flags, principal_of(request).actor)
    await audit(request, "batch_processed", state.session_id, **body.model_dump())
    after = await services.live.state(state.session_id)
    return await _batch(services, after, _asked(asked, flags))


def _asked(answers: int, flags: batch.Flags) -> str:
    if answers or flags.force_reanalyze:
        parts = [f"{answers} answers are worked on."] if answers else []
        parts += ["All scores are made anew."] if flags.force_reanalyze else []
        return " ".join(parts)
    return "There is nothing to do: what was asked for has been done."


async def batch_status(request: web.Request) -> web.Response:
    """How far it is."""
    return await _batch(core_of(request), await _state(request))


async def _batch(services: CoreServices, state: State, message: str = "") -> web.Response:
    count = await batch.counted(services, state)
    done = f"{count.processed} of {count.total} answers are done, {count.failed} failed."
    return reply(
        BatchReply(
            session_id=state.session_id,
            total_recordings=count.total,
            processed_recordings=count.processed,
            failed_recordings=count.failed,
            status=count.status,
            message=message or done,
        )
    )


ROUTES = [
    Route(
        method="GET",
        path=BASE,
        handler=list_results,
        allow=STAFF_OR_SERVICE,
        summary="The sessions of an interview",
        query=ResultsQuery,
        response=ResultPage,
        statuses=(404, 422),
    ),
    Route(
        method="GET",
        path=ONE,
        handler=one_result,
        allow=STAFF_OR_SERVICE,
        summary="One session of an interview",
        response=ResultView,
        statuses=(404,),
    ),
    Route(
        method="DELETE",
        path=ONE,
        handler=delete_result,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Erase a session of an interview",
        status=204,
        statuses=(404,),
    ),
    Route(
        method="GET",
        path=ONE + "/recordings/{recording_id}",
        handler=one_recording,
        allow=STAFF_OR_SERVICE,
        summary="A recording with words and scores",
        scope="recordings:read",
        query=FileQuery,
        response=RecordingDetail,
        statuses=(404, 422),
    ),
    Route(
        method="GET",
        path=DOWNLOAD,
        handler=download,
        allow=VIEWERS,
        summary="The file of a recording",
        description="Ranges are served. The signed address of the recording works in a player.",
        kind="file",
        scope="recordings:read",
        query=DownloadQuery,
        produces="video/webm",
        statuses=(404, 416, 422, 503),
    ),
    Route(
        method="POST",
        path=ONE + "/batch-process",
        handler=batch_process,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Have answers heard and evaluated again",
        description="409 before the end, or while scores are awaited as it is.",
        request=BatchBody,
        response=BatchReply,
        statuses=(400, 404, 409),
    ),
    Route(
        method="GET",
        path=ONE + "/batch-status",
        handler=batch_status,
        allow=STAFF_OR_SERVICE,
        summary="How far hearing and evaluating is",
        response=BatchReply,
        statuses=(404,),
    ),
]
