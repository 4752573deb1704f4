"""Score: how good the numbers are, measured on the owner's own log beside every published score, and on public sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from weakties.errors import UsageError
from weakties.proof.published import published
from weakties.web.draw.calibration import calibration
from weakties.web.jobs import Job
from weakties.web.pages import shown
from weakties.web.served import current
from weakties.workspace import Workspace

# task -> (the question, what is ordered)
TASKS = {
    "persistence": (
        "Whom will I be in touch with?",
        "everybody you were ever in touch with, by what came before a day",
    ),
    "dormant": ("Which silent tie wakes up?", "those who have been silent for long"),
    "fof": ("Which contact of a contact comes into touch?", "people two steps away"),
    "introducer": ("Who puts two strangers in touch?", "those whom both of two strangers knew"),
}


@require_GET
def score(request: HttpRequest) -> HttpResponse:
    """Show what was measured, and offer to measure."""
    asked = request.GET.get("task", "persistence")
    task = asked if asked in TASKS else "persistence"
    told: dict[str, Any] = {
        "task": task,
        "tasks": TASKS,
        "question": TASKS[task][0],
        "ordered": TASKS[task][1],
        "public": published(),
        "job": next(
            (job for job in current().jobs.busy() if job.kind == "score" and job.title == TASKS[task][0]), None
        ),
        "here": "/score",
    }
    if shown.nothing_yet():
        return render(request, "weakties/score.html", told)

    def ask(seen: Any) -> Mapping[str, Any]:
        found = seen.space.measured(task)
        return {**told, "found": found, "plot": calibration(found["reliability"]) if found else None}

    return shown.page(request, "score.html", ask)


@require_POST
def measure(request: HttpRequest) -> HttpResponse:
    """Begin to measure, unless that is being done."""
    task, served = request.POST.get("task", ""), current()
    if served.incognito:
        raise UsageError("Nothing is measured under invented names.", hint="Serve without --incognito.")
    if task not in TASKS:
        raise UsageError(f"{task!r} is no task.", hint=f"There are: {', '.join(TASKS)}.")
    running = next((job for job in served.jobs.busy() if job.kind == "score" and job.title == TASKS[task][0]), None)
    job = running or served.jobs.begin(_job(served.space, task))
    return redirect(f"/sources/jobs/{job.id}")


def _job(space: Workspace, task: str) -> Job:
    as_of = current().as_of

    def work(job: Job) -> None:
        space.measure(task, as_of=as_of, told=job.tell)

    return Job("score", TASKS[task][0], work)
