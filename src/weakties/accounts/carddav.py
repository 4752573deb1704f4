"""Address books on a CardDAV server: each card as in a vCard file."""

from __future__ import annotations

from collections.abc import Iterator

from weakties.accounts.dav import Protocol
from weakties.accounts.dav_sync import DavAccount
from weakties.accounts.dav_xml import CARDDAV
from weakties.facts.model import Extract
from weakties.sources import ReadOptions, vcard
from weakties.sources.files import File
from weakties.sources.vcard import VcardSource

_NO_CARD = (
    "what the server gives for this card is none (no BEGIN:VCARD): open it in your address book and save it again"
)


class CardDavAccount(DavAccount):
    """Address books on a server. settings: `address` of the web or of mail, `user`."""

    kind = "carddav"
    reader = vcard.READER
    counted = "cards"
    protocol = Protocol(
        well_known="carddav",
        hosts=("carddav", "contacts", "dav"),
        word="address book",
        record="card",
        records="cards",
        home=f"{CARDDAV}addressbook-home-set",
        collection=f"{CARDDAV}addressbook",
        report=f"{CARDDAV}addressbook-multiget",
        data=f"{CARDDAV}address-data",
    )

    def told(self, file: File, whose: str, now: int, options: ReadOptions) -> Iterator[Extract]:  # noqa: ARG002  a card is of others
        """Yield what a card says; see `DavAccount.told`."""
        source = VcardSource()
        if source.claims(file):
            return source.extracts(file, options)
        return iter([self.rejected(file.name, _NO_CARD)])
