"""Small exports of Facebook, Instagram and X."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from weakties.demo.acquaintances import Acquaintances, Someone
from weakties.demo.address_books import instagram_name
from weakties.demo.desk import stamp
from weakties.demo.packing import packed
from weakties.demo.talks import Said, Talks

FACEBOOK, INSTAGRAM, X = "facebook.zip", "instagram.zip", "twitter.zip"
_X_OWNER = "70010001"


def plan_instagram(known: Acquaintances) -> None:
    """Give accounts to some friends; the address book has those of a few."""
    for one in known.near("friend", "school", "choir")[:6]:
        one.instagram = instagram_name(one)


def write_social(folder: Path, known: Acquaintances, talks: Talks) -> list[Path]:
    """Write all three and return them."""
    return [_facebook(folder, known, talks), _instagram(folder, known, talks), _x(folder, known, talks)]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, indent=1) + "\n"


def _wrong(text: str) -> str:
    """Return a text as Meta writes it: its UTF-8 taken for Latin-1."""
    return text.encode().decode("latin-1")


def _thread(names: Sequence[str], said: Sequence[Said], path: str) -> str:
    messages = [
        {"sender_name": _wrong(names[one.author]), "timestamp_ms": one.at * 1000, "content": _wrong(one.text),
         "is_geoblocked_for_viewer": False}
        for one in reversed(said)
    ]  # fmt: skip
    people = [{"name": _wrong(name)} for name in names[::-1]]
    return _json({"participants": people, "messages": messages, "title": _wrong(names[1]), "thread_path": path})


def _facebook(folder: Path, known: Acquaintances, talks: Talks) -> Path:
    friends = [
        one for one in known.people if one.person and one.person.world in {"school", "choir", "friend", "family"}
    ]
    friends = [one for one in friends if "no business network" not in (one.person.remark if one.person else "")][:30]
    listed: list[dict[str, Any]] = []
    for number, one in enumerate(friends):
        one.named(one.name, "facebook")
        listed.append(
            {"name": _wrong(one.name), "timestamp": stamp(known.cast.start + timedelta(days=37 * number), 12)}
        )
    files = {
        "connections/friends/your_friends.json": _json({"friends_v2": listed}),
        "personal_information/profile_information/profile_information.json": _json({"profile_v2": {
            "name": {"full_name": "Ylva Marchetti"}, "emails": {"emails": [known.owner.mails[0]]},
            "profile_uri": "https://www.facebook.com/ylva.marchetti.ex",
        }}),
    }  # fmt: skip
    known.owner.known("facebook:ylva.marchetti.ex")
    known.owner.named("Ylva Marchetti", "facebook")
    for number, one in enumerate([one for one in friends if one.kind in {"close", "family", "group"}][:6]):
        said = talks.over(
            "chat-friend", 2, known.end - timedelta(days=800), known.end - timedelta(days=90 + number), 120
        )
        one.spoke("facebook", *(word.at for word in said))
        path = f"inbox/friend{number}_{101 + number}"
        files[f"your_facebook_activity/messages/{path}/message_1.json"] = _thread(
            ["Ylva Marchetti", one.name], said, path
        )
    return packed(folder / FACEBOOK, files)


def _instagram(folder: Path, known: Acquaintances, talks: Talks) -> Path:
    accounts = [one for one in known.people if one.instagram]
    followers = []
    for number, one in enumerate(accounts):
        one.known(f"instagram:{one.instagram}")
        told = {"href": f"https://www.instagram.com/{one.instagram}", "value": one.instagram,
                "timestamp": stamp(known.older - timedelta(days=60 * number), 10)}  # fmt: skip
        followers.append({"title": "", "media_list_data": [], "string_list_data": [told]})
    own = {
        "Email": {"value": known.owner.mails[0]},
        "Username": {"value": "ylva.measures.ex"},
        "Name": {"value": "Ylva Marchetti"},
    }
    files = {
        "connections/followers_and_following/followers_1.json": _json(followers),
        "personal_information/personal_information/personal_information.json": _json(
            {"profile_user": [{"title": "", "media_map_data": {}, "string_map_data": own}]}
        ),
    }
    known.owner.known("instagram:ylva.measures.ex")
    known.owner.named("Ylva Marchetti", "instagram")
    for number, one in enumerate(accounts[:2]):
        one.named(one.name, "instagram")
        said = talks.over(
            "chat-friend", 2, known.end - timedelta(days=400), known.end - timedelta(days=30 + number), 80
        )
        one.spoke("instagram", *(word.at for word in said))
        path = f"inbox/friend{number}_{17 + number}"
        files[f"your_instagram_activity/messages/{path}/message_1.json"] = _thread(
            ["Ylva Marchetti", one.name], said, path
        )
    return packed(folder / INSTAGRAM, files)


def _x(folder: Path, known: Acquaintances, talks: Talks) -> Path:
    """X tells numbers of accounts alone: who they are, no file says."""
    people: list[Someone] = known.strangers[6:10]
    numbers = {one.id: str(70_020_000 + 311 * place) for place, one in enumerate(people)}
    for one in people:
        one.known(f"x:{numbers[one.id]}")
    known.owner.known(f"x:{_X_OWNER}")
    known.owner.known("x:ylvameasures")
    own = {
        "email": known.owner.mails[0],
        "username": "ylvameasures",
        "accountId": _X_OWNER,
        "accountDisplayName": "Ylva measures",
    }
    talk = []
    for place, one in enumerate(people[:2]):
        sides = [_X_OWNER, numbers[one.id]]
        said = talks.over("chat-network", 2, known.older, known.end - timedelta(days=200 + place), 150)
        people[place].spoke("x", *(word.at for word in said))
        messages = [_direct(word, sides, 9_000 + 100 * place + number) for number, word in enumerate(said)]
        talk.append({"dmConversation": {"conversationId": "-".join(sides), "messages": messages[::-1]}})
    follows = [{"follower": {"accountId": numbers[one.id]}} for one in people]
    following = [{"following": {"accountId": numbers[one.id]}} for one in people[1:]]
    return packed(folder / X, {
        "data/account.js": f"window.YTD.account.part0 = {_json([{'account': own}])}",
        "data/direct-messages.js": f"window.YTD.direct_messages.part0 = {_json(talk)}",
        "data/follower.js": f"window.YTD.follower.part0 = {_json(follows)}",
        "data/following.js": f"window.YTD.following.part0 = {_json(following)}",
    })  # fmt: skip


def _direct(said: Said, sides: Sequence[str], number: int) -> dict[str, Any]:
    at = datetime.fromtimestamp(said.at, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    author, other = sides[said.author], sides[1 - said.author]
    return {
        "messageCreate": {
            "recipientId": other,
            "senderId": author,
            "text": said.text,
            "id": str(number),
            "createdAt": at,
        }
    }
