"""The page of who may not open one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from accounts.models import User


@pytest.mark.django_db
def test_who_is_not_staff_reads_so_where_the_administration_is(client: Client, alice: User) -> None:
    client.force_login(alice)
    refused = client.get("/admin/", follow=True)
    assert refused.status_code == 403
    assert "This page is not for everybody" in refused.content.decode()
