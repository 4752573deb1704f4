"""The files of a LinkedIn export and their columns, in the languages in which LinkedIn writes them.

Most exports have English columns whatever the language of the account; some are translated. So each column has one name here, and
the names by which else it is written. The files are told apart by their columns, for the names of files are translated too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from weakties.sources.tables import names_of, plain

# The plain name of a column, and how else it is written: German, French, Spanish, Portuguese, Italian, Dutch.
_ALSO = {
    "firstname": "Vorname; Prénom; Nombre; Nome; Primeiro nome; Nome próprio; Voornaam",
    "lastname": "Nachname; Nom; Nom de famille; Apellido; Apellidos; Sobrenome; Apelido; Cognome; Achternaam",
    "url": "Profil-URL; Profile URL; URL du profil; URL del perfil; URL do perfil; URL del profilo; LinkedIn URL",
    "emailaddress": """E-Mail-Adresse; E-Mail; Email; Adresse e-mail; Adresse email; Dirección de correo electrónico;
        Correo electrónico; Endereço de e-mail; Indirizzo email; Indirizzo e-mail; E-mailadres""",
    "company": "Unternehmen; Firma; Entreprise; Société; Empresa; Compañía; Azienda; Bedrijf",
    "position": "Poste; Fonction; Cargo; Puesto; Posição; Posizione; Functie",
    "connectedon": """Verbunden am; Vernetzt am; Vernetzt seit; Kontakt seit; Connecté le; En relation depuis;
        Date de connexion; Relation établie le; Conectado el; Fecha de conexión; Contacto desde; Conectado em; Conexão em;
        Data da conexão; Ligado em; Collegato il; Data del collegamento; Verbonden op; Connectie sinds""",
    "conversationid": """Konversations-ID; Unterhaltungs-ID; ID der Konversation; ID de conversation; ID de la conversation;
        Identifiant de la conversation; ID de conversación; ID de la conversación; ID da conversa; ID conversazione;
        Gespreks-ID""",
    "conversationtitle": """Konversationstitel; Titel der Konversation; Titel der Unterhaltung; Titre de la conversation;
        Título de la conversación; Título da conversa; Titolo della conversazione; Gesprekstitel""",
    "from": "Von; Absender; De; Expéditeur; Remitente; Remetente; Da; Mittente; Van; Afzender",
    "senderprofileurl": """Profil-URL des Absenders; URL des Absenderprofils; Absender-Profil-URL;
        URL du profil de l’expéditeur; URL del perfil del remitente; URL do perfil do remetente;
        URL del profilo del mittente; Profiel-URL van afzender""",
    "to": """An; Empfänger; À; Destinataire; Destinataires; Para; Destinatario; Destinatarios; Destinatário; Destinatários;
        A; Aan""",
    "recipientprofileurls": """Profil-URLs der Empfänger; Empfänger-Profil-URLs; URL der Empfängerprofile;
        URL des profils des destinataires; URL du profil des destinataires; URL de los perfiles de los destinatarios;
        URL del perfil de los destinatarios; URLs dos perfis dos destinatários; URL do perfil dos destinatários;
        URL dei profili dei destinatari""",
    "date": "Datum; Fecha; Data",
    "subject": "Betreff; Objet; Sujet; Asunto; Assunto; Oggetto; Onderwerp",
    "content": "Inhalt; Contenu; Contenido; Conteúdo; Contenuto; Inhoud",
    "folder": "Ordner; Dossier; Carpeta; Pasta; Cartella; Map",
    "ismessagedraft": """Ist Nachrichtenentwurf; Nachrichtenentwurf; Est un brouillon; Brouillon; Es un borrador; Borrador;
        É rascunho; Rascunho; È una bozza; Bozza; Concept""",
    "sentat": """Gesendet am; Envoyée le; Envoyé le; Date d’envoi; Enviado el; Fecha de envío; Enviado em; Inviato il;
        Verzonden op""",
    "message": "Nachricht; Mensaje; Mensagem; Messaggio; Bericht",
    "direction": "Richtung; Sens; Dirección; Direção; Sentido; Direzione; Richting",
    "inviterprofileurl": "Profil-URL des Einladenden; URL du profil de l’inviteur; URL del perfil del invitador",
    "inviteeprofileurl": "Profil-URL des Eingeladenen; URL du profil de l’invité; URL del perfil del invitado",
    "endorsementdate": """Datum der Bestätigung; Bestätigungsdatum; Date de la recommandation; Fecha de la validación;
        Fecha de validación; Data da recomendação; Data da competência""",
    "headline": "Profilslogan; Slogan; Titre du profil; Titular; Título profissional; Sommario; Kopregel",
    "geolocation": """Standort; Geografischer Standort; Lieu; Localisation; Ubicación; Ubicación geográfica; Localização;
        Località""",
    "birthdate": "Geburtsdatum; Geburtstag; Date de naissance; Fecha de nacimiento; Data de nascimento; Data di nascita",
    "twitterhandles": "Twitter-Namen; Comptes Twitter; Cuentas de Twitter; Contas do Twitter",
    "companyname": """Name des Unternehmens; Unternehmensname; Firmenname; Nom de l’entreprise; Nombre de la empresa;
        Nome da empresa; Nome dell’azienda; Bedrijfsnaam""",
    "title": "Titel; Titre; Título; Titolo; Positionsbezeichnung; Intitulé du poste; Título del puesto",
    "location": "Ort; Endroit; Lugar; Local; Luogo; Locatie",
    "startedon": """Begonnen am; Beginn; Commencé le; Date de début; Empezado el; Fecha de inicio; Iniciado em;
        Data de início; Inizio""",
    "finishedon": """Beendet am; Ende; Terminé le; Date de fin; Finalizado el; Fecha de finalización; Terminado em;
        Data de término""",
    "confirmed": "Bestätigt; Confirmé; Confirmada; Confirmée; Confirmado; Confermato; Bevestigd",
    "primary": "Primär; Principal; Principale; Primaire; Primário; Primaria",
    "number": "Nummer; Numéro; Número; Numero",
    "type": "Typ; Tipo; Soort",
    "extension": "Durchwahl; Poste téléphonique; Extensión; Ramal; Interno",
    "jobtitle": "Berufsbezeichnung; Jobbezeichnung; Poste occupé; Cargo actual; Nome do cargo",
    "text": "Texte; Texto; Testo; Tekst",
    "creationdate": "Erstellungsdatum; Erstellt am; Date de création; Fecha de creación; Data de criação; Data di creazione",
}  # fmt: skip
# Columns that are never translated, as far as anybody saw.
_ENGLISH = (
    "endorseefirstname", "endorseelastname", "endorseepublicurl", "endorserfirstname", "endorserlastname", "endorserpublicurl",
    "source", "companies", "emails", "phonenumbers", "createdat", "fullname", "birthday", "profiles",
)  # fmt: skip
# Every column that is read, of any of the files.
COLUMNS = (*_ALSO, *_ENGLISH)
_CANONICAL = {name: column for column, listed in _ALSO.items() for name in names_of(listed)}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file. needs: columns without which a table is none; names: words of which its name must hold one, unless empty;
    some: columns of which it has at least two, unless empty; never: columns that it does not have.
    """

    name: str
    needs: frozenset[str]
    names: frozenset[str] = frozenset()
    some: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()

    def has(self, held: frozenset[str], called: str) -> bool:
        """Tell whether a file of these columns and this name is of this kind."""
        return (
            self.needs <= held
            and (not self.names or any(word in called for word in self.names))
            and (not self.some or len(self.some & held) > 1)
            and self.never.isdisjoint(held)
        )


def _kind(name: str, needs: str, names: str = "", some: str = "", never: str = "") -> Kind:
    return Kind(name, *(frozenset(words.split()) for words in (needs, names, some, never)))


_GIVEN = "given abgegeben gegeben donnee emise realizad dada emitid concedid otorgad fornit gegeven"
_RECEIVED = "received erhalten recue recibid recebid ricevut ontvangen"
# In the order in which they are tried.
KINDS = (
    _kind("messages", "conversationid from to date content"),
    _kind("connections", "firstname lastname connectedon"),
    _kind("invitations", "from to sentat direction"),
    _kind("endorsements given", "endorsementdate endorseefirstname endorseelastname"),
    _kind("endorsements received", "endorsementdate endorserfirstname endorserlastname"),
    _kind("recommendations given", "firstname lastname company jobtitle text creationdate", _GIVEN),
    _kind("recommendations received", "firstname lastname company jobtitle text creationdate", _RECEIVED),
    _kind("recommendations", "firstname lastname company jobtitle text creationdate"),
    # A list of found people has headlines too, but also their addresses: it must never be taken for the owner.
    _kind(
        "profile",
        "firstname lastname headline",
        some="maidenname zipcode geolocation twitterhandles instantmessengers birthdate summary industry websites",
        never="url profileurl linkedinurl linkedin emailaddress company position companyname title connectedon",
    ),
    _kind("positions", "companyname title startedon finishedon"),
    _kind("addresses", "emailaddress confirmed primary"),
    _kind("numbers", "extension number type"),
    _kind("address book", "source firstname lastname emails phonenumbers"),
)
# Columns of files that say nothing of people and the owner that is read here, but look as if they did.
_UNREAD = tuple(
    frozenset(needs.split())
    for needs in (
        "fullname date status",
        "number extension iswhatsappnumber",
        "connectionfirstname connectionlastname note",
        "applicationdate companyname jobtitle",
        "jobtitle companyname joburl",
        "organization followedon",
        "firstname lastname verificationtype",
        "schoolname startdate enddate",
        "registeredat subscriptiontypes",
    )
)


def canonical(names: Sequence[str]) -> tuple[str, ...]:
    """Return the one name of each column. names: in plain form."""
    held = set(names)
    # A translation may be the name of another column ("De" is both who and where to): what is English already stays.
    return tuple(
        name if name in _ALSO or _CANONICAL.get(name, "") in held else _CANONICAL.get(name, name) for name in names
    )


def kind_of(names: Sequence[str], base: str) -> Kind | None:
    """Return which kind of file has these columns, None if none has. names: in plain form; base: the file's name."""
    if len(names) < 3:
        return None
    held, called = frozenset(canonical(names)), plain(base)
    return next((kind for kind in KINDS if kind.has(held, called)), None)


def is_unread(names: Sequence[str]) -> bool:
    """Tell whether these are the columns of a file of the export that is not read."""
    held = frozenset(names)
    return any(needs <= held for needs in _UNREAD)
