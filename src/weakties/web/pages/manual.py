"""Help: what each number means, the keys, where things lie, and the way to every page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from weakties.web.chrome import PLACES
from weakties.web.pages import shown
from weakties.web.served import current

# path -> what the page answers, in the order of the navigation
_ANSWERS = {
    "/": "Who deserves a word today, why, and how to begin.",
    "/people": "Everybody, found while you type; lists to keep, tag and hand out.",
    "/map": "The whole network, its circles and how they lie to each other.",
    "/introductions": "Who would open the door to a person, an organisation, a topic.",
    "/circles": "The worlds that your people live in; give them names.",
    "/connectors": "Who connects worlds, and whom you could introduce to whom.",
    "/organisations": "Whom you know where, who came and left, the best way in.",
    "/loose": "Contacts of contacts within reach, and through whom.",
    "/overlooked": "Close in private and absent from business; ties that broke off.",
    "/sources": "What came in, what may, and what could not be read.",
    "/review": "Who may be one person, and which machine may be somebody.",
    "/score": "How good the numbers are, held against every published score.",
    "/settings": "What is in force; forgetting, handing out, backup.",
}
# What the pages call things, as the glossary has it.
_WORDS = (
    ("tie", "The connection between you and one person."),
    ("circle", "People who are tied to each other more than to others, named by what they share."),
    ("connector", "Somebody in the habit of introducing, with ties in several circles."),
    ("handle", "An address, number or profile of somebody. A person is the handles that are one human being."),
    ("loose connection", "A contact of a contact with whom you were never in touch."),
    ("mutual contact", "Somebody you are in touch with who was seen together with the person."),
    ("rhythm", "How often the two of you are usually in touch, and how surprising today's silence is."),
    ("cadence", "How often you want to be in touch with somebody. You say it; it is never guessed."),
    ("touch", "Contact that you report, because no mailbox saw it."),
    ("machine", "A sender that is no person: newsletter, list, bot, no-reply, role address."),
    ("rejected", "A record that could not be read, with where and why."),
    ("seen, said, inferred", "How it is known that two know each other: together in messages, declared, or concluded."),
)


@require_GET
def manual(request: HttpRequest) -> HttpResponse:
    """Show the help."""
    told = {
        "places": [(place, _ANSWERS[place.path]) for place in PLACES],
        "words": _WORDS,
        "home": "" if current().incognito else str(current().space.home.path),
        "horizon": current().space.settings.horizon_days,
    }
    if shown.nothing_yet():
        return render(request, "weakties/help.html", told)
    return shown.page(request, "help.html", lambda _: told)
