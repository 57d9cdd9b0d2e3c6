"""The blocked words: the list, many at once by pasting, and a text to try them on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.bounded import BoundedAdmin
from accounts.screening import GROUPS, PROFILES
from chat.actions import WrongField
from chat.serializers.requests import MAX_CONTENT
from moderation import actions
from moderation.automatic import words
from moderation.automatic.folding import fold
from moderation.models import BlockedWord, WordAction, WordScope

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.forms import ModelForm
    from django.http import HttpRequest, HttpResponse

MOST_CHARACTERS = 500_000  # of a paste
PLACES = {
    "": _("A message to one person"),
    GROUPS: _("A message in a group, its title"),
    PROFILES: _("A name, a status"),
}


class WordForm(forms.ModelForm):  # type: ignore[type-arg] # not generic at run time
    """A word, refused where it says nothing or is there already."""

    class Meta:
        model = BlockedWord
        fields = ("text", "is_whole", "keeps_accents", "action", "scope", "note")

    def clean(self) -> dict[str, Any]:
        """Sees to what the list is unique by, which is not in the form."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        folded = fold(cleaned.get("text", ""))
        if "text" in cleaned and not folded:
            raise ValidationError({"text": gettext("There is nothing to see in this word.")})
        same = BlockedWord.objects.filter(folded=folded, scope=cleaned.get("scope", "")).exclude(pk=self.instance.pk)
        if same.exists():
            raise ValidationError({"text": gettext("This word is on the list already, for the same places.")})
        return cleaned


class PasteForm(forms.Form):
    """Many words, all of the same kind."""

    text = forms.CharField(
        label=_("Words and phrases"),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 12, "autofocus": True}),
        help_text=_("One a line. Those that are on the list already stay as they are."),
    )
    is_whole = forms.BooleanField(label=_("Whole words only"), initial=True, required=False)
    keeps_accents = forms.BooleanField(label=_("Accents count"), required=False)
    action = forms.ChoiceField(label=_("What becomes of a text with one"), choices=WordAction.choices)
    scope = forms.ChoiceField(label=_("Where"), choices=WordScope.choices)
    why = forms.CharField(label=_("Why"), max_length=200, required=False, help_text=_("For the audit log."))


class TryForm(forms.Form):
    """A text, and where somebody would write it."""

    text = forms.CharField(
        label=_("Would this be refused?"),
        max_length=MAX_CONTENT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    place = forms.ChoiceField(label=_("As"), choices=list(PLACES.items()), required=False)

    def found(self) -> list[words.Found]:
        """The words that a valid form's text has."""
        return words.HELD.current().find(self.cleaned_data["text"], self.cleaned_data["place"])


@admin.register(BlockedWord)
class WordAdmin(BoundedAdmin):
    """What cannot be said here, or staff want to hear of."""

    form = WordForm
    list_display = ("text", "action", "scope", "is_whole", "keeps_accents", "note", "created_by", "created_at")
    list_filter = ("action", "scope", "is_whole")
    list_select_related = ("created_by",)
    list_per_page = 200
    search_fields = ("text", "folded")
    ordering = ("folded", "pk")
    change_list_template = "admin/moderation/words.html"

    def has_view_permission(self, request: HttpRequest, _obj: BlockedWord | None = None) -> bool:
        """By permission; who may change the list may see it."""
        return request.user.has_perm("moderation.view_blockedword") or self.has_add_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """By permission."""
        return request.user.has_perm("moderation.change_blockedword")

    def has_change_permission(self, request: HttpRequest, _obj: BlockedWord | None = None) -> bool:
        """By permission."""
        return self.has_add_permission(request)

    def has_delete_permission(self, request: HttpRequest, _obj: BlockedWord | None = None) -> bool:
        """By permission."""
        return self.has_add_permission(request)

    def save_model(self, request: HttpRequest, obj: BlockedWord, form: ModelForm[BlockedWord], change: bool) -> None:  # noqa: FBT001
        """Through the action."""
        actions.save_word(word=obj, by=request.user)  # type: ignore[arg-type] # staff are logged in

    def delete_model(self, request: HttpRequest, obj: BlockedWord) -> None:
        """Through the action."""
        actions.delete_words(words=[obj], by=request.user)  # type: ignore[arg-type]

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[BlockedWord]) -> None:
        """Through the action."""
        actions.delete_words(words=list(queryset), by=request.user)  # type: ignore[arg-type]

    def get_urls(self) -> list[Any]:
        """Django's, and the page to paste into."""
        ours = [path("paste/", self.admin_site.admin_view(self.paste), name="moderation_blockedword_paste")]
        return [*ours, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list, with a text to try it on."""
        tried = request.method == "POST" and "try" in request.POST
        if tried and not self.has_view_permission(request):
            raise PermissionDenied
        form = TryForm(request.POST if tried else None)
        found = form.found() if tried and form.is_valid() else None
        is_refused = found is not None and any(each.action == WordAction.REFUSE for each in found)
        more = {"try_form": form, "found": found, "is_refused": is_refused}
        if tried:  # the rest of Django's view is for reading, or takes the POST for an action
            request.method = "GET"
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def paste(self, request: HttpRequest) -> HttpResponse:
        """Many words at once."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = PasteForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            said = form.cleaned_data
            kind = {**said, "action": WordAction(said["action"]), "scope": WordScope(said["scope"])}
            try:
                new, others = actions.import_words(by=request.user, **kind)  # type: ignore[arg-type]
            except WrongField as error:
                form.add_error("text", str(error))
            else:
                added = gettext("Words added: %(new)d. There already, or without anything to see: %(others)d.")
                messages.success(request, added % {"new": new, "others": others})
                return redirect("admin:moderation_blockedword_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Block many words"),
            "form": form,
            "opts": self.opts,
            "back": reverse("admin:moderation_blockedword_changelist"),
        }
        return render(request, "admin/moderation/paste_words.html", context)
