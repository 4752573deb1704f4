"""A list as a file: the rows of the contract as JSON, the same laid flat as CSV, at the address of the page with an ending."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from weakties.contract.envelope import envelope
from weakties.contract.values import rounded
from weakties.web.served import current
from weakties.workspace.seen import Seen


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list answers. question: as the command line calls it; rows: of the contract; more: what else belongs to the answer."""

    question: str
    rows: Sequence[Mapping[str, Any]]
    more: Mapping[str, Any] = field(default_factory=dict)


Ask = Callable[[HttpRequest, Seen], Listed]


def routes(address: str, ask: Ask) -> list[URLPattern]:
    """Return where a list is found as `.json` and as `.csv`. address: of its page; ask: what it answers."""

    def as_json(request: HttpRequest) -> HttpResponse:
        with current().view(slow=True) as seen:
            found = ask(request, seen)
            told = envelope(found.question, seen.view, found.rows, **found.more)
        return JsonResponse(told, json_dumps_params={"ensure_ascii": False})

    def as_csv(request: HttpRequest) -> HttpResponse:
        with current().view(slow=True) as seen:
            found, day = ask(request, seen), seen.view.as_of
        return table(rounded(found.rows), f"{found.question}-{day}")

    name = address.replace("/", "-")
    return [
        path(f"{address}.json", require_GET(as_json), name=f"{name}-json"),
        path(f"{address}.csv", require_GET(as_csv), name=f"{name}-csv"),
    ]


def address(said: Mapping[str, Any], **usual: Any) -> str:
    """Return what a page is asked for, as its address has it: what is empty or as usual is left out. said: a word, a number, whether
    it is so, or several words, by name; usual: what is meant where nothing is said, by name."""
    kept = {name: "1" if value is True else value for name, value in said.items() if value and usual.get(name) != value}
    return urlencode(kept, doseq=True)


def table(rows: Sequence[Mapping[str, Any]], name: str) -> HttpResponse:
    """Answer with rows as CSV. name: of the file, without its ending."""
    laid = [flat(row) for row in rows]
    head = list(dict.fromkeys(column for row in laid for column in row))
    return sheet(head, ([row.get(column, "") for column in head] for row in laid), name)


def sheet(head: Sequence[str], rows: Any, name: str) -> HttpResponse:
    """Answer with a table as CSV. rows: of cells; name: of the file, without its ending."""
    text = io.StringIO()
    written = csv.writer(text)
    written.writerow(head)
    written.writerows([safe(cell) for cell in row] for row in rows)
    answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row without anything in anything: people by name with their id beside, lists in one cell, parts by `whole_part`."""
    laid: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            if _is_person(value):
                laid |= {name: value["name"], f"{name}_id": value["id"]}
            else:
                laid |= {f"{name}_{part}": cell for part, cell in flat(value).items()}
        else:
            laid[name] = _cell(value)
    return laid


def _is_person(value: Mapping[str, Any]) -> bool:
    return {"id", "name", "handles"} == set(value)


def _cell(value: Any) -> Any:
    if isinstance(value, Mapping):
        for part in ("text", "name", "person"):
            if part in value:
                return _cell(value[part])
        return ", ".join(f"{name} {_cell(own)}" for name, own in value.items())
    if isinstance(value, (list, tuple)):
        return "; ".join(str(_cell(each)) for each in value)
    return "" if value is None else value


def safe(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and not _is_phone(value) else value


def _is_phone(value: str) -> bool:
    return value[:1] in "+-" and all(c.isdigit() or c in " ()./-+" for c in value)
