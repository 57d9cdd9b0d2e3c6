"""The queue of reports: what was reported, what was said around it, and every act on it in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.finding import FoundAdmin
from accounts.models import User
from chat.actions import NotAllowed, Unfit, WrongField
from chat.models import Message
from moderation import actions
from moderation.actions.auditing import may
from moderation.actions.handing import colleagues
from moderation.admin.base import ReadOnlyAdmin, ReasonForm, act_links, earlier_reports, history_of, shown
from moderation.models import OPEN_STATES, Act, AuditEntry, Report, Source, State

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.template.response import TemplateResponse

EXCERPT_CHARACTERS = 120
AROUND = 5  # messages before and after the one that was reported
TO_PEOPLE = [Act.WARN, Act.SUSPEND, Act.BAN]
TO_AUTOMATIC = [*TO_PEOPLE, Act.REMOVE_ALL, Act.EXEMPT]  # a program may have been taken for a spammer


class OpenFilter(admin.SimpleListFilter):
    """The queue, unless somebody asks for what is done."""

    title = gettext_lazy("state")
    parameter_name = "queue"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        """What can be chosen, beside the queue."""
        return [("mine", _("Mine")), ("overdue", _("Overdue")), ("done", _("Done")), ("all", _("All"))]

    def choices(self, changelist: Any) -> Any:
        """As Django's, with a name for what is shown first."""
        first, *others = super().choices(changelist)
        yield {**first, "display": _("Open")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Report]) -> QuerySet[Report]:
        """The rows of the choice."""
        waiting = queryset.filter(state__in=OPEN_STATES)
        match self.value():
            case "all":
                return queryset
            case "done":
                return queryset.exclude(state__in=OPEN_STATES)
            case "mine":
                return waiting.filter(assignee=request.user.pk)
            case "overdue":
                return waiting.filter(due_at__lt=timezone.now())
        return waiting


class HandForm(ReasonForm):
    """To whom, and a note."""

    to = forms.ModelChoiceField(User.objects.none(), required=False, label=gettext_lazy("To:"))
    field_order = ("action", "to", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = colleagues()  # type: ignore[attr-defined] # a field of models has one


@admin.register(Report)
class ReportAdmin(FoundAdmin, ReadOnlyAdmin):
    """What people reported. A report is closed by an act, never edited."""

    list_display = ("created_at", "condition", "reason", "about", "said", "reported_by", "assignee", "due_at")
    list_filter = (OpenFilter, "source", "rule", "reason")
    list_select_related = ("message__conversation", "conversation", "person", "reporter", "assignee")
    search_fields = ("id",)
    search_help_text = gettext_lazy(
        "The user name of who is reported, or reports, or the id of a message or a conversation."
    )
    ordering = ("-id",)
    sortable_by = ("condition", "due_at")
    action_form = HandForm
    actions = ("hand_over", "give_back")
    change_form_template = "admin/moderation/report.html"

    def found(self, queryset: QuerySet[Report], _term: str, uuid: UUID | None, person: User | None) -> QuerySet[Report]:
        """By what has an index."""
        if uuid is not None:
            return queryset.filter(Q(message=uuid) | Q(conversation=uuid))
        return queryset.filter(Q(person=person) | Q(reporter=person)) if person else queryset.none()

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def condition(self, report: Report) -> str:
        """Open ones that are late stand out."""
        if report.is_open and report.due_at < timezone.now():
            return format_html('<strong class="late">{}{}</strong>', report.get_state_display(), _(", overdue"))
        return report.get_state_display()

    @admin.display(description=gettext_lazy("about"))
    def about(self, report: Report) -> str:
        """Who said it, or what it is."""
        return str(report.person or report.place or _("somebody who is gone"))

    @admin.display(description=gettext_lazy("message"))
    def said(self, report: Report) -> str:
        """What was said, as far as it is still there."""
        if report.source == Source.AUTOMATIC:
            return Truncator(report.note).chars(EXCERPT_CHARACTERS)
        if report.message is None:
            return _("(the person)") if report.user_id else _("(the conversation)")
        return Truncator(shown(report.message)).chars(EXCERPT_CHARACTERS)

    @admin.display(description=gettext_lazy("reporter"))
    def reported_by(self, report: Report) -> str:
        """Somebody, or the server itself."""
        return str(report.reporter or _("automatic"))

    def has_view_permission(self, request: HttpRequest, _obj: Report | None = None) -> bool:
        """Who may read reports reads what was reported, and a little around it."""
        return request.user.has_perm("moderation.view_report")

    def has_handle_permission(self, request: HttpRequest) -> bool:
        """By permission."""
        return may(request.user, Act.HAND_OVER)  # type: ignore[arg-type] # staff are logged in

    @admin.action(description=gettext_lazy("Give the chosen reports to a colleague"), permissions=["handle"])
    def hand_over(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        """Each of them by itself."""
        chosen = request.POST.get("to", "")  # an id, or nothing: the form was valid
        to = colleagues().filter(pk=chosen).first() if chosen else None
        if to is None:
            self.message_user(request, _("Say to whom."), messages.ERROR)
            return
        self._each(request, queryset, lambda report, **said: actions.hand_over(report=report, to=to, **said))

    @admin.action(description=gettext_lazy("Give the chosen reports back to the queue"), permissions=["handle"])
    def give_back(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        """Each of them by itself."""
        self._each(request, queryset, lambda report, **said: actions.give_back(report=report, **said))

    def _each(self, request: HttpRequest, queryset: QuerySet[Report], act: Callable[..., None]) -> None:
        given, refusals = 0, set()
        for report in queryset:
            try:
                act(report, by=request.user, reason=request.POST.get("reason", ""), seen=report.holder)
            except (NotAllowed, Unfit, WrongField) as error:
                refusals.add(str(error))
            else:
                given += 1
        for refusal in sorted(refusals):
            self.message_user(request, refusal, messages.WARNING)
        if given:
            done = ngettext("%(count)d report was passed on.", "%(count)d reports were passed on.", given)
            self.message_user(request, done % {"count": given}, messages.SUCCESS)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        """One report, with everything that helps to decide."""
        report = self.get_object(request, object_id)
        if isinstance(report, Report) and self.has_view_permission(request):
            extra_context = {**(extra_context or {}), "report": report, **self._around(request, report)}
        return super().change_view(request, object_id, form_url, extra_context)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> TemplateResponse:
        """Without the form: there is nothing to fill in."""
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[return-value]

    @staticmethod
    def _around(request: HttpRequest, report: Report) -> dict[str, Any]:
        reads_removed = request.user.has_perm("chat.view_removedmessage")
        return {
            "acts": act_links(request, report, [*_passing_on(request, report), *_acts_of(report)]),
            "handed": _handed(report),
            "around": _context_of(report.message, removed=reads_removed) if report.message is not None else [],
            "attached": [
                {"message": each, "text": shown(each, removed=reads_removed)}
                for each in report.messages.select_related("sender", "conversation").order_by("created_at", "pk")
            ],
            "earlier": earlier_reports(report),
            "audit": history_of(request, report, report.message, report.person, report.place),
            "is_late": report.state in {State.OPEN, State.REVIEW} and report.due_at < timezone.now(),
        }


def _acts_of(report: Report) -> list[Act]:
    if report.source == Source.AUTOMATIC:
        return [*TO_AUTOMATIC, Act.DISMISS] if report.is_open else TO_AUTOMATIC
    message, place = report.message, report.place
    is_gone = message is not None and message.deleted_at is not None
    lock = Act.LOCK if place is not None and place.locked_at is None else Act.UNLOCK
    acts = [Act.RESTORE if is_gone else Act.REMOVE, *TO_PEOPLE, lock]
    return [*acts, Act.REMOVE_ALL, Act.DISMISS] if report.is_open else acts


def _passing_on(request: HttpRequest, report: Report) -> list[Act]:
    """To oneself, to a colleague, to the queue."""
    if not report.is_open:
        return []
    is_mine, is_anyones = report.assignee_id == request.user.pk, report.assignee_id is not None
    return [*([] if is_mine else [Act.ASSIGN]), Act.HAND_OVER, *([Act.GIVE_BACK] if is_anyones else [])]


def _handed(report: Report) -> AuditEntry | None:
    """How it came to who looks after it, if a colleague gave it: for them, whether or not they read the audit log."""
    passed = AuditEntry.objects.about(report).filter(act__in=[Act.ASSIGN, Act.HAND_OVER, Act.GIVE_BACK])
    last = passed.first() if report.assignee_id is not None else None
    return last if last is not None and last.act == Act.HAND_OVER else None


def _context_of(message: Message, *, removed: bool) -> list[dict[str, Any]]:
    """What was said before and after a message, and itself."""
    near = Message.objects.filter(
        conversation=message.conversation_id, seq__gte=message.seq - AROUND, seq__lte=message.seq + AROUND
    )
    return [
        {"message": each, "text": shown(each, removed=removed), "is_it": each.pk == message.pk}
        for each in near.select_related("sender").order_by("seq")
    ]
