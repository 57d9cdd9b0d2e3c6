"""GET /api/schema"""

from __future__ import annotations

import re

from django.contrib.staticfiles import finders
from django.test import Client


def test_the_page_to_try_it_keeps_the_policy(client: Client, db: None) -> None:
    answer = client.get("/api/docs")
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
    assert "trusted-types" in client.get("/login")["Content-Security-Policy"]
    for path in re.findall(r'(?:src|href)="([^"]+)"', answer.content.decode()):
        assert finders.find(path.removeprefix("/static/")), path


def test_the_schema_describes_every_endpoint(client: Client, db: None) -> None:
    answer = client.get("/api/schema")
    assert answer.status_code == 200
    schema = answer.json()
    assert schema["openapi"].startswith("3.1")
    assert {"/api/messages", "/api/auth/token", "/api/realtime/stream"} <= set(schema["paths"])
    assert set(schema["paths"]["/api/conversations/direct"]["post"]["responses"]) >= {"200", "201", "400", "401", "404"}
