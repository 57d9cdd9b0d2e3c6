"""Conversations, from outside: who is in them and how they are set, and nothing of what is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts import names
from accounts.finding import FoundAdmin
from accounts.models import User
from chat.models import Conversation, Kind, Message, Participant
from moderation.actions import may_read_now
from moderation.actions.auditing import may
from moderation.admin.base import ReadOnlyAdmin, act_links, history_of
from moderation.models import Act, LegalExport

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import HttpRequest

PEOPLE_SHOWN = 100
MESSAGES_SHOWN = 100
LONGEST_NUMBER = 19


class StateFilter(admin.SimpleListFilter):
    """What staff, or its admin, did to a conversation."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        """Four of them."""
        return [
            ("locked", gettext("Locked")),
            ("archived", gettext("Archived")),
            ("held", gettext("Held")),
            ("deleted", gettext("Deleted")),
        ]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Conversation]) -> QuerySet[Conversation]:
        """Those to which it was done."""
        state = self.value()
        return queryset.filter(**{f"{state}_at__isnull": False}) if state in dict(self.lookup_choices) else queryset


@admin.register(Conversation)
class ConversationAdmin(FoundAdmin, ReadOnlyAdmin):
    """Every conversation that there is; what is said in it is not for this page."""

    list_display = (
        "name",
        "kind",
        "participant_count",
        "last_seq",
        "last_activity_at",
        "is_locked",
        "is_archived",
        "is_held",
        "deleted_at",
    )
    list_filter = ("kind", StateFilter)
    search_fields = ("title",)
    search_help_text = _("The beginning of a title, an id, or the user name of somebody who takes part.")
    ordering = ("-last_activity_at", "-id")
    sortable_by = ("last_activity_at",)
    change_form_template = "admin/moderation/conversation.html"

    @admin.display(description=_("title"))
    def name(self, conversation: Conversation) -> str:
        """Its title; of a direct one, who the two are is on its page."""
        return str(conversation)

    @admin.display(boolean=True, description=_("locked"))
    def is_locked(self, conversation: Conversation) -> bool:
        """Whether staff locked it."""
        return conversation.locked_at is not None

    @admin.display(boolean=True, description=gettext_lazy("archived"))
    def is_archived(self, conversation: Conversation) -> bool:
        """Whether staff archived it."""
        return conversation.archived_at is not None

    @admin.display(boolean=True, description=gettext_lazy("held"))
    def is_held(self, conversation: Conversation) -> bool:
        """Whether what is deleted in it is kept."""
        return conversation.held_at is not None

    def has_view_permission(self, request: HttpRequest, _obj: Conversation | None = None) -> bool:
        """By permission."""
        return request.user.has_perm("chat.view_conversation")

    def found(
        self, queryset: QuerySet[Conversation], term: str, uuid: UUID | None, person: User | None
    ) -> QuerySet[Conversation]:
        """By person or by id; by title, the beginning: of these there are few, beside messages."""
        if uuid is not None:
            return queryset.filter(pk=uuid)
        named = Conversation.objects.filter(title__startswith=term).values("pk")
        if person is not None:
            named = named.union(Participant.objects.filter(user=person).values("conversation"), all=True)
        return queryset.filter(pk__in=named)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        """One conversation: the people in it, its settings, and what staff did to it."""
        conversation = self.get_object(request, object_id)
        if isinstance(conversation, Conversation) and self.has_view_permission(request):
            extra_context = {
                **(extra_context or {}),
                "conversation": conversation,
                "acts": act_links(request, conversation, _acts_on(conversation)),
                "audit": history_of(request, conversation),
                "said": _said(request, conversation),
                "exports": _exports(request, conversation),
                **_people(request, conversation),
            }
        return super().change_view(request, object_id, form_url, extra_context)


def _acts_on(conversation: Conversation) -> list[Act]:
    kept = [Act.HOLD if conversation.held_at is None else Act.END_HOLD, Act.EXPORT]
    if conversation.deleted_at is not None:
        return kept
    lock = Act.LOCK if conversation.locked_at is None else Act.UNLOCK
    archive = Act.ARCHIVE if conversation.archived_at is None else Act.UNARCHIVE
    own = [Act.CHANGE, Act.ADD_PEOPLE] if conversation.kind == Kind.GROUP else []
    return [*own, lock, archive, *kept, Act.READ]


def _people(request: HttpRequest, conversation: Conversation) -> dict[str, Any]:
    """A page of those who take part, or took part, as they came; with `who`, those whose user names begin so."""
    people = Participant.objects.filter(conversation=conversation).select_related("user").order_by("pk")
    who, after = request.GET.get("who", "").replace("\0", "").strip(), request.GET.get("after", "")
    if who:
        people = people.filter(user__username_key__startswith=names.fold(who))
    if after.isdecimal() and len(after) < LONGEST_NUMBER:
        people = people.filter(pk__gt=int(after))
    found = list(people[: PEOPLE_SHOWN + 1])
    changes = conversation.kind == Kind.GROUP and conversation.deleted_at is None
    acts = [act for act in (Act.SET_ROLE, Act.REMOVE_PERSON) if changes and may(request.user, act)]  # type: ignore[arg-type] # staff are logged in
    return {
        "who": who,
        "people": [
            {
                "person": each,
                "acts": [_link(act, each) for act in acts if each.left_at is None],
            }
            for each in found[:PEOPLE_SHOWN]
        ],
        "more_people": found[PEOPLE_SHOWN - 1].pk if len(found) > PEOPLE_SHOWN else None,
    }


def _link(act: Act, participant: Participant) -> dict[str, str]:
    url = reverse("admin:act", args=[act.value, "participant", participant.pk])
    return {"url": url, "label": gettext("Role") if act == Act.SET_ROLE else gettext("Remove")}


def _exports(request: HttpRequest, conversation: Conversation) -> list[LegalExport]:
    if not may(request.user, Act.EXPORT):  # type: ignore[arg-type] # staff are logged in
        return []
    return list(LegalExport.objects.filter(conversation=conversation).select_related("asked_by").order_by("-id"))


def _said(request: HttpRequest, conversation: Conversation) -> list[Message]:
    """What was said there, for one of the staff who said why they read it; a page, the last first."""
    by = request.user
    if not isinstance(by, User) or not may(by, Act.READ) or not may_read_now(conversation=conversation, by=by):
        return []
    found = Message.objects.filter(conversation=conversation).select_related("sender").order_by("-seq")
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < LONGEST_NUMBER:
        found = found.filter(seq__lt=int(before))
    return list(found[:MESSAGES_SHOWN])
