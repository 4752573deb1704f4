"""Jobs as pages: how far one is, live where the browser can, what it asks when it is done, and the way to stop it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from weakties.errors import UsageError
from weakties.web import arrivals, uploads
from weakties.web.jobs import Job
from weakties.web.pages import shown
from weakties.web.served import current

# A stream ends after so long and the browser asks anew, so that nobody who is gone holds a thread.
_STREAM_SECONDS = 25.0
_BEAT_SECONDS = 1.0
_SEEN_SECONDS = 0.33


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
def events(request: HttpRequest, name: str) -> StreamingHttpResponse:
    """Tell how far a job is, whenever that changes."""
    del request
    answer = StreamingHttpResponse(_events(_job(name)), content_type="text/event-stream")
    # What is packed waits until there is enough of it.
    answer.headers["Content-Encoding"] = "identity"
    answer.headers["X-Accel-Buffering"] = "no"
    return answer


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
    batch = uploads.find(served.space.home, looked.batch)
    begun = served.jobs.begin(arrivals.bring(served.space, batch, most=looked.outcome.records))
    served.jobs.drop(looked)
    return redirect(f"/sources/jobs/{begun.id}")


@require_POST
def drop(request: HttpRequest, name: str) -> HttpResponse:
    """Leave what was looked at: the files go."""
    served, looked = current(), _looked(name)
    uploads.throw_away(served.space.home, looked.batch)
    served.jobs.drop(looked)
    messages.info(request, f"{looked.title} is left out, and the file is removed.")
    return redirect("/sources")


def _job(name: str) -> Job:
    if current().incognito:
        raise UsageError("Nothing comes in under invented names.", hint="Serve without --incognito.")
    found = current().jobs.find(name)
    if found is None:
        raise Http404(name)
    return found


def _looked(name: str) -> Job:
    found = _job(name)
    if found.kind != "look" or not found.over:
        raise UsageError("There is nothing to decide of this yet.", hint="Wait until it was counted.")
    return found


def _events(job: Job) -> Iterator[bytes]:
    closing = current().jobs.closing
    began, seen = time.monotonic(), -1
    yield b"retry: 500\n\n"
    while not closing.is_set() and time.monotonic() - began < _STREAM_SECONDS:
        version = job.wait(seen, _BEAT_SECONDS)
        if version == seen:
            yield b": here\n\n"
            continue
        seen = version
        yield _event(job)
        if job.over:
            return
        # Three times a second is as much as anybody sees.
        closing.wait(_SEEN_SECONDS)


def _event(job: Job) -> bytes:
    said: dict[str, Any] = {
        "state": job.state, "line": job.line, "count": job.count, "most": job.most, "left": job.seconds_left, "over": job.over,
    }  # fmt: skip
    return f"data: {json.dumps(said)}\n\n".encode()
