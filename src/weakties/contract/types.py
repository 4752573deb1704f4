"""What the rows of the answers are made of, as types: the interface for programs is described by them, and what it answers is held
against them. Days are `2026-03-01`, times `2026-03-01T10:00:00Z`; numbers of a tie lie between 0 and 1."""

from typing import Any, Literal, NotRequired, TypedDict

Direction = Literal["in", "out", "met", "heard", "beside"]


class Person(TypedDict):
    """A person. id: stable; handles: the busiest first, as `kind:value`."""

    id: str
    name: str
    handles: list[str]


class Reason(TypedDict):
    """What moved a number, by how much, in a sentence, with the facts behind it."""

    what: str
    weight: float
    text: str
    evidence: list[str]


class Exchange(TypedDict):
    """The last words between two."""

    id: str
    at: str
    direction: Direction
    subject: str


class _Tie(TypedDict, total=False):
    strength: float
    alive: float
    embeddedness: float
    value: float
    answer: float


class Suggestion(_Tie):
    """Somebody who deserves a word."""

    person: Person
    worth: float
    headline: str
    kind: str
    minutes: int
    channel: str
    opener: str
    last: Exchange | None
    reasons: list[Reason]


class Waiting(TypedDict):
    """A conversation that waits, for me or for them."""

    person: Person
    waits: Literal["me", "them"]
    id: str
    at: str
    days: int
    subject: str


class Place(TypedDict):
    """Where a copy of a fact stands. offset: bytes or row."""

    file: str
    offset: int


class News(TypedDict):
    """What is new of somebody."""

    kind: str
    day: str
    text: str
    before: str
    after: str
    event: str | None
    place: dict[str, Any] | None


class Told(News):
    """What is new of whom."""

    person: Person


class Attendee(_Tie):
    """Somebody who takes part in a meeting."""

    person: Person
    last: Exchange | None
    mutual: list[Person]
    news: list[News]


class Meeting(TypedDict):
    """A meeting that comes. duration: seconds."""

    id: str
    at: str
    subject: str
    duration: int
    attendees: list[Attendee]


class Listed(TypedDict):
    """One of everybody; the numbers are null where there is no tie."""

    person: Person
    organisation: str | None
    kind: str | None
    strength: float | None
    alive: float | None
    value: float | None
    answer: float | None
    sent: int | None
    received: int | None
    silence: int | None
    mutual: int | None
    title: str
    machine: str


class Rhythm(TypedDict):
    """How a tie breathes. surprise: share of its gaps that were as long as today's silence."""

    usual_gap_days: float | None
    surprise: float | None
    overdue_days: int
    text: str


class Mutual(TypedDict):
    """Somebody whom both know."""

    person: Person
    messages: int


class Year(TypedDict):
    """What was written in a year."""

    year: int
    sent: int
    received: int


class Began(TypedDict):
    """How a tie began."""

    how: str
    day: str
    subject: str
    event: str | None
    through: Person | None
    text: str


class Relation(TypedDict):
    """What somebody is to me, and how that is known."""

    what: str
    text: str


class Decision(TypedDict):
    """What was decided. value: by name."""

    id: int
    kind: str
    value: dict[str, Any]


class Decided(Decision):
    """What was decided of whom."""

    at: str
    handle: str
    other: str


class Why(_Tie):
    """One person opened: every number with its reasons."""

    person: Person
    title: str
    organisation: str | None
    machine: str
    kind: str | None
    motion: str | None
    computed: dict[str, float]
    reasons: dict[str, list[Reason]]
    rhythm: Rhythm | None
    answer_hours: dict[str, float | None]
    mutual: list[Mutual]
    years: list[Year]
    began: Began | None
    relations: list[Relation]
    news: list[News]
    decisions: list[Decision]


class Fact(TypedDict):
    """A fact between somebody and me."""

    id: str
    direction: Direction
    channel: str
    subject: str
    group_size: int
    asks: bool
    at: str


class Named(TypedDict):
    """Something that several share."""

    name: str
    people: int


class Circle(TypedDict):
    """A circle that people live in."""

    id: str
    name: str
    named_by: str
    people: int
    in_touch: int
    strong: int
    alive: float
    houses: list[Named]
    places: list[Named]
    gatherings: list[Named]
    words: list[str]
    middle: Person
    nearest: list[Person]


class Knows(TypedDict):
    """How it is known that two know each other."""

    how: Literal["seen", "said", "inferred"]
    confidence: float
    contact: float
    reasons: list[Reason]


class Hop(TypedDict):
    """Somebody to ask, and how they know the next."""

    person: Person
    score: float
    reasons: list[Reason]
    knows: Knows | None


class Way(TypedDict):
    """A way to somebody. note: a text to forward."""

    asked: str
    meant: str
    target: Person
    direct: bool
    worth: float
    hops: list[Hop]
    note: str


class Chain(TypedDict):
    """A chain of people between two; a tie of my own is null."""

    people: list[Person]
    worth: float
    ties: list[Knows | None]


class Introductions(TypedDict):
    """Introductions that somebody made."""

    made: int
    took: int
    last: str | None


class Connector(TypedDict):
    """Somebody who connects worlds."""

    person: Person
    score: float
    introductions: Introductions
    people: int
    circles: int
    effective_circles: float
    constraint: float | None
    effective_size: float
    reasons: list[Reason]


class Likely(TypedDict):
    """A place in the order of likelihood."""

    place: int
    among: int


class Loose(TypedDict):
    """A contact of my contacts."""

    person: Person
    title: str
    organisation: str
    place: str
    worth: float
    likely: Likely
    score: float
    through: list[Person]
    shared: int
    seen_at: dict[str, Any] | None
    reasons: list[Reason]


class Organisation(TypedDict):
    """An organisation, and how I stand with it."""

    house: str
    name: str
    domain: str
    people: int
    former: int
    in_touch: int
    strength: float
    alive: float
    last_contact: str | None
    came: int
    left: int
    own: bool
    strongest: NotRequired[Person | None]


class Member(TypedDict):
    """Somebody who is or was at an organisation."""

    person: Person
    title: str
    now: bool
    first_day: str
    last_day: str
    in_touch: bool
    kind: str | None
    strength: float | None
    alive: float | None
    answer: float | None
    last_contact: str | None
    came: bool
    came_from: str
    left: bool
    gone_to: str


class Overlooked(TypedDict):
    """Somebody who is overlooked, with the one step to take."""

    person: Person
    group: str
    worth: float
    text: str
    step: str
    channel: str
    evidence: list[str]


class Probable(TypedDict):
    """Two handles that are probably one person's."""

    a: str
    b: str
    weight: float
    reasons: list[str]


class Counts(TypedDict):
    """What an import read of one kind: read = new + known + rejected."""

    read: int
    new: int
    known: int
    rejected: int


class Import(TypedDict):
    """An import, with what it read of each kind."""

    id: str
    source: str
    path: str
    imported_at: str
    events: Counts
    cards: Counts
    links: Counts
    deals: NotRequired[Counts]
    items: NotRequired[Counts]


class Account(TypedDict):
    """A live account, with how its last sync went."""

    id: str
    kind: str
    owner: str
    settings: dict[str, str]
    status: dict[str, Any] | None


class Failure(TypedDict):
    """What is answered where something went wrong. hint: what to do about it; code: what the program would end with."""

    error: str
    hint: str
    code: int
