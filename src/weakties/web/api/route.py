"""What a route of the interface is: where, who may, what is asked, what is answered. All that is described follows from this."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

import msgspec

T = TypeVar("T")
Scope = Literal["read", "write"]
SCOPES: Mapping[str, str] = {
    "read": "Ask everything that a page shows.",
    "write": "Decide, and take decisions back.",
}
Method = Literal["get", "post", "delete"]

Limit = Annotated[int, msgspec.Meta(ge=1, le=1_000, description="Rows at the most.")]
Skip = Annotated[int, msgspec.Meta(ge=0, le=10_000_000, description="Rows to leave out at the beginning.")]
Text = Annotated[str, msgspec.Meta(max_length=500)]


class Asked(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What every read can be asked."""

    as_of: Annotated[date, msgspec.Meta(description="Answer as of this day; today if it is left out.")] | None = None


class AskedList(Asked, kw_only=True):
    """What a list can be asked."""

    limit: Limit = 50
    skip: Skip = 0

    def part(self, rows: Sequence[T]) -> Sequence[T]:
        """Return the rows that are asked for."""
        return rows[self.skip : self.skip + self.limit]


# What a route does: the parts of its path, what was asked (or sent); it returns the whole answer.
Do = Callable[[Mapping[str, str], Any], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Route:
    """A route. path: below /api/v1, parts in braces; asked: the type of the query of a read, of the body of a write, None for
    nothing; row: the type of a row; question: how the answer is called; beside: what else stands beside the rows, by name."""

    method: Method
    path: str
    scope: Scope
    question: str
    says: str
    do: Do
    row: type
    asked: type[msgspec.Struct] | None = None
    beside: Mapping[str, Any] | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """The names in braces in the path."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))
