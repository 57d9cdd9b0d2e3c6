"""The list of blocked words: who changes it and why is in the audit log, and every process has it in seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from chat.actions import NotAllowed, WrongField
from moderation.actions.auditing import note
from moderation.automatic import words
from moderation.automatic.folding import fold
from moderation.models import BlockedWord, Deed, WordAction, WordList, WordScope
from moderation.models.automatic import WORD_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User

MOST_AT_ONCE = 5000
CHANGED = ("text", "is_whole", "keeps_accents", "action", "scope", "note")
NO_REASON = "No reason was given."


def save_word(*, word: BlockedWord, by: User) -> BlockedWord:
    """Put a word on the list, or change one of it.

    Raises:
        NotAllowed: their role does not allow it.
        WrongField: nothing of the word can be seen; or it is on the list already, for the same places.
    """
    _require(by)
    word.folded = fold(word.text)
    if not word.folded:
        raise WrongField("text", _("There is nothing to see in this word."), "blank")
    if BlockedWord.objects.filter(folded=word.folded, scope=word.scope).exclude(pk=word.pk).exists():
        raise WrongField("text", _("This word is on the list already, for the same places."), "unique")
    with transaction.atomic():
        before = BlockedWord.objects.filter(pk=word.pk).first()
        if before is None:
            word.created_by = by
        word.save()
        note(
            by=by,
            act=Deed.ADD_WORDS if before is None else Deed.CHANGE_WORD,
            target=word,
            reason=word.note or NO_REASON,
            before=_shown(before) if before is not None else {},
            after=_shown(word),
        )
        _move_on()
    return word


def delete_words(*, words: Iterable[BlockedWord], by: User) -> None:
    """Take words off the list.

    Raises:
        NotAllowed: their role does not allow it.
    """
    _require(by)
    with transaction.atomic():
        for word in words:
            note(by=by, act=Deed.DELETE_WORD, target=word, reason=word.note or NO_REASON, before=_shown(word))
            word.delete()
        _move_on()


def import_words(
    *,
    text: str,
    by: User,
    is_whole: bool = True,
    keeps_accents: bool = False,
    action: WordAction = WordAction.REFUSE,
    scope: WordScope = WordScope.ALL,
    why: str = "",
) -> tuple[int, int]:
    """Put many words on the list, one a line: how many are new, and how many were there or said nothing.

    Raises:
        NotAllowed: their role does not allow it.
        WrongField: there are too many, or one is too long.
    """
    _require(by)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_AT_ONCE:
        raise WrongField("text", _("At most %(number)d words at once.") % {"number": MOST_AT_ONCE}, "too_many")
    if too_long := next((line for line in lines if len(line) > WORD_CHARACTERS), None):
        said = {"number": WORD_CHARACTERS, "word": f"{too_long[:40]}…"}
        raise WrongField("text", _("Longer than %(number)d characters: %(word)s") % said, "max_length")
    with transaction.atomic():
        held = set(BlockedWord.objects.filter(scope=scope).values_list("folded", flat=True))
        wanted: dict[str, str] = {}
        for line in lines:
            wanted.setdefault(fold(line), line)
        new = [
            BlockedWord(
                text=line,
                folded=folded,
                is_whole=is_whole,
                keeps_accents=keeps_accents,
                action=action,
                scope=scope,
                note=why,
                created_by=by,
            )
            for folded, line in wanted.items()
            if folded and folded not in held
        ]
        if new:
            BlockedWord.objects.bulk_create(new, batch_size=500)
            first = new[0]
            after = {**_shown(first), "text": [each.text for each in new]}
            note(by=by, act=Deed.ADD_WORDS, target=first, reason=why or NO_REASON, after=after)
            _move_on()
    return len(new), len(lines) - len(new)


def _require(by: User) -> None:
    if not (by.is_staff and by.has_perm("moderation.change_blockedword")):
        raise NotAllowed(_("Your role does not allow it: changing the blocked words."))


def _shown(word: BlockedWord) -> dict[str, object]:
    return {name: getattr(word, name) for name in CHANGED if name != "note"}


def _move_on() -> None:
    WordList.objects.all().move_on()
    words.HELD.forget()
    transaction.on_commit(words.HELD.forget)  # who looked in between saw the list before
