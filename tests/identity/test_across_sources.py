"""One person across sources: address books and profiles tie handles together, and shared telephones do not."""

from __future__ import annotations

from weakties.identity import evidence, resolve
from weakties.identity.evidence import CERTAIN, PROBABLE, NameCounts, Together
from weakties.identity.sightings import Seen


def on_card(*handles: str, name: str, organisation: str = "", profile: bool = False) -> list[Seen]:
    saved = frozenset() if profile else frozenset({name})
    houses = frozenset({organisation}) if organisation else frozenset()
    return [
        Seen(
            h,
            0,
            {name: 1},
            booked=frozenset(handles) - {h},
            called=frozenset({name}),
            saved=saved,
            houses=houses,
            days=(0, 0),
        )
        for h in handles
    ]


def together(*sightings: Seen) -> dict[str, set[str]]:
    """Return for each handle all that are one person with it."""
    # One handle may stand on several cards.
    seen: dict[str, Seen] = {}
    for s in sightings:
        known = seen.setdefault(s.handle, Seen(s.handle, 0, days=(0, 0)))
        known.names.update(s.names)
        known.booked |= s.booked
        known.called |= s.called
        known.saved |= s.saved
        known.houses |= s.houses
        known.events += s.events
    pairs = resolve.candidates(seen, [])
    person_of = resolve.resolve(seen, resolve.compare(seen, pairs, {}), []).person_of
    return {h: {o for o in seen if person_of[o] == person_of[h]} for h in seen}


def weight(a: Seen, b: Seen) -> float:
    everybody = [n for s in (a, b) if (n := evidence.full_name(s))]
    return evidence.weight(evidence.between(a, b, counts=NameCounts(everybody, (a, b)), together=Together()))


def chat(name: str, place: str = "whatsapp") -> Seen:
    return Seen(f"name:{name}@{place}", 0, {name: 5}, events=5, days=(0, 9))


def mail(handle: str, name: str) -> Seen:
    return Seen(handle, 0, {name: 5}, events=5, days=(0, 9))


def test_one_card_of_an_address_book_is_one_person() -> None:
    card = on_card("email:ana@acme.example", "phone:+14165550100", "linkedin:in/ana", name="Ana Lopez")
    assert together(*card)["email:ana@acme.example"] == {
        "email:ana@acme.example",
        "phone:+14165550100",
        "linkedin:in/ana",
    }


def test_a_telephone_of_two_people_makes_no_one_of_them() -> None:
    ana = on_card("email:ana@acme.example", "phone:+14165550100", name="Ana Lopez")
    ben = on_card("email:ben@glass.example", "phone:+14165550100", name="Ben Quill")
    found = together(*ana, *ben)
    assert "email:ben@glass.example" not in found["email:ana@acme.example"]
    assert found["phone:+14165550100"] == {"phone:+14165550100"}


def test_a_chat_shows_the_name_that_the_address_book_has() -> None:
    card = on_card("phone:+14165550100", name="Ana Lopez")
    assert together(*card, chat("Ana Lopez"))["phone:+14165550100"] == {"phone:+14165550100", "name:Ana Lopez@whatsapp"}


def test_one_word_is_worth_asking_and_two_of_that_name_are_not_told_apart() -> None:
    (mum,) = on_card("phone:+14165550100", name="Mum")
    assert PROBABLE <= weight(mum, chat("Mum", "telegram")) < CERTAIN
    # What WhatsApp shows is what the address book has, to the letter.
    assert weight(mum, chat("Mum")) >= CERTAIN
    (first,) = on_card("phone:+14165550101", name="Ana Lopez")
    (second,) = on_card("phone:+14165550102", name="Ana Lopez")
    counts = NameCounts([], (first, second))
    said = evidence.between(chat("Ana Lopez"), first, counts=counts, together=Together())
    assert all(e.what != "as saved" for e in said)


def test_the_number_below_one_signature_is_theirs_if_it_writes() -> None:
    number = "phone:+14165550100"
    ana = Seen("email:ana@acme.example", 0, {"Ana Lopez": 5}, carded=frozenset({number}), days=(0, 9))
    ben = Seen("email:ben@acme.example", 0, {"Ben Quill": 5}, carded=frozenset({number}), days=(0, 9))
    writes = Seen(number, 0, {"Mum": 3}, events=3, texted=2, days=(0, 9))
    calls = Seen(number, 0, events=3, days=(0, 9))

    def between(signer: Seen, phone: Seen, *others: Seen) -> float:
        counts = NameCounts([], (signer, phone, *others))
        return evidence.weight(evidence.between(signer, phone, counts=counts, together=Together()))

    assert between(ana, writes) >= CERTAIN
    # What only rings may be the reception, and what several sign with is.
    assert PROBABLE <= between(ana, calls) < CERTAIN
    assert PROBABLE <= between(ana, writes, ben) < CERTAIN
    # Two addresses of one name are one signer.
    again = Seen("email:ana@glass.example", 0, {"Lopez, Ana": 5}, carded=frozenset({number}), days=(0, 9))
    assert between(ana, writes, again) >= CERTAIN


def test_the_employer_of_a_profile_decides_over_a_common_name() -> None:
    (common,) = on_card("linkedin:in/john-smith-1", name="John Smith", organisation="acme", profile=True)
    assert weight(common, mail("email:js@acme.example", "John Smith")) >= CERTAIN
    assert PROBABLE <= weight(common, mail("email:js@glass.example", "John Smith")) < CERTAIN


def test_a_name_in_another_script_is_worth_asking_and_no_more_alone() -> None:
    a, b = mail("email:ds@x.example", "Dmitry Solovyov"), chat("Дмитрий Соловьёв", "telegram")
    assert PROBABLE <= weight(a, b) < CERTAIN


def test_a_profile_spells_the_name_before_what_tells_namesakes_apart() -> None:
    assert evidence.local_part("linkedin:in/ana-lopez-1a2b3c") == "ana-lopez"
    assert evidence.local_part("linkedin:in/ana-lopez") == "ana-lopez"
    name = evidence.full_name(Seen("linkedin:in/ana-lopez-42b", 0, days=(0, 0)))
    assert name is not None
    assert name.shown == "Ana Lopez"


def test_an_address_made_of_a_name_is_worth_asking() -> None:
    named = chat("Huma Quillstone")
    for local in ("hquillstone", "quillstoneh", "h.quillstone"):
        assert PROBABLE <= weight(named, Seen(f"email:{local}@acme.example", 0, days=(0, 0))) < CERTAIN
    assert weight(named, Seen("email:quill@acme.example", 0, days=(0, 0))) < PROBABLE
    assert together(named, Seen("email:bquillstone@acme.example", 0, days=(0, 0)))[named.handle] == {named.handle}


def test_addresses_without_a_name_are_compared_with_whom_they_could_be_made_of() -> None:
    bare = Seen("email:hquillstone@acme.example", 0, days=(0, 0))
    known = {s.handle: s for s in (chat("Huma Quillstone"), bare, chat("Ben Lantern"))}
    assert resolve.candidates(known, []) == [("email:hquillstone@acme.example", "name:Huma Quillstone@whatsapp")]


def test_names_of_one_word_keep_a_family_and_a_firm_apart() -> None:
    landline = "phone:+14165550199"
    mum = on_card("phone:+14165550101", landline, name="Mum")
    dad = on_card("phone:+14165550102", landline, name="Dad")
    peter = on_card("email:peter@x.example", landline, name="Peter Klein")
    found = together(*mum, *dad, *peter)
    assert found["phone:+14165550101"].isdisjoint({"phone:+14165550102", "email:peter@x.example"})
    assert "email:peter@x.example" not in found["phone:+14165550102"]
    office = [
        s
        for n in ("Klaus Sales", "Ann", "Mia")
        for s in on_card(f"email:{n[:3]}@acme.example", "email:info@acme.example", name=n)
    ]
    assert together(*office)["email:Kla@acme.example"].isdisjoint({"email:Ann@acme.example", "email:Mia@acme.example"})


def test_two_profiles_of_one_network_are_two_people_whatever_they_are_called() -> None:
    one = on_card("linkedin:in/maria-silva-4a1", name="Maria Silva", organisation="acme", profile=True)
    two = on_card("linkedin:in/maria-silva-9b2", name="Maria Silva", organisation="quux", profile=True)
    assert together(*one, *two)["linkedin:in/maria-silva-4a1"] == {"linkedin:in/maria-silva-4a1"}


def test_names_that_sound_alike_in_one_script_are_two() -> None:
    for a, b in (("Mario Rossi", "Marie Rossi"), ("Maria Kowal", "Mara Kowal"), ("Jan Meier", "Ian Meier")):
        one, two = (mail(f"email:{n.lower().replace(' ', '-')}@meier.example", n) for n in (a, b))
        assert weight(one, two) < PROBABLE
