"""Review: who may be one person, both sides shown; machines that may be people. Each answer is a decision that can be undone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from weakties.answers import Person, Question
from weakties.errors import UsageError
from weakties.insight.doubtful import Doubt
from weakties.insight.openers import Exchange
from weakties.ties.words import plural
from weakties.web.pages import shown
from weakties.web.pages.decide import numbers, of_two
from weakties.web.served import current
from weakties.web.whole import page_of
from weakties.workspace.sayings import Said
from weakties.workspace.seen import Seen

PAGE = 10
_LATER = "later"
_MOST_LATER = 500
# Pairs of one question that are compared: each takes a while in a large home.
_COMPARED = 2


@dataclass(frozen=True, slots=True)
class Side:
    """One of those who may be one, with the handles in question. person: None where nobody has them any more."""

    handles: tuple[str, ...]
    person: Person | None
    last: Exchange | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question. key: names it without naming anybody."""

    key: str
    sides: tuple[Side, ...]
    reasons: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]


@require_GET
def review(request: HttpRequest) -> HttpResponse:
    """Show what is to be decided of who is who."""
    at = page_of(request.GET.get("page"))
    later = frozenset(request.session.get(_LATER, ()))

    def ask(seen: Seen) -> Mapping[str, Any]:
        every = _open(seen)
        found = [each for key, each in every.items() if key not in later]
        sheet = shown.paged(found, at, PAGE, lambda number: f"?page={number}")
        now = sheet["rows"]
        doubts = seen.once("doubtful", lambda: seen.space.doubtful(view=seen.view))
        return {
            **sheet,
            "questions": seen.once(f"asked {' '.join(map(key_of, now))}", lambda: _asked(seen, now)),
            "put_off": len(every) - len(found),
            "doubts": _doubts(seen, doubts),
        }

    return shown.page(request, "review.html", ask)


@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Show all that speaks for two being one, and against."""
    served = current()
    if served.incognito:
        raise UsageError("Two people are compared by their real addresses.", hint="Serve without --incognito.")
    # All that is known is gone through for it.
    with served.view(slow=True) as seen:
        question = _named(_open(seen), request.GET.get("q", ""))
        compared = [served.space.compare(a, b, view=seen.view) for a, b in question.pairs[:_COMPARED]]
    most = max((abs(r.weight) for each in compared for r in each.reasons), default=0.0)
    told = {"compared": compared, "most": most, "here": "/review"}
    if request.headers.get("HX-Request"):
        return render(request, "weakties/parts/compared.html", told)
    return shown.page(request, "compared.html", lambda _: told)


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Say of one question, or of all that were chosen, whether they are one, not one, or to be asked later."""
    said = next((word for word in ("merge", "split", "later") if word in request.POST), "")
    one = request.POST.get(said, "")
    keys = [one] if one else request.POST.getlist("q")
    if not said or not keys:
        raise UsageError("No question is chosen.", hint="Tick one or more, or press a button beside one.")
    if said == "later":
        kept = [*request.session.get(_LATER, []), *keys]
        request.session[_LATER] = kept[-_MOST_LATER:]
        return redirect("/review")
    with current().view() as seen:
        questions = _open(seen)
        answered = [questions[key] for key in dict.fromkeys(keys) if key in questions]
        pairs = [pair for question in answered for pair in question.pairs]
        done = seen.space.join("merge" if said == "merge" else "split", pairs, view=seen.view)
    if done.made:
        many = plural(len(answered), "question", "questions")
        told = f"{many} answered: {'made one' if said == 'merge' else 'kept apart'}. {of_two(done)}".rstrip()
        messages.success(request, told, extra_tags=numbers([d for d in done.made if d.id in done.new]))
    return redirect("/review")


@require_POST
def anew(request: HttpRequest) -> HttpResponse:
    """Ask again what was put off."""
    request.session.pop(_LATER, None)
    return redirect("/review")


@require_POST
def robot(request: HttpRequest) -> HttpResponse:
    """Say that somebody is a person, or a machine."""
    said = request.POST.get("say", "")
    if said not in ("human", "machine"):
        raise UsageError("Say whether it is a person or a machine.", hint="Press one of the two buttons.")
    with current().view() as seen:
        who = seen.person_of(request.POST.get("who", ""))
        done = seen.space.say([who], Said(kind=said), view=seen.view)
    told = f"{done.names[0]} is a {'person' if said == 'human' else 'machine'}."
    messages.success(request, told, extra_tags=numbers(done.made))
    return redirect("/review")


def key_of(question: Question) -> str:
    """Return what names a question: it follows from the handles and tells none."""
    return hashlib.blake2b("\n".join(sorted(question.handles)).encode(), digest_size=8).hexdigest()


def _open(seen: Seen) -> dict[str, Question]:
    """Return the questions that are open, by key."""
    return {key_of(question): question for question in seen.questions}


def _named(questions: Mapping[str, Question], key: str) -> Question:
    if key not in questions:
        raise UsageError("This was answered meanwhile.", hint="Review shows what is left.")
    return questions[key]


def _asked(seen: Seen, questions: Sequence[Question]) -> list[Asked]:
    known = [handle for question in questions for handle in question.handles]
    ids = seen.space.person_ids(known, view=seen.view)
    everybody = sorted(set(ids.values()))
    who = seen.space.persons(everybody, view=seen.view)
    last = seen.space.last_words(everybody, view=seen.view)

    def sides(question: Question) -> tuple[Side, ...]:
        theirs: dict[str, list[str]] = {}
        for handle in question.handles:
            theirs.setdefault(ids.get(handle, handle), []).append(handle)
        return tuple(Side(tuple(own), who.get(person), last.get(person)) for person, own in theirs.items())

    return [Asked(key_of(q), sides(q), q.reasons, q.pairs) for q in questions]


def _doubts(seen: Seen, found: Sequence[Doubt]) -> list[tuple[Doubt, Person]]:
    said = {d.handle for d in seen.said if d.kind in ("human", "machine")}
    settled = frozenset(seen.space.person_ids(sorted(said), view=seen.view).values())
    who = seen.space.persons([doubt.person for doubt in found], view=seen.view)
    return [(d, who[d.person]) for d in found if d.person in who and d.person not in settled]
