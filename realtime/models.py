"""The log: events, the head that gives them their place, and who follows which topic from where to where."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from django.db import models


def new_nonce() -> str:
    """A random word that tells one life of the log from another."""
    return secrets.token_hex(8)


class Event(models.Model):
    """One change, written in the same transaction as the change it tells of.

    `id` is given before commit, and so out of order; `pos` is given after it by the sequencer: 1, 2, 3 … without a gap.
    `payload` is the JSON text exactly as clients get it; `routing` is JSON for the hub, empty for most events.
    """

    id = models.BigAutoField(primary_key=True)
    pos = models.BigIntegerField(null=True, unique=True, editable=False)
    topic = models.CharField(max_length=64)
    type = models.CharField(max_length=40)
    payload = models.TextField()
    routing = models.TextField(default="", blank=True)
    object_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["id"], name="event_unplaced", condition=models.Q(pos__isnull=True)),
            models.Index(fields=["topic", "pos"], name="event_topic_pos"),
            models.Index(fields=["object_id"], name="event_object", condition=models.Q(object_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.pos} {self.topic} {self.type}"


class Head(models.Model):
    """The single row that holds the last place given (`pos`) and the last place pruned away (`floor`)."""

    pos = models.BigIntegerField(default=0)
    floor = models.BigIntegerField(default=0)
    nonce = models.CharField(max_length=32, default=new_nonce)

    def __str__(self) -> str:
        return f"{self.nonce} {self.floor}..{self.pos}"


class Follow(models.Model):
    """That a person follows a topic from one place in the log to another, both included.

    Written by the sequencer alone, from what the placed events add and remove; ended, and deleted only when the log is
    pruned.
    """

    id = models.BigAutoField(primary_key=True)
    topic = models.CharField(max_length=64)
    user_id = models.UUIDField()
    from_pos = models.BigIntegerField()
    to_pos = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["user_id", "topic"], name="follow_user_topic"),
            models.Index(fields=["to_pos"], name="follow_ended", condition=models.Q(to_pos__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} follows {self.topic} {self.from_pos}..{self.to_pos or ''}"


class Reader(models.Model):
    """How far one who reads the whole log in the worker has come; `realtime.readers` keeps it."""

    name = models.CharField(primary_key=True, max_length=40)
    pos = models.BigIntegerField()  # everything up to here is done

    def __str__(self) -> str:
        return f"{self.name} at {self.pos}"
