"""Every operation of the OpenAPI document, tried with good and bad requests by everybody: nothing breaks, and every
answer is one that the document has.

New endpoints are in it as soon as they are in the document.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.security.world import NAMES, World
from tests.server import Account, Server, running

Ask = Callable[[Case[Any], dict[str, str]], None]

# Who tries, with requests of which kind, how many. On the default set-up one each: PostgreSQL refuses more of it.
ROUNDS = [
    ("alice", GenerationMode.POSITIVE, 6),
    ("alice", GenerationMode.NEGATIVE, 6),
    ("bob", GenerationMode.POSITIVE, 3),
    ("carol", GenerationMode.POSITIVE, 2),
    ("anonymous", GenerationMode.POSITIVE, 1),
]
IN_FULL = "DATABASE_URL" in os.environ
BUDGET_S = 60  # after that one request of each kind must do
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
WORLDS = 200  # one for each operation that writes: some of them end sessions or delete what others need
TIMEOUT_S = 20


def strict_document() -> dict[str, Any]:
    """The document, with nothing in the answers that it does not name."""
    document: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    for name, part in document["components"]["schemas"].items():
        if "properties" in part and not name.endswith("Request"):
            part["additionalProperties"] = False
    return document


DOCUMENT = strict_document()


def is_stream(operation: dict[str, Any]) -> bool:
    """Whether it answers without end."""
    return any("text/event-stream" in answer.get("content", {}) for answer in operation["responses"].values())


OPERATIONS = [
    pytest.param(path, method, id=f"{method.upper()} {path}")
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
    if not is_stream(operation)
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("brook"), BROOK_LIMITS="0") as server:
        yield server


@pytest.fixture(scope="module")
def accounts(server: Server) -> dict[str, Account]:
    return server.make_people(NAMES, WORLDS, "correct horse battery")


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.base_url) as client:
        yield client


@pytest.fixture(scope="module")
def worlds(client: httpx.Client, accounts: dict[str, Account]) -> Iterator[World]:
    return (World(client, accounts, number) for number in range(WORLDS))


@pytest.fixture(scope="module")
def unchanged_world(worlds: Iterator[World]) -> World:
    """For all operations that only read."""
    return next(worlds)


@pytest.fixture(scope="module")
def began() -> float:
    return time.monotonic()


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_an_operation(
    server: Server, unchanged_world: World, worlds: Iterator[World], began: float, path: str, method: str
) -> None:
    world = unchanged_world if method == "get" else next(worlds)
    operation = schemathesis.openapi.from_dict(DOCUMENT)[path][method.upper()]
    with requests.Session() as session:
        for role, mode, examples in ROUNDS:

            def ask(case: Case[Any], headers: dict[str, str]) -> None:
                answer = case.call(server.base_url, session, headers=headers, timeout=TIMEOUT_S, allow_redirects=False)
                case.validate_response(answer, checks=CHECKS)

            with contextlib.suppress(Unsatisfiable):  # nothing can be wrong with a request that has no parameters
                count = examples if IN_FULL and time.monotonic() - began < BUDGET_S else 1
                attempts(operation.as_strategy(mode), count, world, role, ask)


def attempts(cases: st.SearchStrategy[Case[Any]], examples: int, world: World, role: str, ask: Ask) -> None:
    """Ask as somebody, so many times, each time something else."""

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, data=st.data())
    def attempt(case: Case[Any], data: st.DataObject) -> None:
        name_real_things(case, world, data)
        ask(case, world.credentials(role))

    attempt()


def name_real_things(case: Case[Any], world: World, data: st.DataObject) -> None:
    """Put ids of things that are there in place of most of the made-up ones; never wait."""
    for part in (case.path_parameters, case.query, case.body):
        if isinstance(part, dict):
            for name in part:
                known: list[Any] | None = world.ids.get(name.removesuffix("s").removesuffix("_id"))
                if known and isinstance(part[name], str | list) and data.draw(st.integers(0, 4)):
                    one = st.sampled_from(known)
                    part[name] = data.draw(st.lists(one, max_size=3) if name.endswith("s") else one)
    if case.operation.path == "/api/realtime/poll" and not isinstance(case.query.get("wait"), str):
        case.query["wait"] = 0
