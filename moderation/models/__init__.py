"""The tables of moderation. Every change is made by `moderation.actions`."""

from moderation.models.audit import PERMISSIONS, Act, AppendOnly, AuditEntry
from moderation.models.broadcasts import Broadcast, BroadcastState, Level
from moderation.models.legal import LegalExport
from moderation.models.reports import OPEN_STATES, Reason, Report, State, due_at
from moderation.models.samples import Sample

__all__ = [
    "OPEN_STATES",
    "PERMISSIONS",
    "Act",
    "AppendOnly",
    "AuditEntry",
    "Broadcast",
    "BroadcastState",
    "LegalExport",
    "Level",
    "Reason",
    "Report",
    "Sample",
    "State",
    "due_at",
]
