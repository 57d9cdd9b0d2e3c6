"""GET /api/schema"""

from __future__ import annotations

import functools
import io
import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client
from django.urls import URLResolver, get_resolver
from jsonschema import Draft202012Validator, FormatChecker

from config.operations import ERRORS, EXAMPLES

pytestmark = pytest.mark.django_db


def test_the_page_to_try_it_keeps_the_policy(client: Client) -> None:
    answer = client.get("/api/docs")
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
    assert "trusted-types" in client.get("/login")["Content-Security-Policy"]
    for path in re.findall(r'(?:src|href)="([^"]+)"', answer.content.decode()):
        assert finders.find(path.removeprefix("/static/")), path


@functools.cache
def schema() -> dict[str, Any]:
    document: dict[str, Any] = Client().get("/api/schema").json()
    return document


def operations() -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in schema()["paths"].items()
        for method, operation in methods.items()
    ]


def validator(part: dict[str, Any]) -> Draft202012Validator:
    """For a schema of the document, with what it refers to."""
    return Draft202012Validator({**part, "components": schema()["components"]}, format_checker=FormatChecker())


def test_it_is_valid_and_nothing_had_to_be_guessed() -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=io.StringIO())


def test_it_describes_every_address_of_the_api() -> None:
    document = schema()
    assert document["openapi"].startswith("3.1")
    resolver = get_resolver()
    addresses = {
        "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(prefix.pattern) + str(route.pattern))
        for prefix in resolver.url_patterns
        if isinstance(prefix, URLResolver) and str(prefix.pattern) == "api/"
        for route in prefix.url_patterns
    }
    assert {"/api/messages", "/api/realtime/stream"} <= addresses
    assert addresses == set(document["paths"])


def test_every_operation_is_told_briefly_and_has_a_place() -> None:
    tags = {tag["name"] for tag in schema()["tags"]}
    for name, operation in operations():
        assert 5 < len(operation["summary"]) < 120, name
        assert len(operation["tags"]) == 1, name
        assert set(operation["tags"]) <= tags, f"{name}: describe its tag in config/schema.py"


def test_every_operation_says_which_errors_it_has() -> None:
    found = dict(operations())
    for name, operation in found.items():
        errors = {status for status, answer in operation["responses"].items() if "$ref" in answer}
        assert {status for status in operation["responses"] if status >= "400"} == errors, name
        assert "503" in errors, name
        needs_credentials = {} not in operation.get("security", [{}])
        assert not needs_credentials or "401" in errors, name
        assert "requestBody" not in operation or {"400", "413", "415"} <= errors, name
        assert "{" not in name or "404" in errors, name
    assert {"400", "401", "403", "404", "409", "413", "415", "429", "503"} < set(
        found["POST /api/messages"]["responses"]
    )
    assert set(found["GET /api/conversations/{conversation_id}"]["responses"]) == {"200", "401", "404", "429", "503"}
    too_often = schema()["components"]["responses"]["Error429"]
    assert too_often["headers"]["Retry-After"]["schema"]["type"] == "integer"


def test_the_two_ways_to_say_who_one_is() -> None:
    schemes = schema()["components"]["securitySchemes"]
    assert schemes["bearer"] == {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    assert (schemes["cookie"]["in"], schemes["cookie"]["name"]) == ("cookie", "sessionid")


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_examples_are_of_the_shape_they_illustrate(name: str) -> None:
    (operation,) = (operation for _name, operation in operations() if operation["operationId"] == name)
    bodies = [operation["requestBody"]] if "requestBody" in operation else []
    bodies += [answer for answer in operation["responses"].values() if "content" in answer]
    contents = [body["content"]["application/json"] for body in bodies]
    assert any("example" in content for content in contents)
    for content in contents:
        if "example" in content:
            validator(content["schema"]).validate(content["example"])
            assert not _unknown(content["example"], content["schema"])


def _unknown(example: dict[str, Any], part: dict[str, Any]) -> set[str]:
    """Keys of an example that its schema does not have."""
    properties = schema()["components"]["schemas"][part["$ref"].rsplit("/")[-1]]["properties"]
    return set(example) - set(properties)


@pytest.mark.parametrize("status", sorted(ERRORS))
def test_errors_are_of_the_shape_they_illustrate(status: int) -> None:
    content = schema()["components"]["responses"][f"Error{status}"]["content"]["application/json"]
    assert content["example"] == ERRORS[status]
    validator(content["schema"]).validate(content["example"])
