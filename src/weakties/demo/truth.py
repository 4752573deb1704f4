"""The truth file: what is so in the demo world, for tests and for whoever wants to see whether an answer is right."""

from __future__ import annotations

import json
from typing import Any

from weakties.demo.conversation import Scene
from weakties.demo.life import Life
from weakties.demo.people import FREE_MAIL, Person


def tell(scene: Scene, life: Life) -> str:
    """Return the truth as JSON text, keys in a fixed order."""
    told: dict[str, Any] = {
        "as_of": life.end.isoformat(),
        "owner": {"name": scene.owner.name, "addresses": [one.address for one in scene.owner.addresses]},
        "free_mail_domains": list(FREE_MAIL),
        "people": [_person(one) for one in scene.cast.people],
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _person(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "addresses": [one.address for one in person.addresses],
        "world": person.world,
        "kind": person.kind,
        "since": person.since.isoformat(),
    }
