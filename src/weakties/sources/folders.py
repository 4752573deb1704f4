"""Which folder a message lies in: the names that mail programs give to the usual folders, in the common languages.

The house tells sent mail, drafts, spam and the rest apart by one word each. Where the name says nothing (a project, a
year) the folder is empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from weakties.sources.headers import decode_words

_NAMES = {
    "draft": """drafts; draft; entwürfe; entwurf; brouillons; brouillon; borradores; borrador; rascunhos; rascunho; bozze;
        concepten; utkast; kladder; kladde; luonnokset; szkice; wersje robocze; robocze; koncepty; rozepsané; piszkozatok;
        taslaklar; черновики; чернетки; чорновики; 草稿; 草稿箱; 下書き; 임시보관함; المسودات; טיוטות; ciorne; πρόχειρα;
        unsent messages; unsent""",
    "spam": """spam; junk; junk e-mail; junk email; junk mail; bulk mail; spamverdacht; courrier indésirable;
        indésirables; pourriel; correo no deseado; no deseado; lixo eletrónico; lixo eletrônico; posta indesiderata;
        ongewenste e-mail; ongewenst; skräppost; søppelpost; uønsket; uønsket e-post; roskaposti; wiadomości-śmieci;
        nevyžádaná pošta; nevyžádané; levélszemét; gereksiz; istenmeyen; спам; нежелательная почта; небажана пошта;
        垃圾邮件; 垃圾郵件; 迷惑メール; 스팸; 스팸함; 정크 메일; الرسائل غير المرغوب فيها; ספאם; דואר זבל; werbung""",
    "chat": """chat; chats; gespräche; conversaciones; conversas; чаты; чат; チャット; 聊天; 채팅;
        conversation history""",
    "trash": """trash; deleted items; deleted messages; deleted; bin; papierkorb; gelöschte elemente; gelöschte objekte;
        gelöscht; corbeille; éléments supprimés; messages supprimés; papelera; elementos eliminados; eliminados; lixeira;
        lixo;         itens excluídos; itens eliminados; cestino; posta eliminata; prullenbak; verwijderde items;
        papperskorgen; borttaget;
        borttagna objekt; papirkurv; papirkurven; slettede elementer; slettet post; roskakori; poistetut; kosz;
        elementy usunięte; koš; odstraněná pošta; kuka; törölt elemek; lomtár; çöp kutusu; silinmiş öğeler; корзина; кошик;
        удаленные; удалённые; 已删除邮件; 已删除; 垃圾桶; 回收站; ゴミ箱; 削除済みアイテム; 휴지통; 지운 편지함;
        المهملات; אשפה""",
    "sent": """sent; sent mail; sent items; sent messages; sent-mail; _sent; _sent_mail; gesendet; gesendete objekte;
        gesendete elemente; gesendete nachrichten; envoyés; messages envoyés; éléments envoyés; envoyé; enviados; enviado;
        elementos enviados; correo enviado; mensajes enviados; itens enviados; e-mails enviados; inviati; inviata;
        posta inviata; messaggi inviati; verzonden; verzonden items; verzonden berichten; skickat; skickade; skickade objekt;
        sendt; sendte elementer; sendt post; lähetetyt; lähetetyt viestit; wysłane; elementy wysłane; odeslané;
        odeslaná pošta; elküldött; elküldött üzenetek; elküldött elemek; gönderilmiş postalar; gönderilenler;
        gönderilmiş öğeler; gönderilmiş; отправленные; надіслані; 已发邮件; 已发送; 已发送邮件; 寄件備份; 寄件夾;
        已傳送郵件; 送信済みメール; 送信済み; 送信済みアイテム; 보낸편지함; 보낸 편지함; البريد المرسل; المرسل;
        דואר יוצא; דואר שנשלח; trimise; απεσταλμένα; outbox""",
    "archive": """archive; archives; archiv; all mail; alle nachrichten; tous les messages; todos; todos os e-mails;
        tutti i messaggi; alle e-mails; вся почта; すべてのメール; archiwum; archivo; archiviati; arquivo; archived;
        archiviert;         all_documents; all documents""",
    "inbox": """inbox; posteingang; boîte de réception; bandeja de entrada; recibidos; entrada; caixa de entrada;
        posta in arrivo; in arrivo; postvak in; inkorg; inkorgen; innboks; indbakke; saapuneet; odebrane;
        skrzynka odbiorcza; doručená pošta; doručené; beérkező levelek; gelen kutusu; входящие; вхідні; 收件箱; 收件匣;
        受信トレイ; 받은편지함; 받은 편지함; البريد الوارد; דואר נכנס; mesaje primite; εισερχόμενα; notes_inbox""",
}
_FOLDERS = {name.strip(): folder for folder, names in _NAMES.items() for name in " ".join(names.split()).split(";")}
# A message with several labels lies in the folder that says most of it.
_ORDER = ("draft", "spam", "chat", "trash", "sent", "inbox", "archive")
_ENDINGS = re.compile(r"(?:\.(?:mbox|mbx|eml|emlx|mbs|gz|bz2|xz|txt|sbd|zip|tar|tgz))+$")


def folder_named(name: str) -> str:
    """Return the usual folder that a name stands for (`sent`, `inbox` ...), empty for any other."""
    text = " ".join(_ENDINGS.sub("", name.strip().strip("'\"").casefold()).split())
    return _FOLDERS.get(text) or _FOLDERS.get(text.replace("_", " ").strip()) or ""


def folder_of_path(path: str) -> str:
    """Return the usual folder that a path lies in, the innermost name first; Maildir++ names (`.Sent`) are known."""
    for part in reversed(re.split(r"[/!\\]", path)):
        # `.Work.Sent` is the folder Sent in the folder Work; `[Gmail].Sent Mail` likewise.
        name = part.rpartition(".")[2] if part.startswith(".") else part
        if found := folder_named(name):
            return found
    return ""


def folder_of_labels(labels: str) -> str:
    """Return the usual folder that the labels of Google Takeout (`X-Gmail-Labels`, encoded and localised) say."""
    return _first(folder_named(label) for label in decode_words(labels).split(","))


def folder_of_flags(name: str) -> str:
    """Return `draft` or `trash` where the flags in a Maildir file's name (`1.host:2,DS`) say so."""
    for mark in (":2,", ";2,", "!2,"):
        _, found, flags = name.rpartition(mark)
        if found and flags.isalpha():
            return "draft" if "D" in flags else "trash" if "T" in flags else ""
    return ""


def _first(folders: Iterable[str]) -> str:
    found = set(folders)
    return next((folder for folder in _ORDER if folder in found), "")
