"""The HTTP interface of NotifyNL (the public interface of GOV.UK Notify, version 2), for mail and SMS.

The address carries all it needs: https://<key>@<host>/?template=<template id>, with the key as the service gives it
out: a name, the id of the service and a secret, joined by hyphens.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import ssl
from collections.abc import Mapping
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from portal.core import clock
from portal.core.outcome import Sent

SCHEMES = ("http", "https")
#: Lengths of the ids at the end of a key, in characters.
ID = 36

Kind = Literal["sms", "email"]


def send(
    kind: Kind, fields: Mapping[str, str], personalisation: Mapping[str, str], *, url: str, timeout: float
) -> Sent:
    """Hand one message over and tell what came of it; never raises for anything the network or the service does.

    `fields`: the receiver and the reference; `personalisation`: what goes into the template. `timeout` in seconds, per
    network operation.
    """
    parts = urlsplit(url)
    template = parse_qs(parts.query).get("template", [""])[0]
    body = json.dumps({**fields, "template_id": template, "personalisation": dict(personalisation)})
    connection = _connection(parts.scheme, parts.hostname or "", parts.port, timeout)
    try:
        connection.connect()
    except OSError as error:
        connection.close()
        return Sent("temporary", type(error).__name__)
    try:
        headers = {"Authorization": f"Bearer {token(unquote(parts.username or ''))}", "Connection": "close"}
        return _ask(connection, f"/v2/notifications/{kind}", body, headers | {"Content-Type": "application/json"})
    finally:
        connection.close()


def _connection(scheme: str, host: str, port: int | None, timeout: float) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=timeout, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, port, timeout=timeout)


def _ask(connection: http.client.HTTPConnection, path: str, body: str, headers: dict[str, str]) -> Sent:
    try:
        connection.request("POST", path, body.encode(), headers)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:  # it may have taken the message before the line broke
        return Sent("unknown", type(error).__name__)
    return Sent(outcome_of(status), str(status))


def outcome_of(status: int) -> Literal["accepted", "temporary", "permanent", "unknown"]:
    """What an HTTP status of the service means for one message.

    403 is about our key or our clock, 429 about our limits: neither says anything against the message. After an error
    of the service itself nobody knows whether the message left.
    """
    if status == http.HTTPStatus.CREATED:
        return "accepted"
    if status in {http.HTTPStatus.UNAUTHORIZED, http.HTTPStatus.FORBIDDEN, http.HTTPStatus.TOO_MANY_REQUESTS}:
        return "temporary"
    return "permanent" if http.HTTPStatus.BAD_REQUEST <= status < http.HTTPStatus.INTERNAL_SERVER_ERROR else "unknown"


def token(key: str) -> str:
    """The signed token (JWT, HS256) that opens the service for half a minute, by the real clock."""
    service, secret = key[-2 * ID - 1 : -ID - 1], key[-ID:]
    claims = {"iss": service, "iat": int(clock.wall().timestamp())}
    signed = b".".join(_encoded(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "HS256"}, claims))
    return (signed + b"." + _encoded(hmac.digest(secret.encode(), signed, hashlib.sha256))).decode()


def _encoded(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")
