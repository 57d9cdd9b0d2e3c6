"""Sends mails by the server of BROOK_EMAIL_URL, in the worker."""

from __future__ import annotations

import logging
import smtplib
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils.module_loading import import_string

from accounts.actions import claim_mails, settle_mail
from accounts.languages import written_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from accounts.models import Mail

logger = logging.getLogger(__name__)

AT_ONCE = 50
TEMPORARY = range(400, 500)  # of SMTP (RFC 5321, 4.2.1); 5xx would be the same again


def compose(
    template: str, *, to: str, subject: str, context: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> EmailMultiAlternatives:
    """A mail as text and as HTML, of the templates `mail/<template>.txt` and `.html`."""
    shown = {**context, "subject": subject, "base_url": settings.BASE_URL}
    # One line: whatever is in it, nobody can add headers.
    mail = EmailMultiAlternatives(
        " ".join(subject.split()),
        render_to_string(f"mail/{template}.txt", shown),
        settings.DEFAULT_FROM_EMAIL,
        [to],
        headers={"Auto-Submitted": "auto-generated", **(headers or {})},  # RFC 3834: no answers from machines
    )
    mail.attach_alternative(render_to_string(f"mail/{template}.html", shown), "text/html")
    return mail


def send_mails() -> None:
    """Send what is due. For a job; any number of workers may do it at once."""
    if not settings.MAIL:
        return
    while mails := claim_mails(limit=AT_ONCE):
        for mail in mails:
            _send(mail)


def _send(mail: Mail) -> None:
    try:
        make: Callable[[Mail], EmailMultiAlternatives | None] = import_string(settings.MAILS[mail.kind])
        with written_for(mail.user):
            message = make(mail)
        if message is not None:
            message.connection = get_connection()
            message.send()
    except smtplib.SMTPResponseException as error:
        logger.warning("the mail server refused a mail (%s): status %d", mail.kind, error.smtp_code)
        settle_mail(mail=mail, again=error.smtp_code in TEMPORARY)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _text in error.recipients.values()]
        logger.warning("the mail server refused a recipient (%s): status %s", mail.kind, codes)
        settle_mail(mail=mail, again=all(code in TEMPORARY for code in codes))
    except OSError as error:  # smtplib's other errors are such, too: the connection was not made, or lost
        logger.warning("the mail server cannot be reached: %s", type(error).__name__)
        settle_mail(mail=mail, again=True)
    except Exception:  # one's fault must not stop the others
        logger.exception("a mail (%s) could not be made", mail.kind)
        settle_mail(mail=mail)
    else:
        settle_mail(mail=mail)
