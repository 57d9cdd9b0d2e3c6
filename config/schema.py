"""What the OpenAPI document says of every operation without its view having to: summary, tag, errors, examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_standardized_errors.openapi import AutoSchema
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS

from config.operations import ERRORS, EXAMPLES, SUMMARIES

if TYPE_CHECKING:
    from drf_spectacular.generators import SchemaGenerator

# The first part of an address, where another noun tells more.
TAGS_OF_PATHS = {
    "unread-counts": "conversations",
    "invites": "conversations",
    "reminders": "messages",
    "exports": "conversations",
}
TAGS = [
    {"name": "auth", "description": "Sign up, log in and out; tokens, devices, passwords."},
    {"name": "users", "description": "Oneself and others."},
    {"name": "conversations", "description": "Direct conversations and groups, who is in them, what is unread."},
    {"name": "messages", "description": "Sending, reading, changing, finding."},
    {"name": "attachments", "description": "Files to send with messages."},
    {"name": "broadcasts", "description": "What staff say to everybody."},
    {"name": "realtime", "description": "Events as they happen: a stream, or polls."},
    {"name": "presence", "description": "Who is here."},
    {"name": "notifications", "description": "What somebody missed, and how they want to be told."},
]
REASONS = {
    400: "The request is wrong: `errors` says where.",
    401: "Nobody is logged in by these credentials.",
    403: "Not allowed to whom these credentials belong, or a write with a cookie but no CSRF token.",
    404: "Not there, or none of the caller's business.",
    409: "Does not fit what is there.",
    413: "The body is too large.",
    415: "The body is of another type than application/json.",
    429: "Too often: try again after `Retry-After`.",
    503: "Something the server needs is away. Nothing was saved: try again after `Retry-After`.",
}
COMES_AGAIN = {429, 503}


class ErrorItem(serializers.Serializer[Any]):
    """One thing that is wrong."""

    code = serializers.CharField(help_text="For programs.")
    detail = serializers.CharField(help_text="For people.")
    attr = serializers.CharField(allow_null=True, help_text="The field it is about, `a.0.b` inside of others.")


class ErrorSchema(serializers.Serializer[Any]):
    """Why a request was refused."""

    type = serializers.ChoiceField(["validation_error", "client_error", "server_error"])
    errors = ErrorItem(many=True)  # type: ignore[assignment] # a field of this name


class Schema(AutoSchema):
    """drf-spectacular's view of an operation, with what all of ours have in common.

    A view's `error_statuses` names the errors of its writes that cannot be told from parameters and permissions, and
    `read_error_statuses` those of its reads.
    """

    def _get_serializer_name(self, serializer: Any, direction: Any, bypass_extensions: bool = False) -> str:  # noqa: FBT001, FBT002
        name: str = super()._get_serializer_name(serializer, direction, bypass_extensions)
        return name.removesuffix("Schema")

    def get_summary(self) -> str:
        """Ours, or the first sentence of the method's docstring."""
        if summary := SUMMARIES.get(self.get_operation_id()):
            return summary
        return str(self.get_description()).strip().split("\n\n")[0].replace("\n", " ").removesuffix(".")

    def get_tags(self) -> list[str]:
        """The noun that the address begins with."""
        first = self._tokenize_path()[0]
        return [TAGS_OF_PATHS.get(first, first)]

    def _get_allowed_error_status_codes(self) -> list[str]:
        return [str(status) for status in sorted(self._error_statuses())]

    def _should_add_error_response(self, responses: dict[str, Any], status_code: str) -> bool:
        return status_code not in responses

    def _get_error_response_serializer(self, _status_code: str) -> type[ErrorSchema]:
        return ErrorSchema

    def _get_error_response_examples(self) -> list[Any]:
        return []

    def _error_statuses(self) -> set[int]:
        is_read = self.method in SAFE_METHODS
        statuses = {503, *getattr(self.view, "read_error_statuses" if is_read else "error_statuses", ())}
        parameters = self._get_parameters()
        body = self.get_request_serializer() if self.method in {"POST", "PUT", "PATCH"} else None
        if getattr(self.view, "throttle_scope", "") is not None:
            statuses.add(429)
        if body is not None:
            statuses |= {400, 413, 415}
        if any(parameter["in"] == "query" for parameter in parameters):
            statuses.add(400)
        if any(parameter["in"] == "path" for parameter in parameters) or _names_things(body):
            statuses.add(404)
        if any(self.get_auth()):
            statuses |= {401} if is_read else {401, 403}
        return statuses


def _names_things(body: Any) -> bool:
    fields = getattr(body() if isinstance(body, type) else body, "fields", {})
    return any(name.endswith(("_id", "_ids")) for name in fields)


def finish(result: dict[str, Any], generator: SchemaGenerator, **_kwargs: Any) -> dict[str, Any]:
    """A hook of drf-spectacular: says each kind of error once, and adds the examples."""
    result["tags"] = TAGS
    shared = result["components"].setdefault("responses", {})
    for operation in _operations(result):
        for status, response in operation["responses"].items():
            if _is_error(response):
                shared[f"Error{status}"] = _error_response(int(status), response)
                operation["responses"][status] = {"$ref": f"#/components/responses/Error{status}"}
        _add_examples(operation)
    return result


def _operations(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in result["paths"].values() for operation in path.values()]


def _is_error(response: dict[str, Any]) -> bool:
    content = response.get("content", {}).get("application/json", {})
    return bool(content.get("schema", {}).get("$ref") == "#/components/schemas/Error")


def _error_response(status: int, response: dict[str, Any]) -> dict[str, Any]:
    content = {**response["content"]["application/json"], "example": ERRORS[status]}
    shared = {"description": REASONS[status], "content": {"application/json": content}}
    if status in COMES_AGAIN:
        header = {"description": "Whole seconds.", "required": True, "schema": {"type": "integer", "minimum": 1}}
        shared["headers"] = {"Retry-After": header}
    return shared


def _add_examples(operation: dict[str, Any]) -> None:
    request, *responses = EXAMPLES.get(operation["operationId"], (None,))
    if request is not None:
        operation["requestBody"]["content"]["application/json"]["example"] = request
    for status, example in responses:
        operation["responses"][str(status)]["content"]["application/json"]["example"] = example
