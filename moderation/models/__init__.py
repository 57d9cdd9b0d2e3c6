"""The tables of moderation. Every change is made by `moderation.actions`."""

from moderation.models.audit import PERMISSIONS, Act, AppendOnly, AuditEntry, Deed
from moderation.models.automatic import BlockedWord, Notice, Rule, Step, WordAction, WordList, WordScope
from moderation.models.broadcasts import Broadcast, BroadcastState, Level
from moderation.models.legal import LegalExport
from moderation.models.reports import OPEN_STATES, Reason, Report, Source, State, due_at
from moderation.models.samples import Sample

__all__ = [
    "OPEN_STATES",
    "PERMISSIONS",
    "Act",
    "AppendOnly",
    "AuditEntry",
    "BlockedWord",
    "Broadcast",
    "BroadcastState",
    "Deed",
    "LegalExport",
    "Level",
    "Notice",
    "Reason",
    "Report",
    "Rule",
    "Sample",
    "Source",
    "State",
    "Step",
    "WordAction",
    "WordList",
    "WordScope",
    "due_at",
]
