"""What the headers of a message say of newsletters, discussion lists and machines.

A tie is between people, so the rest of the house must know which messages no person wrote to a person. This module
repeats what the headers declare, in a few words, and judges nobody: that a list carried a message does not make its
author a machine. The words:

- `list`: a discussion list carried it (it can be posted to); its author may well be a person.
- `newsletter`: it can be unsubscribed from, or a program for mass mail sent it, and nobody can post to it.
- `auto`: a program answered or reported: Auto-Submitted, out-of-office, bounce, receipt.
- `bot`: a system speaks: a code forge, an issue tracker, a build server, a scheduler, a monitor.
- `bulk`: Precedence bulk or junk, and no list.
- `spam`: a filter on its way marked it as such.

Sources: RFC 2369 and 2919 (List-*), RFC 3834 (Auto-Submitted), RFC 8058 (one-click), the fields that the services name
in their own documentation.
"""

from __future__ import annotations

import re
from functools import lru_cache

from weakties.sources.headers import Headers

WORDS = ("list", "newsletter", "auto", "bot", "bulk", "spam")

_LIST_FIELDS = ("mailing-list", "x-mailing-list", "x-beenthere", "x-mailman-version", "x-ml-name", "x-list-server")
_UNSUBSCRIBE_FIELDS = ("list-unsubscribe", "list-unsubscribe-post", "x-unsubscribe", "x-unsubscription-info")
# Beginnings of the fields that services for mass mail add.
_MASS_MAIL = re.compile(
    r"x-csa-complaints|x-mc-user|x-mailchimp|x-campaign|x-roving|x-emarsys|x-rpcampaign|x-mailgun-|x-sg-e?id"
    r"|x-msfbl|x-marketo|x-hubspot|x-hs-|x-klaviyo|x-sailthru|x-mailerlite|x-mailjet|x-mj-|x-sib-|x-sendinblue|x-cmail"
    r"|x-bulkmail|x-bulk-|x-list-host|x-mass|x-newsletter|x-pmx|x-postmark|x-delivery-context"
    r"|x-jobid|x-job$|x-job-id|x-mailinfo|x-mailing$|x-cid$|x-ecircle|x-dmdelivery|x-optivo|x-et-|x-sfmc|x-elqsiteid"
    r"|x-mandrill|x-sparkpost|x-mailer-recptid|x-mailer-listid|x-acelleid"
)
_MASS_MAILERS = re.compile(
    r"lyris|mailchimp|sendgrid|mailgun|phplist|sendy|campaign|constant contact|vertical response|exacttarget|silverpop"
    r"|mailking|group ?mail|mach10|worldmerge|bulk|blaster|newsletter|listserv|mass ?mail|emarsys|dynamic mailer|cheetah"
    r"|accucast|unitymail|messagemedia|e-?dialog|gammadyne|sendinblue|brevo|klaviyo|hubspot|topica|digital impact",
    re.IGNORECASE,
)
# Beginnings of the fields in which systems name themselves.
_BOTS = re.compile(
    r"x-github|x-gitlab|x-gitea|x-forgejo|x-gerrit|x-bitbucket|x-phabricator|x-jira|x-atlassian|x-bugzilla|x-redmine"
    r"|x-trac-|x-launchpad|x-roundup|x-debbugs|x-debian-pr|x-jenkins|x-hudson|x-cron|x-travis|x-circleci|x-nagios"
    r"|x-icinga|x-zabbix|x-sentry|x-pagerduty|x-opsgenie|x-discourse|x-rt-|rt-originator|x-otrs|x-zendesk|x-freshdesk"
    r"|x-asana|x-trello|x-basecamp|x-notion|x-slack|x-linkedin|x-facebook|x-twitter|x-meetup|x-git-|x-svn-|x-cvs|x-mantis"
    r"|x-reddit|x-stackexchange|x-eventbrite|x-salesforce|x-sfdc|x-notification|x-google-group-notification|x-kernelci"
    r"|x-tip-bot|x-robot|x-bot"
)
# Fields that begin so and that people write into their own mail.
_PEOPLES_FIELDS = frozenset({"x-git-archeology", "x-linkedin-profile", "x-twitter", "x-slack-id"})
_AUTO_FIELDS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply",
    "x-auto-response",
    "x-failed-recipients",
)
_REPORT = re.compile(r"multipart/report|message/delivery-status|message/disposition-notification", re.IGNORECASE)
_SYSTEM_SENDER = re.compile(r"(?:^|[<\s\"])(?:mailer-daemon|postmaster)(?:@|[>\s\"]|$)", re.IGNORECASE)
_AUTO_SUBJECT = re.compile(
    r"(?:auto(?:matic|mated)?[ -]?(?:reply|response)|out of (?:the )?office|abwesen|automatische antwort|réponse automatique"
    r"|respuesta automática|risposta automatica|undeliver|delivery status notification|returned mail|mail delivery)",
    re.IGNORECASE,
)


def bulk_words(headers: Headers) -> str:
    """Return what the headers say, words of `WORDS` in that order, joined by blanks; empty for a plain message."""
    marks = {_mark(name) for name in headers}
    precedence = headers.first("precedence").lower()
    listed = _is_list(headers, precedence)
    newsletter = not listed and (
        any(name in headers for name in _UNSUBSCRIBE_FIELDS)
        or "newsletter" in marks
        or _is_campaign(headers.first("feedback-id"))
        or ("x-mailer" in headers and _MASS_MAILERS.search(headers.first("x-mailer")) is not None)
    )
    said = {
        "list": listed,
        "newsletter": newsletter,
        "auto": _is_auto(headers, precedence),
        "bot": "bot" in marks,
        "bulk": not listed and precedence.startswith(("bulk", "junk", "list")),
        "spam": _is_spam(headers),
    }
    return " ".join(word for word in WORDS if said[word])


@lru_cache(maxsize=4_096)
def _mark(name: str) -> str:
    """Return what the mere presence of a field says. name: in lower case."""
    if _BOTS.match(name) and name not in _PEOPLES_FIELDS:
        return "bot"
    return "newsletter" if _MASS_MAIL.match(name) else ""


def _is_list(headers: Headers, precedence: str) -> bool:
    """Tell whether it can be posted to: List-Post says so, or a field that only list programs write."""
    if "list-post" in headers:
        # RFC 2369, 3.4: NO says that nobody may post.
        return "mailto:" in headers.first("list-post").lower()
    return any(name in headers for name in _LIST_FIELDS) or ("list-id" in headers and precedence.startswith("list"))


def _is_auto(headers: Headers, precedence: str) -> bool:
    submitted = headers.first("auto-submitted").lower()
    if submitted and not submitted.startswith("no"):
        return True
    if any(name in headers for name in _AUTO_FIELDS) or precedence.startswith("auto"):
        return True
    if "x-auto-response-suppress" in headers and headers.first("x-auto-response-suppress").lower().startswith("all"):
        return True
    if "return-path" in headers and headers.first("return-path") == "<>":
        return True
    return (
        _REPORT.match(headers.first("content-type")) is not None
        or _SYSTEM_SENDER.search(headers.first("from")) is not None
        or _AUTO_SUBJECT.match(headers.first("subject")) is not None
    )


def _is_campaign(feedback: str) -> bool:
    """Tell by the Feedback-ID, which names the sending service last; one of them writes it into people's mail too."""
    return bool(feedback) and not feedback.lower().endswith("fastmail")


def _is_spam(headers: Headers) -> bool:
    return headers.first("x-spam-flag").lower().startswith("yes") or headers.first("x-spam-status").lower().startswith(
        "yes"
    )
