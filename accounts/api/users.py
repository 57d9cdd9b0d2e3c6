"""People."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import actions, limits
from accounts.api.base import caller, parsed, require_mail
from accounts.api.pictures import refusals
from accounts.ids import parse_id
from accounts.models import Session, User
from accounts.paging import decode_cursor, page_of
from accounts.serializers import (
    DeleteAccountSerializer,
    EmailSchema,
    EmailSerializer,
    MeSerializer,
    PageQuery,
    ProfileSerializer,
    SearchQuery,
    UserListSchema,
    UserSerializer,
    user_json,
)

if TYPE_CHECKING:
    from rest_framework.request import Request


class MeView(APIView):
    """Oneself."""

    parser_classes = [*APIView.parser_classes, MultiPartParser]  # a form can bring a picture
    error_statuses = (400, 413, 415)  # a DELETE that has a body, too

    @extend_schema(operation_id="me", responses={200: MeSerializer})
    def get(self, request: Request) -> Response:
        """Who one is, and what one has set."""
        return Response(MeSerializer(caller(request)[0]).data)

    @extend_schema(operation_id="me_update", request=ProfileSerializer, responses={200: MeSerializer})
    def patch(self, request: Request) -> Response:
        """Change what one says of oneself; others see it at once."""
        user, _session = caller(request)
        changes = parsed(ProfileSerializer(data=request.data, partial=True))
        with refusals("avatar"):
            user = actions.update_profile(user=user, changes=changes)
        return Response(MeSerializer(user).data)

    @extend_schema(operation_id="me_delete", request=DeleteAccountSerializer, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Delete the account, for good: every device is logged out at once, and nothing shows the name any more."""
        user, session = caller(request)
        wanted = parsed(DeleteAccountSerializer(data=request.data, context={"user": user, "request": request}))
        actions.delete_account(user=user, removes_messages=wanted["messages"] == "remove")
        if session.kind == Session.Kind.BROWSER:
            request._request.session.flush()
        return Response(status=status.HTTP_204_NO_CONTENT)


class EmailView(APIView):
    """Where mail for me goes."""

    error_statuses = (409,)

    @extend_schema(operation_id="me_email", request=EmailSerializer, responses={200: EmailSchema})
    def put(self, request: Request) -> Response:
        """Give an address: it counts once the link of a mail that is sent there was opened. An empty one: none."""
        user, _session = caller(request)
        wanted = parsed(EmailSerializer(data=request.data, context={"user": user, "request": request}))
        if wanted["email"]:
            require_mail()
            limits.require("mails", f"verify:{user.pk}")
        user = actions.set_email(user=user, email=wanted["email"])
        return Response({"email": user.email, "unverified_email": user.unverified_email})


class UsersView(APIView):
    """Everybody here."""

    @extend_schema(operation_id="users", parameters=[SearchQuery], responses={200: UserListSchema})
    def get(self, request: Request) -> Response:
        """Active people by display name; with `search`, those whose user name or display name contains it."""
        query = parsed(SearchQuery(data=request.query_params))
        users = User.objects.search(query["search"])
        if "cursor" in query:
            users = users.filter(search_text__gt=decode_cursor(query["cursor"]))
        return Response(page_of(users, query["limit"], lambda user: user.search_text, user_json))


class BlockedView(APIView):
    """Whom one wants nothing of."""

    @extend_schema(operation_id="users_blocked", parameters=[PageQuery], responses=UserListSchema)
    def get(self, request: Request) -> Response:
        """Whom I have blocked, by display name."""
        user, _session = caller(request)
        query = parsed(PageQuery(data=request.query_params))
        blocked = User.objects.filter(blocked_by__blocker=user).order_by("search_text")
        if "cursor" in query:
            blocked = blocked.filter(search_text__gt=decode_cursor(query["cursor"]))
        return Response(page_of(blocked, query["limit"], lambda person: person.search_text, user_json))


class UserView(APIView):
    """Somebody."""

    @extend_schema(
        operation_id="user",
        parameters=[OpenApiParameter("user_id", {"type": "string", "format": "uuid"}, OpenApiParameter.PATH)],
        responses={200: UserSerializer},
    )
    def get(self, request: Request, user_id: str) -> Response:
        """One person, deactivated ones included: their messages still stand."""
        user = User.objects.filter(pk=parse_id(user_id)).first()
        if user is None:
            raise NotFound
        return Response(user_json(user))
