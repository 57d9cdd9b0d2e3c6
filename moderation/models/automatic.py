"""What the server does by itself against spam: the words that staff have blocked, and what it noticed."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from chat.models import Message

WORD_CHARACTERS = 100
ABOUT_CHARACTERS = 200


class Rule(models.TextChoices):
    """What was noticed."""

    NEW_ACCOUNT = "new_account", _("A new account does a lot")
    REPEATS = "repeated", _("The same text in many places")
    LINKS = "links", _("Links to the same server in many places")
    NEW_LINKS = "new_links", _("A new account sends many links in a message")
    WORDS = "blocked_words", _("Blocked words")
    SIGNUPS = "signups", _("Many sign-ups")


class Step(models.TextChoices):
    """What came of it."""

    SLOWED = "slowed"
    REFUSED = "refused"
    FLAGGED = "flagged"


class Notice(models.Model):
    """That somebody met a rule; the worker makes lines of the audit log and reports of these, and deletes them.

    It copies nothing of what people said.
    """

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    rule = models.CharField(max_length=16, choices=Rule)
    step = models.CharField(max_length=8, choices=Step)
    # The words, the server, or the digest of the text.
    about = models.CharField(max_length=ABOUT_CHARACTERS, blank=True)
    message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user_id}: {self.rule}, {self.step}"


class WordAction(models.TextChoices):
    """What becomes of a text with the word in it."""

    REFUSE = "refuse", _("Refuse the text")
    FLAG = "flag", _("Let it pass, and report it to staff")


class WordScope(models.TextChoices):
    """Where a word is looked for."""

    ALL = "all", _("Everywhere")
    GROUPS = "groups", _("In groups: messages, titles, descriptions")
    PROFILES = "profiles", _("In names and statuses of people")


class BlockedWord(models.Model):
    """A word or a phrase that staff do not want here."""

    id = models.BigAutoField(primary_key=True)
    text = models.CharField(
        _("word or phrase"),
        max_length=WORD_CHARACTERS,
        help_text=_(
            "Case, full-width letters, characters that nobody sees, and kinds of dashes and quotes make no difference."
        ),
    )
    folded = models.CharField(max_length=4 * WORD_CHARACTERS, editable=False)  # as it is compared
    is_whole = models.BooleanField(
        _("whole words only"),
        default=True,
        help_text=_("Otherwise inside of words, too. Scripts without spaces between words are always searched inside."),
    )
    keeps_accents = models.BooleanField(
        _("accents count"), default=False, help_text=_("Otherwise é is e, and ü is u, in the word and in texts.")
    )
    action = models.CharField(max_length=6, choices=WordAction, default=WordAction.REFUSE)
    scope = models.CharField(_("where"), max_length=8, choices=WordScope, default=WordScope.ALL)
    note = models.CharField(_("why"), max_length=200, blank=True, help_text=_("For staff; it goes into the audit log."))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ("view", "change")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["folded", "scope"],
                name="blocked_word_once",
                violation_error_message=_("This word is on the list already, for the same places."),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class WordListQuerySet(models.QuerySet["WordList"]):
    """The one row."""

    def version(self) -> int:
        """Which list is the current one."""
        return self.filter(pk=1).values_list("version", flat=True).first() or 0

    def move_on(self) -> Self:
        """Let every process know, inside the transaction of a change: they look every two seconds."""
        self.get_or_create(pk=1)
        self.filter(pk=1).update(version=F("version") + 1)
        return self


class WordList(models.Model):
    """How often the blocked words were changed: what processes look at to know whether theirs are the current ones."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    version = models.PositiveIntegerField(default=0)

    objects = WordListQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "The blocked words"
