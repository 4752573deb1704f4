"""Where nothing can be told yet a page says so and comes by itself."""

from __future__ import annotations

from django.test import RequestFactory

from weakties.errors import HomeBusy
from weakties.web.guard import Told
from weakties.web.served import Served, serve
from weakties.workspace.at_hand import AtHand

from .conftest import AS_OF, Site, plain

ERROR = HomeBusy("Your facts are being counted.", hint="It takes a moment; ask again then.")


def test_a_page_that_cannot_be_told_yet_looks_again_by_itself(site: Site) -> None:
    answer = Told(lambda _: None).process_exception(RequestFactory().get("/people"), ERROR)  # type: ignore[arg-type,return-value]
    assert answer is not None
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    markup = answer.content.decode()
    assert "Your facts are being counted. It takes a moment; ask again then." in plain(markup)
    assert "<look-again" in markup
    assert "look-again.js" in markup
    # It asks whether it is time, which is answered without a view.
    assert site.get("/counting").json() in ({"behind": True}, {"behind": False})


def test_a_form_that_was_refused_is_not_sent_again_by_itself(site: Site) -> None:
    del site
    answer = Told(lambda _: None).process_exception(RequestFactory().post("/undo"), ERROR)  # type: ignore[arg-type,return-value]
    assert answer is not None
    assert answer.status_code == 503
    assert "<look-again" not in answer.content.decode()


def test_a_part_that_tells_how_things_stood_says_so(site: Site) -> None:
    site.get("/people")
    # Whoever has no patience is told what was counted before.
    hand = AtHand(site.space, patience=0)
    serve(Served(site.space, hand, AS_OF))
    site.get("/people")
    site.space.decide("touch", site.space.find("ana").handle, on=AS_OF.isoformat(), channel="call")
    part = site.get("/people?q=a", HTTP_HX_REQUEST="true", HTTP_HX_TARGET="found").content.decode()
    assert "<html" not in part
    assert "this is how things stood before" in plain(part)
    hand.close()
