"""Redis is found by its own address, by Valkey's, or by what Sentinels say."""

from __future__ import annotations

import pytest
from celery import Celery
from kombu.exceptions import OperationalError
from redis import Redis, RedisError

from config import broker
from config.children import first_free
from config.embedded import redis_binary
from config.fixed import CELERY_BROKER_TRANSPORT_OPTIONS
from tests.processes import Process, wait_until

THREE = "sentinel://:s%2Fcret@one,two:26380,three/2?master=rollout"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://host:6379/1", "redis://host:6379/1"),
        ("valkey://:secret@host/0", "redis://:secret@host/0"),
        ("valkeys://host:6380/0", "rediss://host:6380/0"),
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock"),
    ],
)
def test_a_single_server_is_spelled_as_celery_wants_it(url, expected):
    assert broker.broker(url) == (expected, {})


def test_sentinels_are_spelled_as_celery_wants_them():
    address, options = broker.broker(THREE)

    assert address == (
        "sentinel://:s%2Fcret@one:26379/2;sentinel://:s%2Fcret@two:26380/2;"
        "sentinel://:s%2Fcret@three:26379/2"
    )
    assert options == {"master_name": "rollout"}
    assert Celery(broker=address, set_as_current=False).connection().password == (
        "s/cret"
    )


@pytest.mark.parametrize(
    "url",
    [
        "sentinel://host/0",
        "sentinel:///0?master=rollout",
        "sentinel://host:port/0?master=rollout",
        "sentinel://host/first?master=rollout",
    ],
)
def test_sentinels_without_a_place_or_a_master_are_refused(url):
    with pytest.raises(ValueError, match=r"sentinel|invalid literal"):
        broker.broker(url)


@pytest.fixture
def start(tmp_path):
    """Start a redis-server configured so; return it, a client and its port."""
    started = []

    def run(*lines, more=()):
        port = first_free([])
        file = tmp_path / f"{port}.conf"
        own = [f"port {port}", "bind 127.0.0.1", f"dir {tmp_path}"]
        file.write_text("\n".join([*own, *lines, ""]))
        command = [str(redis_binary()), str(file), *more]
        process = Process(f"redis {port}", command, tmp_path / f"{port}.log").start()
        started.append(process)
        server = Redis(port=port, password=None if more else "secret")
        process.wait_until(lambda: holds(server.ping), what="Redis answers")
        return process, server, port

    yield run
    for process in started:
        process.kill()


def holds(ask):
    try:
        return ask()
    except (RedisError, OperationalError):
        return False


@pytest.mark.long
@pytest.mark.processes
def test_when_the_master_dies_tasks_go_to_the_one_that_sentinels_name(start):
    data = ('save ""', "requirepass secret", "masterauth secret")
    first, _server, port = start(*data)
    _second, follower, _port = start(*data, f"replicaof 127.0.0.1 {port}")
    _third, watching, watcher = start(
        f"sentinel monitor rollout 127.0.0.1 {port} 1",
        "sentinel auth-pass rollout secret",
        "sentinel down-after-milliseconds rollout 300",
        "sentinel failover-timeout rollout 2000",
        more=["--sentinel"],
    )
    url = f"sentinel://:secret@127.0.0.1:{watcher}/0?master=rollout"
    address, options = broker.broker(url)
    app = Celery(broker=address, set_as_current=False)
    app.conf.broker_transport_options = CELERY_BROKER_TRANSPORT_OPTIONS | options
    wait_until(
        lambda: (
            watching.sentinel_master("rollout")["num-slaves"] == 1
            and follower.info("replication")["master_link_status"] == "up"
        ),
        what="one follows the other",
    )

    app.send_task("anything", queue="mail")
    wait_until(lambda: follower.llen("mail") == 1, what="the follower has it, too")
    first.kill()
    wait_until(
        lambda: holds(lambda: app.send_task("anything", queue="mail", retry=False)),
        what="tasks are taken again",
    )

    assert follower.llen("mail") == 2
    assert broker.client(url, socket_timeout=2).info()["role"] == "master"
    app.close()
