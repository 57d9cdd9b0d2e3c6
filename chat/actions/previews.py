"""Showing what messages link to. The worker looks for links, fetches the pages, and tells of what it found: no request
waits for any of that. What a message shows is changed under its conversation's lock, together with the event.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import files
from chat.actions.editing import tell_updated
from chat.actions.errors import NotAllowed
from chat.links import Described, Fetcher, Refused, Unreachable, links_in, look_up
from chat.models import (
    Conversation,
    Kind,
    LinkPreview,
    LinkSearch,
    LinkState,
    Message,
    MessageLink,
    Participant,
    PreviewState,
    hash_of,
)

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from accounts.models import User

FOLDER = "previews"
GOOD_FOR = {PreviewState.DONE.value: timedelta(days=7), PreviewState.FAILED.value: timedelta(hours=1)}
LEASE = timedelta(minutes=1)  # who takes a page to fetch has it for so long
MAX_TRIES = 3
FIRST_WAIT_S = 2
AT_ONCE = 8  # pages
BATCH = 100
UNUSED_FOR = timedelta(minutes=10)


def show_previews() -> None:
    """Look for links, fetch what they lead to, and show it. For a worker; any number of them may do it at once."""
    if settings.LINK_PREVIEWS:
        for message_id in list(LinkSearch.objects.order_by("pk").values_list("pk", flat=True)[:BATCH]):
            _search(message_id)
        _settle()
        _fetch_due()
        _settle()


# --- looking for links ------------------------------------------------------------------------------------------------
def _search(message_id: UUID) -> None:
    with transaction.atomic():
        message = _find_locked(message_id)
        if message is None or message.conversation.deleted_at is not None:
            LinkSearch.objects.filter(pk=message_id).delete()
        else:
            before = _shown(message)
            _look_into(message)
            if _shown(message) != before:
                tell_updated(message)


def _find_locked(message_id: UUID) -> Message | None:
    """A message with the row of its conversation locked; None where it is gone."""
    conversation_id = Message.objects.filter(pk=message_id).values_list("conversation_id", flat=True).first()
    if conversation_id is None:
        return None
    conversation = Conversation.objects.select_for_update(no_key=True).get(pk=conversation_id)
    message = Message.objects.with_everything().filter(pk=message_id).first()
    if message is not None:
        message.conversation = conversation
    return message


def _shown(message: Message) -> list[UUID]:
    return [link.preview_id for link in message.all_links if link.state == LinkState.SHOWN]


def _look_into(message: Message) -> None:
    """Write down what a message links to, if that is still to be done; its conversation is locked."""
    if not LinkSearch.objects.filter(pk=message.pk).delete()[0] or message.deleted_at is not None:
        return
    wanted = links_in(message.content)
    held = {link.preview.url: link for link in message.all_links}
    MessageLink.objects.filter(pk__in=[link.pk for url, link in held.items() if url not in wanted]).delete()
    # In one order, or two who write down the same addresses wait for each other.
    previews = {url: _preview_of(url) for url in sorted(wanted) if url not in held}
    for position, url in enumerate(wanted):
        link = held.get(url) or MessageLink(message=message, preview=previews[url])
        link.position = position
        link.save()
    message.all_links = list(message.links.all())


def _preview_of(url: str) -> LinkPreview:
    now = timezone.now()
    found, _new = LinkPreview.objects.get_or_create(url_hash=hash_of(url), defaults={"url": url, "next_try_at": now})
    if found.fetched_at is not None and found.fetched_at < now - GOOD_FOR[found.state]:
        found.url_hash = hash_of(f"{found.pk} {url}")
        found.save(update_fields=["url_hash"])
        return LinkPreview.objects.create(url_hash=hash_of(url), url=url, next_try_at=now)
    return found


# --- fetching ---------------------------------------------------------------------------------------------------------
def _fetch_due() -> None:
    taken = _take_due()
    if not taken:
        return
    with ThreadPoolExecutor(len(taken), thread_name_prefix="preview") as pool:  # they touch no database
        for preview, found in zip(taken, pool.map(_fetch, [preview.url for preview in taken]), strict=True):
            _keep(preview, found)


def _take_due() -> list[LinkPreview]:
    with transaction.atomic():
        now = timezone.now()
        due = LinkPreview.objects.due(now).order_by("next_try_at").select_for_update(skip_locked=True)
        taken = list(due[:AT_ONCE])
        for preview in taken:
            preview.tries, preview.next_try_at = preview.tries + 1, now + LEASE
        LinkPreview.objects.bulk_update(taken, ["tries", "next_try_at"])
    return taken


def _fetch(url: str) -> Described | Refused | Unreachable:
    try:
        return look_up(url, Fetcher(hosts=settings.LINK_PREVIEW_HOSTS))
    except (Refused, Unreachable) as error:
        return error
    except Exception as error:  # a hostile page may make a parser raise anything
        return Refused(repr(error))


def _keep(preview: LinkPreview, found: Described | Refused | Unreachable) -> None:
    now = timezone.now()
    image = ""
    if isinstance(found, Described):
        if found.image is not None:
            image = files.save(FOLDER, BytesIO(found.image))
            preview.width, preview.height = found.width, found.height
        preview.title, preview.description, preview.site_name = found.title, found.description, found.site_name
        preview.image, preview.state, preview.fetched_at = image, PreviewState.DONE, now
    elif isinstance(found, Refused) or preview.tries >= MAX_TRIES:
        preview.state, preview.fetched_at = PreviewState.FAILED, now
    else:
        preview.next_try_at = _next_try(preview, now)
    # Nobody else's since: the lease may have run out, and a page that no message links to any more is gone.
    mine = LinkPreview.objects.filter(pk=preview.pk, state=PreviewState.WAITING, tries=preview.tries)
    columns = ("title", "description", "site_name", "image", "width", "height", "state", "next_try_at", "fetched_at")
    if not mine.update(**{name: getattr(preview, name) for name in columns}) and image:
        files.remove([image])


def _next_try(preview: LinkPreview, now: datetime) -> datetime:
    return now + timedelta(seconds=FIRST_WAIT_S ** int(preview.tries))


# --- showing ----------------------------------------------------------------------------------------------------------
def _settle() -> None:
    """Show what was fetched: the first link of a message of which there is something to show."""
    waiting = MessageLink.objects.filter(state=LinkState.WAITING)
    earlier = waiting.filter(
        message=OuterRef("message"), position__lt=OuterRef("position"), preview__state=PreviewState.WAITING
    )
    settled = waiting.exclude(preview__state=PreviewState.WAITING).exclude(Exists(earlier))
    for message_id in list(settled.order_by("message").values_list("message", flat=True).distinct()[:BATCH]):
        with transaction.atomic():
            message = _find_locked(message_id)
            if message is not None and _choose(message):
                tell_updated(message)


def _choose(message: Message) -> bool:
    """Decide about the links of a message as far as that can be: whether it shows another one now."""
    chosen, changed = bool(_shown(message)), False
    for link in message.all_links:
        if link.state != LinkState.WAITING:
            continue
        if not chosen and link.preview.state == PreviewState.WAITING:
            break  # a later one must not come first, and go when this one is there
        is_first = not chosen and link.preview.state == PreviewState.DONE
        link.state = LinkState.SHOWN if is_first else LinkState.NOTHING
        link.save(update_fields=["state"])
        chosen, changed = chosen or is_first, changed or is_first
    return changed


# --- of one message ---------------------------------------------------------------------------------------------------
def hide_previews(*, user: User, message_id: UUID) -> None:
    """Show nothing of what a message links to, whatever is found; nothing happens where nothing would be shown.

    Raises:
        Participant.DoesNotExist, Message.DoesNotExist: there is no such message that the person may see.
        NotAllowed: its sender hides them, and in a group its moderators and admins.
    """
    with transaction.atomic():
        participant, message = Participant.objects.find_message_locked(user, message_id)
        moderates = participant.conversation.kind == Kind.GROUP and participant.can_moderate
        if message.sender_id != user.pk and not moderates:
            raise NotAllowed(_("Only its sender, and moderators and admins of a group, can hide previews."))
        _look_into(message)
        shown = _shown(message)
        message.links.update(state=LinkState.HIDDEN)
        message.all_links = []
        if shown:
            tell_updated(message)


# --- the end ----------------------------------------------------------------------------------------------------------
def tidy_previews() -> None:
    """Delete what no message links to any more, and pictures that no row names. For a job that runs now and then."""
    with transaction.atomic():
        unused = LinkPreview.objects.filter(links=None, created_at__lt=timezone.now() - UNUSED_FOR)
        gone = list(unused.order_by("pk")[:BATCH])
        LinkPreview.objects.filter(pk__in=[preview.pk for preview in gone], links=None).delete()
        files.remove_after_commit(
            [preview.image for preview in gone if preview.image],
            lambda names: LinkPreview.objects.filter(image__in=names).values_list("image", flat=True),
        )
    files.sweep(FOLDER, lambda names: LinkPreview.objects.filter(image__in=names).values_list("image", flat=True))
