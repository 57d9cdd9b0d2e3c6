"""All that I have here: /api/users/me/export"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import actions
from accounts.api.base import caller
from accounts.api.downloads import download
from accounts.models import Takeout
from accounts.serializers import TakeoutSchema, takeout_json

if TYPE_CHECKING:
    from django.http import HttpResponseBase
    from rest_framework.request import Request

BYTES = OpenApiResponse(OpenApiTypes.BINARY, description="A ZIP, to be saved; single ranges, ETag (RFC 9110).")


class TakeoutView(APIView):
    """A copy of what I have here."""

    read_error_statuses = (404,)

    @extend_schema(operation_id="me_export", request=None, responses={202: TakeoutSchema})
    def post(self, request: Request) -> Response:
        """It will be made, in the place of the one before; asking again while it waits gives the same."""
        user, _session = caller(request)
        return Response(takeout_json(actions.request_takeout(user=user)), status=status.HTTP_202_ACCEPTED)

    @extend_schema(operation_id="me_export_get", responses=TakeoutSchema)
    def get(self, request: Request) -> Response:
        """How far it is; 404 where none was asked for, or it is kept no longer."""
        return Response(takeout_json(_mine(request)))


class TakeoutFileView(APIView):
    """The copy itself."""

    read_error_statuses = (404,)

    @extend_schema(operation_id="me_export_file", responses={(200, "application/octet-stream"): BYTES})
    def get(self, request: Request) -> HttpResponseBase:
        """404 until it is made, and when it is kept no longer."""
        takeout = _mine(request)
        if not takeout.file:
            raise NotFound
        name = f"brook-{takeout.user.username}-{takeout.created_at:%Y-%m-%d}.zip"
        response = download(request, file=takeout.file, media_type="", name=name, inline=False)
        response["Cache-Control"] = "private, no-store"  # a shared browser keeps no copy
        return response


def _mine(request: Request) -> Takeout:
    user, _session = caller(request)
    takeout = Takeout.objects.of(user, timezone.now())
    if takeout is None:
        raise NotFound
    return takeout
