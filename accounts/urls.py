"""Addresses of the accounts: of the API, and of the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
page_urlpatterns: list[URLPattern] = []
