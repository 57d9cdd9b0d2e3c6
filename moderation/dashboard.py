"""The first page of the administration: how the server is doing, with small charts made here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from moderation.measuring import measure
from moderation.models import OPEN_STATES, AuditEntry, Report, Sample

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.models import AnonymousUser
    from django.utils.safestring import SafeString

    from accounts.models import User

DRAWN = timedelta(hours=1)
WIDTH, HEIGHT = 120, 32
SHOWN_OF_AUDIT = 10


@dataclass(frozen=True, slots=True)
class Card:
    """A number, where it comes from, and how it was in the last hour."""

    label: str
    value: str
    chart: SafeString
    link: str = ""
    is_bad: bool = False


# What is shown, how it is written, and from where on it is bad.
CARDS: dict[str, tuple[Any, str, float]] = {
    "online": (_("People online"), "{:.0f}", float("inf")),
    "messages": (_("Messages a minute"), "{:.0f}", float("inf")),
    "reports": (_("Open reports"), "{:.0f}", 20),
    "pushes": (_("Failed pushes in an hour"), "{:.0f}", 20),
    "lag": (_("Worker behind"), "{:.1f} s", 30),
    "disk": (_("Disk used"), "{:.0f} %", 90),
}
LINKS = {"reports": "admin:moderation_report_changelist"}


def cards() -> list[Card]:
    """The numbers as they are now, each with its last hour."""
    now = measure()
    hour = list(Sample.objects.filter(at__gte=timezone.now() - DRAWN).order_by("at").values_list("values", flat=True))
    shown = []
    for name, (label, form, bad_from) in CARDS.items():
        past = [float(sample.get(name, 0)) for sample in hour]
        line = chart([*past, now[name]], label)
        shown.append(Card(str(label), form.format(now[name]), line, LINKS.get(name, ""), now[name] >= bad_from))
    return shown


def chart(values: Sequence[float], label: str) -> SafeString:
    """A line through the values, from 0 to the highest, as an SVG that takes the colour of the text around it."""
    top = max(*values, 1) if len(values) > 1 else 1
    step = WIDTH / max(1, len(values) - 1)
    points = [
        f"{number * step:.1f},{HEIGHT - 1 - value / top * (HEIGHT - 2):.1f}" for number, value in enumerate(values)
    ]
    line = " ".join(points if len(points) > 1 else [])
    area = f"0,{HEIGHT} {line} {WIDTH},{HEIGHT}" if line else ""
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<polygon points="{}"></polygon><polyline points="{}"></polyline></svg>',
        WIDTH,
        HEIGHT,
        gettext("%(what)s: the last hour, at most %(most)s") % {"what": label, "most": f"{max(values):g}"},
        area,
        line,
    )


def reports_of(user: User | AnonymousUser) -> int:
    """How many open reports somebody is to look after."""
    return Report.objects.filter(state__in=OPEN_STATES, assignee=user.pk).count()


def last_acts() -> list[AuditEntry]:
    """What staff did last."""
    return list(AuditEntry.objects.order_by("-id")[:SHOWN_OF_AUDIT])
