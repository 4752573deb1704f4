"""Who is a machine: newsletters, lists, bots, no-reply and role addresses, each with the reason.

The headers' word counts first, the address second, behaviour last; the user's word above all. An author on a discussion
list is a person although list headers are on everything she writes, so the list's words never count against the author.
Without headers a machine may still show itself: it says the same subject again and again and is never answered. Somebody who
writes into the void in different words is taken for a person whom nobody answers.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import duckdb

from weakties.facts import handles
from weakties.identity import names, organisations
from weakties.identity.sightings import Seen

# At least this share of what an address wrote must carry the words of a machine.
_MOSTLY = 0.6
_MANY = 6

_NEVER_ANSWERED = re.compile(
    r"(^|[._\-+])(no|do|not|dont)[._\-]*(not)?[._\-]*repl(y|ies)|noreply|nepasrepondre|keine-?antwort|mailer-?daemon|"
    r"^postmaster$|^owner-|-(owner|request|bounces?|admin|subscribe|unsubscribe|return)$|^(bounces?|return|devnull|autoreply|auto-?confirm|unsubscribe)([._\-+]|$)|(^|[._\-])bounces?\+"
)
_MACHINE = re.compile(
    r"(^|[._\-+])(bot|robot|notifications?|notify|alerts?|newsletters?|news|digest|updates?|mailing|mailings|announce(ments)?|"
    r"listserv|majordomo|listmaster|autolearn|cron|daemon|automated?|jenkins|buildbot|bugzilla|patchwork|syzbot|promo(tions)?|"
    r"offers?|deals|marketing|campaigns?|receipts?|invoices?|confirm(ation)?s?|reminders?|statements?|specials)([._\-+\d]|$)"
)
_ROLE = re.compile(
    r"^(info|contact|kontakt|office|admin|administrator|webmaster|hostmaster|abuse|security|support|help|helpdesk|service|"
    r"services|customer[._\-]?(service|care|support)|care|sales|billing|accounts?|accounting|orders?|shop|store|team|hr|jobs|"
    r"careers|recruiting|press|media|pr|feedback|hello|hi|enquir(y|ies)|inquir(y|ies)|reservations?|booking|bookings|"
    r"registration|events?|membership|members|subscriptions?|legal|privacy|root|mail|email|system|service\w*)$"
)
_CROWD = re.compile(
    r"(^|[._\-])(all|everyone|everybody|staff|users|list|lists|group|groups|team|dl|members|employees|alumni|committee|board|"
    r"discuss|dev|devel|announce|distribution)([._\-]|$)|-l$|^dl[._\-]"
)
_LIST_HOST = re.compile(
    r"^(lists?|groups|listserv|mailman|vger|googlegroups|yahoogroups|egroups|majordomo)\.|\.(lists?|groups)\."
)

_MAILING_HOST = re.compile(
    r"(e?news|e-?mail|mailer|mailings?|alerts?|reply|bounces?|newsletters?|eblast|offers?|promo|notify|notifications?|"
    r"[a-z]{0,2}mail\d+|em\d*|e)"
)

# What headers say of machines is said in few ways; each is taken apart once.
_WORDS = """
    WITH worded AS (
        SELECT bulk, words <> [] AND NOT list_has_all(['list'], words) AS machine, list_contains(words, 'newsletter') AS newsletter,
            list_contains(words, 'bot') AS bot, list_contains(words, 'auto') AS auto, list_contains(words, 'spam') AS spam,
            list_contains(words, 'bulk') AS "bulk mail", list_contains(words, 'list') AS list
        FROM (SELECT bulk, list_filter(string_split(bulk, ' '), lambda w: w <> '') AS words FROM (SELECT DISTINCT bulk FROM moments))
    ),
    counted AS (
        SELECT t.who,
            count(*) AS total,
            count(*) FILTER (w.machine) AS machine,
            count(*) FILTER (w.newsletter) AS newsletter,
            count(*) FILTER (w.bot) AS bot,
            count(*) FILTER (w.auto) AS auto,
            count(*) FILTER (w.spam) AS spam,
            count(*) FILTER (w."bulk mail") AS bulk,
            count(*) FILTER (w.list) AS listed,
            count(*) FILTER (m.channel = 'email' AND m.subject <> '') AS titled,
            count(*) FILTER (regexp_matches(m.subject, '^(re|aw|sv|antw|r|tr|fwd?|wg|vs)\\s*(\\[\\d+\\])?:', 'i')) AS replies
        FROM takes t JOIN moments m USING (moment) JOIN worded w USING (bulk)
        WHERE t.author GROUP BY t.who
    ),
    -- Only who never answers is asked how often it says the same.
    repeated AS (
        SELECT t.who, count(DISTINCT regexp_replace(lower(m.subject), '[0-9]+', '#', 'g')) AS subjects
        FROM takes t SEMI JOIN (SELECT who FROM counted WHERE titled >= $many AND replies = 0) USING (who)
        JOIN moments m USING (moment)
        WHERE t.author AND m.channel = 'email' AND m.subject <> '' GROUP BY t.who
    )
    SELECT k.handle, c.* EXCLUDE (who), coalesce(r.subjects, 0)
    FROM counted c JOIN known k USING (who) LEFT JOIN repeated r USING (who)
"""

# Messages that the owner wrote to an address, copies to crowds not counted.
_ANSWERED = """
    WITH mine AS (SELECT who FROM known SEMI JOIN (SELECT unnest($mine) AS handle) USING (handle)),
    wrote AS (SELECT DISTINCT moment FROM takes SEMI JOIN mine USING (who) WHERE author)
    SELECT k.handle, count(DISTINCT m.event)
    FROM takes t JOIN moments m USING (moment) SEMI JOIN wrote USING (moment) JOIN known k USING (who)
    WHERE t.addressed AND m.group_size <= 12 GROUP BY k.handle
"""


@dataclass(frozen=True, slots=True)
class Written:
    """What an address wrote, in messages. machine: with a machine's words other than `list`; titled: with a subject;
    subjects: distinct ones, numbers taken for equal, 0 where it replies; replies: with a Re: or Fwd: before the subject; answered:
    that the owner wrote to it.
    """

    total: int = 0
    machine: int = 0
    newsletter: int = 0
    bot: int = 0
    auto: int = 0
    spam: int = 0
    bulk: int = 0
    listed: int = 0
    titled: int = 0
    subjects: int = 0
    replies: int = 0
    answered: int = 0


def written(connection: duckdb.DuckDBPyConnection, mine: Collection[str]) -> dict[str, Written]:
    """Return what every address wrote. mine: the owner's handles. Needs `sightings.canonical`."""
    answered: dict[str, int] = dict(connection.execute(_ANSWERED, {"mine": sorted(mine)}).fetchall())
    found = {handle: Written(answered=n) for handle, n in answered.items()}
    for row in connection.execute(_WORDS, {"many": _MANY}).fetchall():
        handle, total, machine, newsletter, bot, auto, spam, bulk, listed, titled, replies, subjects = row
        found[handle] = Written(
            total,
            machine,
            newsletter,
            bot,
            auto,
            spam,
            bulk,
            listed,
            titled,
            subjects,
            replies,
            answered.get(handle, 0),
        )
    return found


def reason(seen: Seen, wrote: Written) -> str:
    """Return why this handle is a machine, in one sentence; the empty text if it is taken for a person."""
    return (
        _by_part(seen)
        or _by_headers(wrote)
        or _by_address(seen, wrote)
        or _by_name(seen, wrote)
        or _by_coded_address(seen, wrote)
        or _by_behaviour(seen, wrote)
    )


def looks_like(handle: str) -> str:
    """Return why an address by itself looks like a machine's or an office's, whoever writes under it; else the empty text."""
    if handles.kind(handle) != "email":
        return ""
    local = handles.value(handle).rpartition("@")[0].partition("+")[0]
    if _NEVER_ANSWERED.search(local):
        return "Its address asks for no reply."
    if _MACHINE.search(local):
        return f"Its address is like that of a machine ({local})."
    return f"It is a role address ({local}@), not one person's." if _ROLE.match(local) else ""


def _by_part(seen: Seen) -> str:
    if handles.kind(seen.handle) == "list" or seen.listed:
        return "It is a mailing list."
    return ""


def _by_headers(wrote: Written) -> str:
    if not wrote.total or wrote.machine < _MOSTLY * wrote.total or (wrote.answered and wrote.replies):
        return ""
    # An automatic answer to what the owner wrote comes from somebody's mailbox: the person is on holiday, not a machine.
    if wrote.answered and wrote.auto == wrote.machine:
        return ""
    for times, said in (
        (wrote.spam, "was marked as spam"),
        (wrote.newsletter, "carries the headers of a newsletter"),
        (wrote.bot, "carries the headers of a program"),
        (wrote.auto, "says in its headers that a machine sent it"),
        (wrote.bulk, "is marked as bulk mail"),
    ):
        if times >= _MOSTLY * wrote.total:
            return f"What it writes {said} ({times} of {wrote.total})."
    return f"What it writes carries the headers of a machine ({wrote.machine} of {wrote.total})."


def _by_address(seen: Seen, wrote: Written) -> str:
    if handles.kind(seen.handle) != "email":
        return ""
    local = handles.value(seen.handle).rpartition("@")[0].partition("+")[0]
    if _NEVER_ANSWERED.search(local):
        return "Its address asks for no reply."
    if _LIST_HOST.search(handles.domain(seen.handle)) and not wrote.replies:
        return "It lies on a host of mailing lists."
    # From here on a person who answers, or whom the owner writes to under a full name, is a person.
    if _is_human(seen, wrote):
        return ""
    if _MACHINE.search(local):
        return f"Its address is that of a machine ({local})."
    if _ROLE.match(local):
        return f"It is a role address ({local}@), not one person's."
    if not wrote.total and _CROWD.search(local):
        return f"It is a group's address ({local}@) and never writes."
    return ""


def _is_human(seen: Seen, wrote: Written) -> bool:
    named = any(names.parse(written) for written in seen.names)
    return named and (wrote.replies >= 1 or (wrote.answered >= 1 and wrote.machine == 0))


def _is_never_answered(wrote: Written) -> bool:
    return bool(wrote.total) and not wrote.answered and not wrote.replies


def _by_name(seen: Seen, wrote: Written) -> str:
    """Tell a firm or an office by the name it writes under: `Daily Digest`, `Human Resources`."""
    if not _is_never_answered(wrote) or any(names.parse(written) for written in seen.names):
        return ""
    for written in sorted(seen.names, key=lambda n: (-seen.names[n], n)):
        if names.is_of_no_person(written):
            return f"It writes under a name that is no person's ({written})."
    return ""


def _by_coded_address(seen: Seen, wrote: Written) -> str:
    """Tell an address that was made for one mailing, or for a flood: much of it is number, and nobody is named."""
    local, _, domain = handles.value(seen.handle).rpartition("@")
    if not domain or not _is_never_answered(wrote) or any(names.parse(written) for written in seen.names):
        return ""
    digits = sum(c.isdigit() for c in local)
    free = organisations.is_free_mail(domain)
    nameless = all("@" in written for written in seen.names)
    if (digits >= 6 and not free) or (digits >= 4 and nameless and not local.isdigit()):
        return f"Its address is coded, as for one mailing ({local}@)."
    hosts = domain.removesuffix(organisations.organisation_domain(domain)).strip(".").split(".")
    if any(_MAILING_HOST.fullmatch(host) for host in hosts):
        return f"It writes from a host for mailings ({domain})."
    return ""


def _by_behaviour(seen: Seen, wrote: Written) -> str:
    if not _is_never_answered(wrote) or wrote.titled < _MANY or wrote.listed * 2 >= wrote.total:
        return ""
    if wrote.subjects * 3 <= wrote.titled:
        return f"It wrote {wrote.titled} messages on {wrote.subjects} subject(s), and none was ever answered."
    several = len(seen.names) >= 3 and not any(names.parse(written) for written in seen.names)
    if several and not seen.addressed:
        return f"It wrote {wrote.total} messages under {len(seen.names)} names, none of them a person's."
    return ""


def by_person(reasons: Mapping[str, str], person_of: Mapping[str, str], seen: Mapping[str, Seen]) -> dict[str, str]:
    """Return the reason for each person (oldest handle) who is a machine: that of its busiest handle.

    A person with one human handle is human: somebody's notification address must not set her aside.
    """
    busiest: dict[str, tuple[int, str]] = {}
    human: set[str] = set()
    for handle, person in person_of.items():
        if not reasons.get(handle):
            human.add(person)
        elif (seen[handle].events, handle) > busiest.get(person, (0, "")):
            busiest[person] = (seen[handle].events, handle)
    return {person: reasons[handle] for person, (_, handle) in busiest.items() if person not in human}
