"""GET /api/schema"""

from __future__ import annotations

from django.test import Client


def test_the_schema_describes_every_endpoint(client: Client, db: None) -> None:
    answer = client.get("/api/schema")
    assert answer.status_code == 200
    schema = answer.json()
    assert schema["openapi"].startswith("3.1")
    assert {"/api/messages", "/api/auth/token", "/api/realtime/stream"} <= set(schema["paths"])
    assert set(schema["paths"]["/api/conversations/direct"]["post"]["responses"]) >= {"200", "201", "400", "401", "404"}
