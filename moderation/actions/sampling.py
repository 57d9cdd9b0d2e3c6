"""Measuring the server once a minute, for the dashboard."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from moderation.measuring import measure
from moderation.models import Sample

KEPT = timedelta(days=7)


def take_sample() -> None:
    """Measure this minute, unless another worker has. For a job."""
    at = timezone.now().replace(second=0, microsecond=0)
    if Sample.objects.filter(pk=at).exists():
        return
    Sample.objects.bulk_create([Sample(at=at, values=measure())], ignore_conflicts=True)
    Sample.objects.filter(at__lt=at - KEPT).delete()
