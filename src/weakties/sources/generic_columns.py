"""The columns of tables that nobody described: how people call them, in many languages, and what a table with them is about.

A table is of people, a row for each, or of interactions, a row for each thing that happened. Names of columns are compared in their
plain form, without case, accents, blanks and signs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from weakties.sources.person_rows import HANDLE_ROLES
from weakties.sources.tables import names_of, plain

PEOPLE, INTERACTIONS = "people", "interactions"

_PEOPLE = {
    "name": """Name; Full Name; Display Name; Contact Name; Contact; Person; Person Name; Vollständiger Name; Anzeigename;
        Kontakt; Nom complet; Nom et prénom; Nombre completo; Nombre y apellidos; Nome completo; Nome e cognome;
        Volledige naam; Naam; Имя; ФИО; 姓名; 氏名; 名前; 이름""",
    "given": """First Name; Given Name; Firstname; Forename; First; Vorname; Prénom; Nombre; Nome; Nome próprio;
        Primeiro nome; Voornaam; Förnamn; Fornavn; Etunimi; Imię; Jméno; Ad; 名""",
    "middle": "Middle Name; Second Name; Zweiter Vorname; Weitere Vornamen; Deuxième prénom; Segundo nombre; Secondo nome",
    "family": """Last Name; Family Name; Surname; Lastname; Last; Nachname; Familienname; Nom; Nom de famille; Apellido;
        Apellidos; Sobrenome; Apelido; Cognome; Achternaam; Efternamn; Etternavn; Efternavn; Sukunimi; Nazwisko; Příjmení;
        Soyad; 姓""",
    "email": """Email; E-mail; Mail; Email Address; E-mail Address; Mail Address; Primary Email; Work Email; Business Email;
        Personal Email; Private Email; Home Email; Other Email; Secondary Email; Email 1; Email 2; Email 3; Emails; E-mails;
        Contact Email; E-Mail-Adresse; E-Mail (geschäftlich); E-Mail (privat); Emailadresse; Adresse e-mail; Adresse email;
        Adresse mail; Courriel; Adresse électronique; Mél; Correo; Correo electrónico; Dirección de correo electrónico;
        Correo electrónico 1; Endereço de e-mail; E-mail 1; E-mail 2; Correio eletrónico; Indirizzo email; Indirizzo e-mail;
        E-mailadres; E-post; E-postadress; Sähköposti; Adres e-mail; E-posta;
        Электронная почта; Почта; 邮箱; 电子邮件; 電子郵件; メール;
        メールアドレス; 이메일""",
    "phone": """Phone; Phone Number; Telephone; Telephone Number; Tel; Tel.; Mobile; Mobile Phone; Mobile Number; Cell;
        Cell Phone; Cellphone; Work Phone; Business Phone; Home Phone; Office Phone; Direct Phone; Direct Dial; Other Phone;
        Phone 1; Phone 2; Phone 3; Phones; Phone Numbers; WhatsApp; WhatsApp Number; Telefon; Telefonnummer; Handy;
        Handynummer; Mobil; Mobilnummer; Mobiltelefon; Rufnummer; Téléphone; Numéro de téléphone; Tél; Tél.; Portable;
        Mobile perso; Teléfono; Número de teléfono; Móvil; Celular; Telefone; Telemóvel; Número de telefone; Telefono;
        Cellulare; Numero di telefono; Telefoon; Telefoonnummer; Mobiel; Puhelin;
        Телефон; 电话; 手机; 電話; 電話番号; 携帯; 전화번호""",
    "profile": """LinkedIn; LinkedIn URL; LinkedIn Profile; LinkedIn Profile URL; Profile; Profile URL; Profile Link;
        Person LinkedIn URL; Twitter; Twitter URL; X URL; GitHub; GitHub URL; Facebook; Facebook URL; Instagram; Telegram;
        Social Profile; Social Profiles; LinkedIn-Profil; Profil-URL; Profil LinkedIn; URL du profil; Perfil de LinkedIn;
        URL del perfil; Perfil do LinkedIn; URL do perfil""",
    "organisation": """Organization; Organisation; Company; Company Name; Organization Name; Employer; Account; Account Name;
        Business; Firma; Unternehmen; Organisation / Firma; Arbeitgeber; Entreprise; Société; Employeur; Empresa; Compañía;
        Organización; Organização; Azienda; Società; Organizzazione; Bedrijf; Organisatie; Företag; Firma / Organisation;
        Компания; 公司; 会社; 会社名; 회사""",
    "title": """Job Title; Title; Position; Role; Headline; Occupation; Job; Designation; Berufsbezeichnung; Funktion; Beruf;
        Poste; Fonction; Intitulé du poste; Cargo; Puesto; Função; Posizione; Ruolo; Qualifica; Functie; Должность; 职位; 役職;
        직함""",
    "location": "Location; Place; Region; Standort; Wohnort; Lieu; Localisation; Ubicación; Localização; Località; Locatie",
    "city": "City; Town; Ort; Stadt; Ville; Ciudad; Cidade; Città; Plaats; Stad",
    "country": "Country; Country/Region; Land; Pays; País; Paese",
    "birthday": """Birthday; Birth Date; Birthdate; Date of Birth; DOB; Born; Geburtstag; Geburtsdatum; Anniversaire;
        Date de naissance; Cumpleaños; Fecha de nacimiento; Aniversário; Data de nascimento; Compleanno; Data di nascita;
        Verjaardag; Geboortedatum; 生日; 生年月日""",
    "relation": "Relation; Relationship; Beziehung; Relación; Relação; Relazione; Relatie; How We Met; How I Know Them",
    "connected": "Connected On; Met On; Met; First Met; Kennengelernt; Kennengelernt am; Rencontré le; Conocido el",
    "manager": "Manager; Reports To; Boss; Vorgesetzte; Vorgesetzter; Supérieur",
    "spouse": "Spouse; Partner; Husband; Wife; Ehepartner; Conjoint; Cónyuge; Cônjuge; Coniuge",
}  # fmt: skip
_INTERACTIONS = {
    "from": """From; Sender; Author; Caller; Organizer; Initiator; Von; Absender; Anrufer; De; Expéditeur; Remitente;
        Remetente; Mittente; Afzender; Van""",
    "to": """To; Recipient; Recipients; Receiver; Callee; Attendees; Participants; Invitees; An; Empfänger; Teilnehmer; À;
        Destinataire; Destinataires; Participants; Para; Destinatario; Destinatarios; Destinatário; Destinatários; Aan;
        Ontvanger""",
    "with": """With; Contact; Contact Name; Person; Name; Full Name; Who; Met With; Spoke With; Participant; Participants;
        Attendees; Mit; Wer; Gesprächspartner; Avec; Qui; Con; Quién; Com; Quem; Chi; Met wie""",
    "date": """Date; Datetime; Date/Time; Timestamp; Time; When; Day; Date Sent; Sent At; Sent On; Occurred At;
        Activity Date; Meeting Date; Last Contact; Start; Start Date; Start Time; Datum; Datum/Uhrzeit; Zeitpunkt; Wann; Le;
        Date et heure; Quand; Fecha; Fecha y hora; Cuándo; Data; Data e hora; Quando; Data e ora""",
    "channel": """Channel; Type; Medium; Kind; Activity; Activity Type; Interaction; Interaction Type; How; Via; Method;
        Kanal; Art; Typ; Wie; Canal; Moyen; Comment; Tipo; Medio; Meio; Canale; Kanaal; Soort""",
    "subject": """Subject; Topic; Title; Summary; Re; About; Betreff; Thema; Titel; Objet; Sujet; Asunto; Tema; Assunto;
        Oggetto; Onderwerp""",
    "text": """Message; Body; Content; Text; Notes; Note; Description; Details; Nachricht; Notizen; Notiz; Inhalt; Contenu;
        Mensaje; Notas; Nota; Mensagem; Conteúdo; Messaggio; Bericht""",
    "minutes": """Minutes; Duration (min); Duration (minutes); Duration in minutes; Dauer (min); Dauer in Minuten;
        Durée (min); Minutos; Minuti""",
}  # fmt: skip
_PERSON_ROLES = {name: role for role, listed in _PEOPLE.items() for name in names_of(listed)}
# `Work E-mail`, `email2`, `Mobile Phone 1 Value`: what numbers and places make of the usual names.
_WHERE = r"(?:work|home|business|personal|private|primary|secondary|other|office|direct|main|mobile|cell)?"
_NUMBERED = (
    (re.compile(_WHERE + r"e?mail(?:address)?\d{0,2}(?:value|work|home)?"), "email"),
    (re.compile(_WHERE + r"(?:tele)?(?:phone|tel|mobile)(?:number)?\d{0,2}(?:value|work|home|mobile)?"), "phone"),
)
_EVENT_ROLES: dict[str, list[str]] = {}
for _role, _listed in _INTERACTIONS.items():
    for _name in names_of(_listed):
        _EVENT_ROLES.setdefault(_name, []).append(_role)
# Without one of these a column of full names is just a list of names.
_BESIDE_A_NAME = frozenset(
    {"organisation", "title", "birthday", "location", "city", "relation", "connected", *HANDLE_ROLES}
)
# A table that has these is a list of people, though it has a day and a type as well.
_OF_PEOPLE = frozenset({"organisation", "birthday", "phone", "profile", "city", "family"})
# What happened here was a payment.
_OF_MONEY = names_of(
    "Amount; Currency; Balance; Price; Total; Debit; Credit; Fee; Betrag; Währung; Saldo; Montant; Devise; Solde; Importe; Moneda"
)
# More columns than any such table has.
_MOST_COLUMNS = 500
_STATED_IN = names_of("Direction; Richtung; Sens; Dirección; Direção; Direzione; Richting")
_CHANNELS = {
    "email": "email; e-mail; mail; correo; courriel; correo electrónico",
    "call": """call; phone; phone call; telephone; anruf; telefon; telefonat; appel; téléphone; llamada; ligação; chamada;
        telefonata; video call""",
    "meeting": """meeting; met; lunch; coffee; dinner; breakfast; in person; visit; event; treffen; besprechung; termin;
        mittagessen; kaffee; réunion; rencontre; rendez-vous; déjeuner; reunión; comida; reunião; almoço; riunione; pranzo;
        afspraak""",
    "sms": "sms; text; text message; texto; mensaje de texto",
}
_CHANNEL_OF = {name: channel for channel, listed in _CHANNELS.items() for name in names_of(listed)}
_SHORT_WORD = re.compile(r"[a-z][a-z0-9-]{1,19}")
_ME = names_of("me; I; myself; self; you; ich; mich; moi; je; yo; eu; mim; io; ik; mij")
_IN = names_of("incoming; received; in; inbound; eingehend; entrant; entrante; recibido; recebido; entrata")
# Columns in English; a table without any is dated the way the rest of the world does it.
_ENGLISH = names_of(
    "First Name; Last Name; Full Name; Name; Email; Email Address; Phone; Company; Job Title; Birthday; Date; From; To; Subject; With"
)


@lru_cache(maxsize=64)
def guess(names: tuple[str, ...]) -> tuple[str, dict[str, tuple[int, ...]]] | None:
    """Return what a table with these columns is about, and for each role the columns that have it; None where it cannot be told.

    names: in plain form.
    """
    if not 1 <= len(names) <= _MOST_COLUMNS:
        return None
    return _interactions(names) or _people(names)


def _people(names: tuple[str, ...]) -> tuple[str, dict[str, tuple[int, ...]]] | None:
    places: dict[str, tuple[int, ...]] = {}
    for place, name in enumerate(names):
        if role := _person_role(name):
            places[role] = (*places.get(role, ()), place)
    held = set(places)
    # A column that is called "Nom" or "Nombre" is a whole name where no other part of one stands beside it.
    for part in ("given", "family"):
        if part in held and not {"given", "family"} <= held and "name" not in held:
            places["name"] = places.pop(part)
            held = set(places)
    named = "name" in held or {"given", "family"} <= held
    if not held.isdisjoint(HANDLE_ROLES) or (named and not held.isdisjoint(_BESIDE_A_NAME)):
        return PEOPLE, places
    return None


def _person_role(name: str) -> str:
    if role := _PERSON_ROLES.get(name):
        return role
    return next((role for pattern, role in _NUMBERED if pattern.fullmatch(name)), "")


def _interactions(names: tuple[str, ...]) -> tuple[str, dict[str, tuple[int, ...]]] | None:
    places: dict[str, tuple[int, ...]] = {}
    for place, name in enumerate(names):
        # A name with several meanings ("Participants") has the first that is not taken.
        role = next((role for role in _EVENT_ROLES.get(name, ()) if role not in places), "")
        if name in _STATED_IN:
            role = "direction"
        if role:
            places[role] = (place,)
    if "date" not in places or not _OF_MONEY.isdisjoint(names):
        return None
    if {"from", "to"} <= set(places) and not {"channel", "subject", "text"}.isdisjoint(places):
        return INTERACTIONS, places
    people = {_person_role(name) for name in names}
    if {"with", "channel"} <= set(places) and people.isdisjoint(_OF_PEOPLE):
        return INTERACTIONS, places
    return None


def is_english(names: Sequence[str]) -> bool:
    """Tell whether some of these columns are called as in English."""
    return not _ENGLISH.isdisjoint(names)


def channel_of(text: str) -> str:
    """Return the channel that a word in a table means: `Phone call` is `call`; `message` where it means none."""
    if found := _CHANNEL_OF.get(plain(text)):
        return found
    word = text.strip().lower()
    return word if _SHORT_WORD.fullmatch(word) else "message"


def is_me(text: str) -> bool:
    """Tell whether a cell stands for whoever keeps the table."""
    return plain(text) in _ME


def is_incoming(text: str) -> bool:
    """Tell whether a cell says that the other side began."""
    return plain(text) in _IN
