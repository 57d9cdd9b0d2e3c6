"""What came from other programs, by its name there: importing it again finds it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from chat.models.conversations import Conversation


class ImportedPerson(models.Model):
    """Who somebody of another program is here: an account that was there, or one that was made for what they said."""

    id = models.BigAutoField(primary_key=True)
    source = models.CharField(max_length=100, unique=True)  # "slack:U123"
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="imported_as")
    is_placeholder = models.BooleanField(default=False)  # made by the import: inactive, without a password
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "imported people"

    def __str__(self) -> str:
        return f"{self.source} is {self.user_id}"


class ImportedConversation(models.Model):
    """A conversation of another program, and how much of it is here. Nobody takes part in it before all of it is."""

    id = models.BigAutoField(primary_key=True)
    source = models.CharField(max_length=100, unique=True)  # "slack:C123"
    # Null: it was deleted here, and is not brought back.
    conversation = models.OneToOneField(Conversation, null=True, on_delete=models.SET_NULL, related_name="imported_as")
    done_upto = models.CharField(max_length=255, blank=True)  # the last file of it that was read to its end
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.source} is {self.conversation_id}"

    def locked(self) -> Conversation:
        """The conversation, its row locked.

        Raises:
            Conversation.DoesNotExist: it was deleted.
        """
        return Conversation.objects.select_for_update(no_key=True).get(imported_as=self)
