"""Address books as tables: Google Contacts in its old and new layout, Outlook in many languages.

Outlook and Google write a hundred columns, most of them empty;
        what is read of them is what a card can hold. Address books as
`.vcf` are another source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from weakties.facts.model import Extract, Rejected
from weakties.sources import ReadOptions
from weakties.sources.person_rows import PersonRows
from weakties.sources.table_dates import figures_say
from weakties.sources.tables import Table, TableSource, names_of

READER = 1
PLACE = "contacts"

# Google numbers what can be many; `E-mail 1 - Value` is `email1value`.
_GOOGLE = (
    (re.compile(r"email\d{1,3}value"), "email"),
    (re.compile(r"phone\d{1,3}value"), "phone"),
    (re.compile(r"website\d{1,3}value"), "profile"),
    (re.compile(r"organization1?name"), "organisation"),
    (re.compile(r"organization1?title"), "title"),
    (re.compile(r"address\d{1,3}city"), "city"),
    (re.compile(r"address\d{1,3}country"), "country"),
)
_GOOGLE_NAMES = {
    "givenname": "given", "firstname": "given", "additionalname": "middle", "middlename": "middle", "familyname": "family",
    "lastname": "family", "name": "name", "fileas": "name", "birthday": "birthday", "location": "location",
}  # fmt: skip
_GOOGLE_VALUE = re.compile(r"(?:email|phone|relation)\d{1,3}value")

# What Outlook writes for each role: English, German, French, Spanish, Portuguese, Italian, Dutch.
_OUTLOOK = {
    "given": "First Name; Vorname; Prénom; Nombre; Nome; Nome próprio; Primeiro nome; Voornaam",
    "middle": """Middle Name; Weitere Vornamen; Zweiter Vorname; Deuxième prénom; Segundo nombre; Segundo nome; Secondo nome;
        Middelste naam""",
    "family": "Last Name; Nachname; Nom; Nom de famille; Apellidos; Apellido; Sobrenome; Apelido; Cognome; Achternaam",
    "organisation": "Company; Firma; Société; Compañía; Organización; Empresa; Società; Bedrijf",
    "title": "Job Title; Position; Fonction; Titre; Puesto; Cargo; Posição; Qualifica; Posizione; Functie",
    "email": """E-mail Address; E-mail 2 Address; E-mail 3 Address; E-Mail-Adresse; E-Mail 2: Adresse; E-Mail 3: Adresse;
        E-Mail-Adresse 2; E-Mail-Adresse 3; Adresse de messagerie; Adresse de messagerie 2; Adresse de messagerie 3;
        Dirección de correo electrónico; Dirección de correo electrónico 2; Dirección de correo electrónico 3;
        Dirección del correo electrónico 3; Endereço de correio eletrónico; Endereço de e-mail; Endereço de e-mail 2;
        Endereço de e-mail 3; Endereço de email; Endereço de email 2; Endereço de email 3; Indirizzo posta elettronica;
        Indirizzo posta elettronica 2; Indirizzo posta elettronica 3; E-mailadres; E-mailadres 2; E-mailadres 3""",
    "phone": """Business Phone; Business Phone 2; Home Phone; Home Phone 2; Mobile Phone; Mobile Phone 2; Other Phone;
        Primary Phone; Car Phone; Radio Phone; Telefon geschäftlich; Telefon geschäftlich 2; Telefon (geschäftlich);
        Telefon (geschäftlich 2); Telefon privat; Telefon privat 2; Telefon (privat); Telefon (privat 2); Mobiltelefon;
        Mobiltelefon 2; Weiteres Telefon; Haupttelefon; Autotelefon; Téléphone (bureau); Téléphone 2 (bureau);
        Téléphone (domicile); Téléphone 2 (domicile); Tél. mobile; Tél. mobile 2; Téléphone (autre); Téléphone principal;
        Téléphone (voiture); Teléfono del trabajo; Teléfono del trabajo 2; Particular; Particular 2;
        Número de teléfono particular; Teléfono móvil; Teléfono móvil 2; Móvil; Otro teléfono; Teléfono principal;
        Telefone comercial; Telefone comercial 2; Telefone residencial; Telefone residencial 2; Telefone celular; Telemóvel;
        Outro telefone; Ufficio; Abitazione; Cellulare; Altro telefono; Telefoon op werk; Telefoon thuis; Mobiele telefoon""",
    "profile": "Web Page; Personal Web Page; Webseite; Page Web; Página web; Página da Web; Pagina Web; Webpagina",
    "birthday": "Birthday; Geburtstag; Anniversaire; Cumpleaños; Aniversário; Compleanno; Verjaardag",
    "city": """Business City; Home City; Ort geschäftlich; Ort privat; Ville (bureau); Ville (domicile); Ciudad de trabajo;
        Ciudad del trabajo; Cidade do trabalho; Cidade comercial; Città (ufficio)""",
    "country": """Business Country/Region; Business Country; Home Country/Region; Home Country; Land/Region geschäftlich;
        Land geschäftlich; Land/Region privat; Land privat; Pays/Région (bureau); Pays (bureau); Pays/Région (domicile);
        Pays (domicile); País o región del trabajo; País ou região do trabalho""",
    "spouse": "Spouse; Partner; Conjoint(e); Cónyuge; Cônjuge; Coniuge",
    "manager": """Manager's Name; Name des/der Vorgesetzten; Name des/r Vorgesetzten; Responsable; Nombre del director;
        Nome do gerente""",
    "assistant": "Assistant's Name; Name Assistent; Nom de l'assistant(e); Nombre del asistente; Nome do assistente",
}  # fmt: skip
_ROLES = {name: role for role, listed in _OUTLOOK.items() for name in names_of(listed)}
# Columns that nobody but Outlook writes so; two of them make a table Outlook's.
_OUTLOOKS_OWN = names_of(
    """E-mail Type; E-mail Display Name; E-mail 2 Address; E-mail 2 Type; E-mail 3 Address; Business Street;
        Business Fax; Home Street;
    Other Street; Assistant's Phone; Assistant's Name; Company Main Phone; TTY/TDD Phone; Business Phone; Home Phone 2;
        Radio Phone;
    Business City; Given Yomi; Office Location; E-Mail-Typ; E-Mail: Angezeigter Name; E-Mail 2: Adresse; E-Mail 2: Typ;
    E-Mail 3: Adresse; E-Mail-Adresse 2; Straße geschäftlich; Straße privat; Weitere Straße; Telefon geschäftlich;
    Telefon (geschäftlich); Telefon Assistent; Ort geschäftlich; Weitere Vornamen; Type de messagerie;
    Nom complet de l'adresse de messagerie; Adresse de messagerie 2; Rue (bureau); Rue (domicile); Rue (autre);
        Téléphone (bureau);
    Téléphone (domicile); Tél. mobile; Ville (bureau); Dirección de correo electrónico 2; Dirección del correo electrónico 3;
    Tipo de correo electrónico 2; Nombre de pantalla de correo electrónico; Calle del trabajo; Otra calle;
        Teléfono del trabajo;
    Teléfono del trabajo 2; Ciudad de trabajo; Usuario 1; Endereço de e-mail 2; Endereço de email 2; Telefone comercial;
    Rua do endereço comercial; Indirizzo posta elettronica 2; Telefoon op werk; E-mailadres 2"""
)
_ENGLISH = frozenset({"firstname", "lastname", "emailaddress"})


class ContactsSource(TableSource):
    """Address books of Google and Outlook as CSV, or saved again as a workbook."""

    name = PLACE
    reader = READER

    def known(self, names: Sequence[str], base: str) -> bool:  # noqa: ARG002  the columns say enough
        """Tell by the plain names of its columns whether a table is an address book of Google or Outlook."""
        return is_google(names) or is_outlook(names)

    def extracts_of(self, table: Table, options: ReadOptions) -> Iterator[Extract]:
        """Yield what each person's row says."""
        google = is_google(table.header.names)
        places: dict[str, list[int]] = {}
        for place, name in enumerate(table.header.names):
            if role := _google_role(name) if google else _ROLES.get(name, ""):
                places.setdefault(role, []).append(place)
        # In French both the courtesy title and the job's are called so; the job's comes last.
        places["title"] = places.get("title", [])[-1:]
        day_first = figures_say(table.samples(places.get("birthday", ())), usually=not google and not _english(table))
        rows = PersonRows(places, PLACE, options, day_first=day_first, serial=table.serial)
        for at, cells, fault in table.rows:
            origin = table.file.origin(at)
            yield Extract(rejected=[Rejected(origin, fault, "cards")]) if fault else rows.says(cells, origin)


def is_google(names: Sequence[str]) -> bool:
    """Tell whether these are columns of Google Contacts."""
    held = set(names)
    named = {"givenname", "familyname"} <= held or {"firstname", "lastname"} <= held
    return named and any(_GOOGLE_VALUE.fullmatch(name) for name in names)


def is_outlook(names: Sequence[str]) -> bool:
    """Tell whether these are columns of Outlook's contacts."""
    held = set(names)
    roles = {_ROLES.get(name) for name in held}
    return len(_OUTLOOKS_OWN & held) > 1 and {"given", "family"} <= roles and not roles.isdisjoint({"email", "phone"})


def _google_role(name: str) -> str:
    if role := _GOOGLE_NAMES.get(name):
        return role
    return next((role for pattern, role in _GOOGLE if pattern.fullmatch(name)), "")


def _english(table: Table) -> bool:
    return len(_ENGLISH & set(table.header.names)) > 1
