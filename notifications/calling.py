"""Posts to an address that somebody typed in, and lets nobody lead it anywhere else.

The name is looked up once and the connection goes to the very address that was looked
at: a second answer of a name server cannot point inside. Only https, to a port where
https is served, to addresses of the public internet; no redirects, no proxies; a limit
to the time of the whole conversation and to what is read of the answer.
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _

from notifications.watchdog import cut_off

#: Ports on which https is served; others belong to somebody else's machines.
PORTS = (443, 8443)
#: Bytes of an answer that are read and kept.
KEPT = 1024
#: Addresses of one name that are tried.
_MOST_DIALS = 3
#: Longest address, in characters.
LONGEST_URL = 500

#: What is not the public internet, although Python calls some of it global. Of IPv6
#: only 2000::/3 is given out at all.
_NEVER = [
    ipaddress.ip_network(network)
    for network in (
        "100.64.0.0/10",  # between a provider and its customers
        "192.0.0.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "198.18.0.0/15",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "2001::/23",  # Teredo and others that carry an address inside
        "2001:db8::/32",
        "2002::/16",  # 6to4 carries an address inside
        "3fff::/20",
    )
]
_GIVEN_OUT = ipaddress.ip_network("2000::/3")
_UNPRINTABLE = re.compile(r"[^\n\t\x20-\x7e\xa0-\U0010ffff]")


class Forbidden(ValueError):
    """No call is made to this address; the text says why."""


@dataclass(frozen=True)
class Patience:
    """How long to wait, in seconds."""

    #: For each address of the name to take the connection.
    connect: float = 5
    #: For each read.
    read: float = 10
    #: For the whole conversation, once connected.
    total: float = 15


@dataclass(frozen=True)
class Reply:
    """What became of a call."""

    #: None where there was no answer.
    status: int | None
    #: The beginning of the answer.
    text: str = ""
    #: Why there was no answer.
    error: str = ""
    seconds: float = 0

    @property
    def is_ok(self) -> bool:
        """Whether the other side took it."""
        return self.status is not None and 200 <= self.status < 300


def check(url: str) -> SplitResult:
    """Return the parts of an address that may be called. Raises Forbidden.

    What its name stands for is only looked up when it is called.
    """
    if len(url) > LONGEST_URL or not url.isprintable() or " " in url:
        raise Forbidden(_("This is not an address."))
    try:
        parts = urlsplit(iri_to_uri(url))
        port = parts.port
        (parts.hostname or "").encode("idna")
    except ValueError:
        raise Forbidden(_("This is not an address.")) from None
    if not parts.hostname or parts.username or parts.password or parts.fragment:
        raise Forbidden(_("The address has a host and a path, and no password."))
    if _may_be_here(parts.hostname):
        if parts.scheme not in {"http", "https"}:
            raise Forbidden(_("The address begins with https://."))
        return parts
    if parts.scheme != "https":
        raise Forbidden(_("The address begins with https://."))
    if (443 if port is None else port) not in PORTS:
        raise Forbidden(_("The port is 443 or 8443."))
    if _is_address(parts.hostname) and not is_public(parts.hostname):
        raise Forbidden(_("The address is not on the public internet."))
    return parts


def post(
    url: str,
    *,
    body: bytes,
    headers: Mapping[str, str],
    patience: Patience | None = None,
) -> Reply:
    """Post a body; never raises for what the other side does or fails to do."""
    patience = patience or Patience()
    started = time.monotonic()
    try:
        connection = _connection(check(url), patience)
        try:
            with cut_off(connection, patience.total) as is_cut_off:
                status, text = _converse(connection, url, body, headers)
            if is_cut_off.is_set():
                raise TimeoutError("the answer took too long")
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as error:
        words = str(error) or "no answer"
        name = "" if isinstance(error, Forbidden) else f"{type(error).__name__}: "
        failed = _printable(f"{name}{words}")[:KEPT]
        return Reply(None, error=failed, seconds=time.monotonic() - started)
    return Reply(status, text=text, seconds=time.monotonic() - started)


def is_public(address: str) -> bool:
    """Say whether an IP address is on the public internet and nowhere else."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip not in _GIVEN_OUT:
            return False
    return ip.is_global and not any(ip in network for network in _NEVER)


def _connection(parts: SplitResult, patience: Patience) -> http.client.HTTPConnection:
    """Connect to one of the addresses that the name stands for, all of them allowed."""
    host = parts.hostname or ""
    is_tls = parts.scheme == "https"
    port = parts.port or (443 if is_tls else 80)
    kind = http.client.HTTPSConnection if is_tls else http.client.HTTPConnection
    connection = kind(host, port, timeout=patience.read)
    raw = _dial(_addresses(host, port), port, patience.connect)
    raw.settimeout(patience.read)
    connection.sock = raw
    if is_tls:
        # The handshake is part of the conversation, which has a limit.
        connection.sock = ssl.create_default_context().wrap_socket(
            raw, server_hostname=host, do_handshake_on_connect=False
        )
    return connection


def _addresses(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(one[4][0]) for one in found]
    may_be_here = _may_be_here(host)
    for address in addresses:
        if not (is_public(address) or (may_be_here and _is_loopback(address))):
            raise Forbidden(_("The address is not on the public internet."))
    return addresses


def _dial(addresses: list[str], port: int, seconds: float) -> socket.socket:
    failed: OSError = OSError("the name has no address")
    for address in addresses[:_MOST_DIALS]:
        try:
            return socket.create_connection((address, port), timeout=seconds)
        except OSError as error:
            failed = error
    raise failed


def _converse(
    connection: http.client.HTTPConnection,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
) -> tuple[int, str]:
    if isinstance(connection.sock, ssl.SSLSocket):
        connection.sock.do_handshake()
    parts = urlsplit(iri_to_uri(url))
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    connection.request(
        "POST", path, body, {**headers, "Connection": "close", "Accept": "*/*"}
    )
    response = connection.getresponse()
    return response.status, _printable(response.read(KEPT).decode("utf-8", "replace"))


def _may_be_here(host: str) -> bool:
    """Say whether a name may mean this machine: on a developer's, and in tests."""
    if not settings.WEBHOOKS_MAY_CALL_LOOPBACK:
        return False
    return host == "localhost" or _is_loopback(host)


def _is_loopback(host: str) -> bool:
    return _is_address(host) and ipaddress.ip_address(host).is_loopback


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub("", text)
