"""How REDIS_URL is read: a Redis or Valkey by its address, or Sentinels who know it.

Celery spells these addresses in ways of its own, and each client does in another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from redis import Redis
from redis.sentinel import Sentinel

#: What Valkey answers to as well; it has no other protocol.
_AS_REDIS = {"valkey://": "redis://", "valkeys://": "rediss://"}
SCHEMES = ("redis://", "rediss://", "unix://", "sentinel://", *_AS_REDIS)
SENTINEL_PORT = 26379


@dataclass(frozen=True)
class Watched:
    """A Redis whose address Sentinels know."""

    sentinels: tuple[tuple[str, int], ...]
    #: What they call it.
    name: str
    #: Who logs in to it, with the ``@``, as an address has it; empty: nobody need.
    login: str
    database: int

    @classmethod
    def of(cls, url: str) -> Watched:
        """Read ``sentinel://[user:password@]host[:port],host[:port]/0?master=name``.

        Raises ValueError for what is not such an address.
        """
        parts = urlsplit(url)
        login, at, hosts = parts.netloc.rpartition("@")
        [name] = parse_qs(parts.query).get("master", [""])
        sentinels = tuple(_place(host) for host in hosts.split(","))
        if not name or not all(host for host, _port in sentinels):
            raise ValueError(url)
        return cls(sentinels, name, login + at, int(parts.path.strip("/") or 0))

    def client(self, **options: Any) -> Redis:
        """Return a client of whichever server is the master."""
        user, _colon, password = self.login.rstrip("@").partition(":")
        sentinel = Sentinel(self.sentinels, **options)  # type: ignore[no-untyped-call]
        master: Redis = sentinel.master_for(  # type: ignore[no-untyped-call]
            self.name,
            db=self.database,
            username=unquote(user) or None,
            password=unquote(password) or None,
        )
        return master


def _place(text: str) -> tuple[str, int]:
    host, _colon, port = text.partition(":")
    return host, int(port or SENTINEL_PORT)


def broker(url: str) -> tuple[str, dict[str, str]]:
    """Return the broker's address as Celery wants it, and options for its transport.

    Raises ValueError for an address of Sentinels that is none.
    """
    if url.startswith("sentinel://"):
        known = Watched.of(url)
        addresses = (
            f"sentinel://{known.login}{host}:{port}/{known.database}"
            for host, port in known.sentinels
        )
        return ";".join(addresses), {"master_name": known.name}
    # Kombu spells a Unix socket differently from everybody else.
    return _as_redis(url).replace("unix://", "redis+socket://", 1), {}


def client(url: str, **options: Any) -> Redis:
    """Return a client of the server that REDIS_URL names."""
    if url.startswith("sentinel://"):
        return Watched.of(url).client(**options)
    made: Redis = Redis.from_url(_as_redis(url), **options)
    return made


def _as_redis(url: str) -> str:
    for theirs, ours in _AS_REDIS.items():
        if url.startswith(theirs):
            return url.replace(theirs, ours, 1)
    return url
