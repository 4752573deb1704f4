"""Jobs as pages: how far one is, live where the browser can, what it asks when it is done, and the way to stop it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Generator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from weakties.errors import UsageError
from weakties.web import arrivals, uploads
from weakties.web.jobs import Job, Jobs
from weakties.web.pages import shown
from weakties.web.served import current

# A stream ends after so long and the browser asks anew, so that nobody who is gone holds a thread.
_STREAM_SECONDS = 25.0
_BEAT_SECONDS = 5.0
# Three times a second is as much as anybody sees.
_SEEN_SECONDS = 0.33
# Pages that are told at the same time: each holds a thread. Whoever comes next asks again.
_MOST_STREAMS = 4
_streams = threading.BoundedSemaphore(_MOST_STREAMS)


@require_GET
def job(request: HttpRequest, name: str) -> HttpResponse:
    """Show a job by itself; a browser without scripts asks again while it runs."""
    told = {"job": _job(name), "alone": True, "here": "/sources"}
    if shown.nothing_yet():
        return render(request, "weakties/job.html", told)
    return shown.page(request, "job.html", lambda _: told)


@require_GET
def part(request: HttpRequest, name: str) -> HttpResponse:
    """Show a job as a part of a page."""
    return render(request, "weakties/parts/job.html", {"job": _job(name)})


@require_GET
def events(request: HttpRequest) -> HttpResponseBase:
    """Tell how far all jobs are, whenever that changes, for as long as one is not over."""
    del request
    _may_look()
    # What is packed waits until there is enough of it.
    headers = {"Content-Encoding": "identity", "X-Accel-Buffering": "no"}
    return StreamingHttpResponse(_told(current().jobs), content_type="text/event-stream", headers=headers)


@require_POST
def stop(request: HttpRequest, name: str) -> HttpResponse:
    """Stop a job."""
    del request
    current().jobs.stop(_job(name))
    return redirect(f"/sources/jobs/{name}")


@require_POST
def bring(request: HttpRequest, name: str) -> HttpResponse:
    """Bring in what was looked at."""
    del request
    served, looked = current(), _looked(name)
    if looked.state != "done":
        raise UsageError(
            "It could not be looked at, so there is nothing to bring in.", hint="Send it again, or leave it."
        )
    batch = uploads.find(served.space.home, looked.batch)
    if not served.jobs.drop(looked):
        raise Http404(name)
    begun = served.jobs.begin(arrivals.bring(served.space, batch, most=looked.outcome.records))
    return redirect(f"/sources/jobs/{begun.id}")


@require_POST
def drop(request: HttpRequest, name: str) -> HttpResponse:
    """Leave what was looked at: the files go."""
    served, looked = current(), _looked(name)
    if not served.jobs.drop(looked):
        raise Http404(name)
    uploads.throw_away(served.space.home, looked.batch)
    messages.info(request, f"{looked.title} is left out, and the file is removed.")
    return redirect("/sources")


def _may_look() -> None:
    if current().incognito:
        raise UsageError("Nothing comes in under invented names.", hint="Serve without --incognito.")


def _job(name: str) -> Job:
    _may_look()
    found = current().jobs.find(name)
    if found is None:
        raise Http404(name)
    return found


def _looked(name: str) -> Job:
    found = _job(name)
    if found.kind != "look" or not found.over:
        raise UsageError("There is nothing to decide of this yet.", hint="Wait until it was counted.")
    return found


def _told(jobs: Jobs) -> Generator[bytes, None, None]:
    """Say how far jobs are, or that the browser is to ask again later where too many are told already."""
    # Taken with the first word: a stream that nobody reads holds no place.
    if not _streams.acquire(blocking=False):
        yield b"retry: 3000\n\n"
        return
    try:
        yield from _events(jobs)
    finally:
        _streams.release()


def _events(jobs: Jobs) -> Generator[bytes, None, None]:
    began = heard = time.monotonic()
    seen: dict[str, int] = {}
    yield b"retry: 500\n\n"
    while not jobs.closing.is_set() and time.monotonic() - began < _STREAM_SECONDS:
        known = jobs.all()
        for job in known:
            if seen.get(job.id) != (version := job.version):
                seen[job.id], heard = version, time.monotonic()
                yield _event(job)
        if all(job.over for job in known):
            yield b"event: done\ndata: \n\n"
            return
        if time.monotonic() - heard > _BEAT_SECONDS:
            heard = time.monotonic()
            yield b": here\n\n"
        jobs.closing.wait(_SEEN_SECONDS)


def _event(job: Job) -> bytes:
    said: dict[str, Any] = {
        "job": job.id, "state": job.state, "line": job.line, "count": job.count, "most": job.most, "left": job.seconds_left,
        "over": job.over,
    }  # fmt: skip
    return f"data: {json.dumps(said)}\n\n".encode()
