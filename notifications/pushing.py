"""Sends pushes to the push services of browsers (RFC 8030), in the worker.

Their addresses come from whoever subscribes. So the connection goes to an address that was looked at and is public, no
redirect is followed, and of the answer only the status is read.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
import requests
from django.conf import settings
from django.db import close_old_connections
from django.utils.translation import gettext as _
from py_vapid import VapidException
from pywebpush import WebPushException, webpush
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import InvalidIPAddress

from accounts.languages import written_for
from notifications import actions, vapid
from notifications.models import Notification, Preferences, Push
from notifications.wording import title_of

logger = logging.getLogger(__name__)

TIMEOUT_S = 5.0
THREADS = 8
AT_ONCE = 64
TTL_S = 86_400  # how long a push service keeps it for a browser that is off
GONE = {404, 410}
LATER = {408, 425, 429, 500, 502, 503, 504}


class Outgoing(HTTPSession):  # type: ignore[misc] # without types
    """Sends to public addresses and nowhere else; reads no body, however long somebody makes it."""

    def __init__(self) -> None:
        super().__init__(
            Config(
                ip_filter_enable=True,
                ip_filter_allow_loopback_ips=settings.PUSH_LOOPBACK,
                never_redirect=True,
                default_timeout=(TIMEOUT_S, TIMEOUT_S),
                user_agent_override=f"Brook/{settings.VERSION}",
            )
        )
        self.trust_env = False

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        response: requests.Response = super().send(request, **{**options, "stream": True})
        response._content = b""  # nobody asks for it again
        response.close()
        return response


def push_due() -> None:
    """Send what is due, several at a time. For a job; any number of workers may do it at once."""
    while pushes := actions.claim_pushes(limit=AT_ONCE):
        with ThreadPoolExecutor(min(THREADS, len(pushes)), thread_name_prefix="push") as threads:
            list(threads.map(_send, pushes))
        if len(pushes) < AT_ONCE:
            break


def payload_of(notification: Notification) -> dict[str, Any]:
    """What the browser's service worker gets; without what was said, if the person says so."""
    shown = {
        "id": notification.pk,
        "type": notification.type,
        "count": notification.count,
        "conversation_id": notification.conversation_id,
        "updated_at": notification.updated_at,
    }
    if not Preferences.objects.of(notification.user).push_content:
        return {**shown, "title": _("Something new"), "text": "", "avatar_url": None}
    return {
        **shown,
        "title": title_of(notification),
        "text": notification.text,
        "avatar_url": notification.data.get("avatar_url"),
        "message_id": notification.message_id,
    }


def _payload(notification: Notification) -> dict[str, Any]:
    with written_for(notification.user):
        return payload_of(notification)


def _send(push: Push) -> None:
    close_old_connections()
    try:
        actions.settle_push(push=push, **_outcome(push))
    except Exception:  # one's fault must not stop the others; it is tried again after its lease
        logger.exception("a push failed")
    finally:
        close_old_connections()


def _outcome(push: Push) -> dict[str, bool]:
    try:
        webpush(
            push.subscription.info(),
            orjson.dumps(_payload(push.notification), option=orjson.OPT_UTC_Z).decode(),
            vapid_private_key=vapid.key(),
            vapid_claims={"sub": settings.PUSH_CONTACT},
            ttl=TTL_S,
            # A later push about the same takes the place of one that was not delivered yet (RFC 8030, 5.4).
            headers={"Topic": push.notification.pk.hex, "Urgency": "high"},
            timeout=TIMEOUT_S,
            requests_session=Outgoing(),
        )
    except WebPushException as error:
        status = error.response.status_code if error.response is not None else 0
        if status not in GONE | LATER:
            logger.warning("a push service refused a push: status %d", status)
        return {"gone": status in GONE, "again": status in LATER, "failed": status not in GONE | LATER}
    except InvalidIPAddress:
        return {"gone": True}
    except requests.RequestException as error:
        logger.info("a push service cannot be reached: %s", type(error).__name__)
        return {"again": True}
    except (VapidException, ValueError) as error:
        logger.warning("a push cannot be made: %s", error)
        return {"failed": True}
    return {}
