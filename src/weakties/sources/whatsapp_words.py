"""WhatsApp's own words in many languages: what it calls the owner, a chat's file, and a picture that was left out.

Where a language is missing nothing is lost: what WhatsApp says with no sender before it is never a message, and a placeholder
that is not known here only counts as words.
"""

from __future__ import annotations

import re


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


# How an export calls whose phone it was.
OWNER = _set(
    """you du ich vous tú tu vos você voce jij je jou u вы ты ви ti siz sen sie ty wy voi anda kamu 你 您 あなた 나 أنت انت आप אתה את
    εσείς εσύ dumneavoastră ön"""
)
OWNER_BEGINS = ("you ", "your ", "du ", "deine ", "vous ", "tu ", "tú ", "você ", "hai ")

BEFORE_NOON = _set("am vorm matin fm öö πμ ص صباحا قظ 上午 午前 早上 凌晨 清晨 오전 de sa pg पूर्वाह्न पू एएम לפנהצ")
AFTER_NOON = _set("pm nachm soir em ös μμ م مساء بظ 下午 午後 晚上 傍晚 中午 오후 du ch ptg अपराह्न अ पीएम אחהצ nm")

# How the file or archive of a chat is called, before its title.
NAMED = re.compile(
    r"^(?:whatsapp[ _-]?(?:chat|sohbeti?|csevegés|czat|konuşması|obrolan)?s?"
    r"|(?:chat|discussion|conversa|conversación|conversation|rozmowa|czat|чат|obrolan|chatt|переписка)[ _-]"
    r"(?:(?:do|de|en|w|в|из)[ _-])?whatsapp)"
    r"(?:[ _-]+(?:with|mit|avec|con|com|met|med|с контактом|с|z|cu|s|dengan|ile|kanssa)(?=[ _-]))?[ _-]+(?P<title>.+)$",
    re.IGNORECASE,
)

# What WhatsApp says of a group may hold a colon too; nobody has such a name.
NO_SENDER = _any(
    r"[\"“”«»„]|https?$|end-to-end|ende-zu-ende|extremo a extremo|bout en bout",
    r"\b(?:created (?:this )?group|changed (?:the|this|their|your|to)|security code)\b",
    r"\bhat .{1,80} geändert\b|\bsicherheitsnummer\b",
    r"\ba (?:créé|changé|modifié)\b|\bha (?:creado|cambiado|creato|cambiato|modificato)\b",
    r"\b(?:creó|cambió|criou|mudou|alterou)\b|\bheeft .{1,80} gewijzigd\b",
)
# The group was made, with its first title in quotes; it was given another one.
CREATED = _any(
    r"\b(?:created|erstellt|créé|creó|creado|creaste|criou|criado|criaste|creato|gemaakt|aangemaakt)\b",
    r"\b(?:создал\w*|utworzył\w*|oluşturdu\w*|skapade|oprettede)\b",
)
RENAMED = _any(
    r"\b(?:changed|geändert|changé|modifié|cambió|cambiado|cambiaste|mudou|alterou|cambiato|modificato)\b",
    r"\b(?:gewijzigd|изменил\w*)\b",
)
QUOTED = re.compile(r"[\"“„«]([^\"“”„«»]{1,100})[\"”“»]")
OF_GROUPS = _any(
    r"\b(?:group|gruppe|groupe|grupo|gruppo|groep|групп\w*|grubu?|grup\w*)\b",
    r"\b(?:added|joined|left|hinzugefügt|beigetreten|ajouté|rejoint|añadió|unió|salió)\b",
    r"\b(?:adicionou|entrou|saiu|aggiunto|toegevoegd)\b",
)
# Who came in: those whom somebody added, or one who came by a link.
_ADDED = r"^.{1,100}? (?:added|hat|añadió a|agregó a|a ajouté|adicionou|ha aggiunto|heeft) (?P<many>.{1,300}?)"
JOINED = _any(
    rf"{_ADDED}(?: hinzugefügt| toegevoegd)?$",
    r"^(?P<one>.{1,100}?) (?:joined|ist .{0,60}beigetreten|se unió|a rejoint|entrou|si è unit)",
)
JOINING = _any(
    r"added|joined|hinzugefügt|beigetreten|añadió|agregó|unió|ajouté|rejoint|adicionou|entrou|aggiunto|unit|toegevoegd"
)
SEVERAL = re.compile(r", | (?:and|und|y|et|e|en) ")
# It says something of the chat, not in it: it is encrypted, a key changed.
NOTICE = _any(
    r"end-to-end|ende-zu-ende|extremo a extremo|bout en bout|ponta a ponta|crittografat|сквозн|uçtan uca",
    r"security code|sicherheitsnummer|código de seguri?dad|código de segurança|code de sécurité|codice di sicurezza",
    r"エンドツーエンド|端到端|端對端|종단",
)
# All that is left of a picture, or of what its author took back.
LEFT_OUT = _any(
    r"<[^<>\n]{3,60}>|null",
    r"(?:image|video|audio|sticker|gif|document|contact card) omitted",
    r"(?:bild|video|audio|sticker|gif|dokument|kontaktkarte) weggelassen",
    r"(?:imagen|audio|vídeo|video|sticker|gif) omitid[oa]|(?:imagem|áudio|vídeo|figurinha|gif) ocultad[oa]",
    r"(?:image|vidéo|audio|sticker|gif) absente?|(?:immagine|video|audio|sticker|gif) omess[oa]",
    r"(?:this message was|you) deleted(?: this message)?",
    r"diese nachricht wurde gelöscht|du hast diese nachricht gelöscht",
    r"se eliminó este mensaje|eliminaste este mensaje|este mensaje fue eliminado",
    r"ce message a été supprimé|vous avez supprimé ce message",
    r"(?:essa|esta) mensagem foi apagada|você apagou esta mensagem",
    r"questo messaggio è stato eliminato|hai eliminato questo messaggio|dit bericht (?:is|werd) verwijderd",
    r"данное сообщение удалено|bu mesaj silindi|このメッセージは削除されました|此訊息已刪除",
)
# A file that came with the message: its name, and in brackets that it is attached.
ATTACHED = re.compile(r"^\S[^\n]{0,150}\.\w{2,5} \([^()\n]{3,40}\)$")
EDITED = re.compile(
    r"\s?<[^<>\n]{0,40}(?:edit|bearbeitet|modifi|editó|bewerkt|изменен|düzenlendi)[^<>\n]{0,40}>$", re.IGNORECASE
)
