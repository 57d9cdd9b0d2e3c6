"""A server to ask."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.links.web import Web, serving


@pytest.fixture
def web(settings: Settings) -> Iterator[Web]:
    """Somebody else's server, which may be asked although it is on this machine."""
    with serving() as web:
        settings.LINK_PREVIEW_HOSTS = [web.host]
        yield web
