"""What WebAuthn calls ceremonies: what a browser is asked for, and whether its answer is good. Changes nothing.

A challenge is not kept: it travels in a signed token, with what it is for and who may answer it. `accounts.actions`
sees to it that each is answered once.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import webauthn
from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    options_to_json_dict,
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts.models import ID_BYTES, Passkey

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.http import HttpRequest

    from accounts.models import Session, User
    from accounts.relying_party import RelyingParty

SALT = "accounts.passkeys"
LIFETIME = timedelta(minutes=5)  # to find the key, and to unlock it
ADD, LOG_IN, SECOND_STEP = "add", "log in", "second step"


class CeremonyRefused(Exception):
    """What the browser sent is not what was asked for; the text is for the log, never for whoever sent it."""


class ChallengeRefused(CeremonyRefused):
    """The challenge is not ours, too old, for something or somebody else, or was answered before."""


@dataclass(frozen=True, slots=True)
class Ceremony:
    """What a browser gets: options as WebAuthn's JSON has them (5.1.9, 5.1.10), and the token to send back."""

    token: str
    options: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """As the API gives it."""
        return {"token": self.token, "expires_in": int(LIFETIME.total_seconds()), "options": self.options}


@dataclass(frozen=True, slots=True)
class Challenge:
    """One that was given out, and what for."""

    value: bytes
    purpose: str

    @property
    def key(self) -> str:
        """What is kept of it once it is answered."""
        return hashlib.sha256(self.value).hexdigest()


@dataclass(frozen=True, slots=True)
class Answer:
    """A good one: what the device says of itself."""

    sign_count: int
    backed_up: bool


# --- who may answer ---------------------------------------------------------------------------------------------------
def holder_of_session(session: Session) -> str:
    """Whoever is logged in by this."""
    return f"session {session.pk}"


def holder_of_browser(request: HttpRequest, user: User | None = None) -> str:
    """The browser of a visitor, by the secret that its forms are sent with; of programs without cookies nothing.

    Args:
        user: who has shown their password there.
    """
    cookie = request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")
    browser = hashlib.sha256(cookie.encode()).hexdigest() if cookie else ""
    return f"browser {browser} {user.pk if user else ''}"


# --- asking -----------------------------------------------------------------------------------------------------------
def ask_for_new(party: RelyingParty, user: User, holder: str) -> Ceremony:
    """A passkey to be made, on a device that has none for this person yet.

    It must know its person by itself and ask for PIN, finger or face: so that it can be all that a log-in needs.
    """
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name="Brook",
        user_id=user.pk.bytes,
        user_name=user.username,
        user_display_name=user.display_name,
        timeout=_milliseconds(LIFETIME),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=_descriptors(user.passkeys.all()),
    )
    return Ceremony(_token(options.challenge, ADD, holder), options_to_json_dict(options))


def ask_for_any(party: RelyingParty, holder: str) -> Ceremony:
    """Whichever passkey somebody has here: the same for everybody, for nobody has said who they are."""
    options = webauthn.generate_authentication_options(
        rp_id=party.id, timeout=_milliseconds(LIFETIME), user_verification=UserVerificationRequirement.REQUIRED
    )
    return Ceremony(_token(options.challenge, LOG_IN, holder), options_to_json_dict(options))


def ask_for_one_of(party: RelyingParty, user: User, holder: str) -> Ceremony:
    """One of this person's, who has shown their password: to have it in the hand is enough."""
    options = webauthn.generate_authentication_options(
        rp_id=party.id,
        timeout=_milliseconds(LIFETIME),
        allow_credentials=_descriptors(user.passkeys.all()),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return Ceremony(_token(options.challenge, SECOND_STEP, holder), options_to_json_dict(options))


def read_challenge(token: str, purpose: str, holder: str) -> Challenge:
    """The challenge that a token of ours carries.

    Raises:
        ChallengeRefused: see there; whether it was answered before is not known here.
    """
    try:
        said = signing.loads(token, salt=SALT, max_age=LIFETIME)
    except signing.BadSignature as error:
        raise ChallengeRefused(type(error).__name__) from None
    if said["for"] != purpose or not constant_time_compare(said["holder"], holder):
        raise ChallengeRefused("of something or somebody else")
    return Challenge(base64url_to_bytes(said["challenge"]), purpose)


# --- looking at answers -----------------------------------------------------------------------------------------------
def new_passkey(party: RelyingParty, challenge: Challenge, credential: dict[str, Any]) -> Passkey:
    """What a browser made, not saved: its person and name are for the caller to fill in.

    Raises:
        CeremonyRefused: it is not what was asked for.
    """
    with _refusing_what_fails():
        parsed = parse_registration_credential_json(credential)
        made = webauthn.verify_registration_response(
            credential=parsed,
            expected_challenge=challenge.value,
            expected_rp_id=party.id,
            expected_origin=party.origins,
            require_user_verification=True,
        )
        # A key that nothing can be checked with is refused now, not at the first log-in.
        decoded_public_key_to_cryptography(decode_credential_public_key(made.credential_public_key))
    if len(made.credential_id) > ID_BYTES:
        raise CeremonyRefused("the id is too long")
    return Passkey(
        credential_id=bytes_to_base64url(made.credential_id),
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        transports=sorted({each.value for each in parsed.response.transports or []}),
        aaguid=made.aaguid,
        backed_up=made.credential_backed_up,
    )


def credential_id_of(credential: dict[str, Any]) -> str:
    """By which passkey an answer claims to be, in the form that is kept.

    Raises:
        CeremonyRefused: it is no answer at all.
    """
    with _refusing_what_fails():
        return bytes_to_base64url(parse_authentication_credential_json(credential).raw_id)


def check_answer(party: RelyingParty, challenge: Challenge, credential: dict[str, Any], passkey: Passkey) -> Answer:
    """Whether the passkey has signed the challenge. What its count says is for the caller.

    Raises:
        CeremonyRefused: it has not, or not for pages of ours, or for another person; or, where it is all that was asked
            for, nobody has unlocked it.
    """
    with _refusing_what_fails():
        parsed = parse_authentication_credential_json(credential)
        shown = webauthn.verify_authentication_response(
            credential=parsed,
            expected_challenge=challenge.value,
            expected_rp_id=party.id,
            expected_origin=party.origins,
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=0,
            require_user_verification=challenge.purpose != SECOND_STEP,
        )
    handle = parsed.response.user_handle
    if handle is not None and handle != passkey.user_id.bytes:
        raise CeremonyRefused("the device has it for another person")
    return Answer(shown.new_sign_count, shown.credential_backed_up)


# --- details ----------------------------------------------------------------------------------------------------------
@contextmanager
def _refusing_what_fails() -> Iterator[None]:
    try:
        yield
    except Exception as error:  # the parsers below webauthn's raise whatever they stumble over
        raise CeremonyRefused(f"{type(error).__name__}: {error}") from error


def _token(challenge: bytes, purpose: str, holder: str) -> str:
    said = {"challenge": bytes_to_base64url(challenge), "for": purpose, "holder": holder}
    return signing.dumps(said, salt=SALT)


def _descriptors(passkeys: Iterable[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(passkey.credential_id),
            transports=[AuthenticatorTransport(each) for each in passkey.transports],
        )
        for passkey in passkeys
    ]


def _milliseconds(time: timedelta) -> int:
    return int(time.total_seconds() * 1000)
