"""Reads what Slack gives as an export: a zip of JSON, day by day, as little of it at a time as there can be."""

from chat.slack.archive import Archive, Kind, SlackError
from chat.slack.emojis import emoji_of
from chat.slack.shapes import Channel, File, Message, Person
from chat.slack.text import Names, Said, as_markdown, as_plain

__all__ = [
    "Archive",
    "Channel",
    "File",
    "Kind",
    "Message",
    "Names",
    "Person",
    "Said",
    "SlackError",
    "as_markdown",
    "as_plain",
    "emoji_of",
]
