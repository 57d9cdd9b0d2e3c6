"""What is said of pictures that cannot be taken; pictures of people."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import actions, images
from accounts.api.base import caller, parsed
from accounts.api.downloads import download
from accounts.files import version_of
from accounts.models import User
from accounts.serializers import AvatarSerializer, MeSerializer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from django.http import HttpResponseBase
    from rest_framework.request import Request

PICTURE = {(200, "image/webp"): OpenApiResponse(OpenApiTypes.BINARY, description="A square WebP of 256 pixels.")}


class Busy(APIException):
    """Decoding pictures takes memory, and others' are being decoded."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = gettext_lazy("The server is busy with other pictures. Nothing was saved: try again.")
    default_code = "unavailable"
    wait = 5  # seconds; the handler makes Retry-After of it


@contextmanager
def refusals(field: str) -> Iterator[None]:
    """Answers for what `images` refuses: 400 on that field, or 503."""
    try:
        yield
    except images.NotAPicture:
        detail = _("This is no picture that can be shown: use JPEG, PNG, GIF, WebP or AVIF.")
        raise ValidationError({field: detail}, code="invalid_image") from None
    except images.TooManyPixels:
        raise ValidationError({field: _("The picture has too many pixels.")}, code="image_too_large") from None
    except images.Busy:
        raise Busy from None


def avatar(request: Request, name: str, version: str) -> HttpResponseBase:
    """Answer with the picture of this name in the storage, if it is the version asked for.

    Raises:
        NotFound: there is none, or another one by now.
    """
    if not name or version_of(name) != version:
        raise NotFound
    return download(request, file=name, media_type="image/webp", name="avatar.webp", inline=True)


class MyAvatarView(APIView):
    """My picture."""

    parser_classes = [MultiPartParser]
    throttle_scope = "uploads"

    @extend_schema(
        operation_id="avatar_set", request={"multipart/form-data": AvatarSerializer}, responses={200: MeSerializer}
    )
    def put(self, request: Request) -> Response:
        """The middle of a picture, for everybody to see."""
        user, _session = caller(request)
        picture = parsed(AvatarSerializer(data=request.data))["file"]
        with refusals("file"):
            user = actions.update_profile(user=user, changes={"avatar": picture})
        return Response(MeSerializer(user).data)

    @extend_schema(operation_id="avatar_remove", request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Show none."""
        actions.update_profile(user=caller(request)[0], changes={"avatar": None})
        return Response(status=status.HTTP_204_NO_CONTENT)


class AvatarView(APIView):
    """Somebody's picture."""

    @extend_schema(operation_id="avatar", responses=PICTURE)
    def get(self, request: Request, user_id: UUID, version: str) -> HttpResponseBase:
        """As `avatar_url` says; another one has another address, and a browser may keep this one."""
        name = User.objects.filter(pk=user_id).values_list("avatar", flat=True).first()
        return avatar(request, name or "", version)
