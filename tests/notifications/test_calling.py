"""Calls go where they are meant to go and nowhere else, and always come to an end."""

from __future__ import annotations

import socket
import ssl
import threading

import pytest
import trustme

from notifications import calling
from notifications.calling import Forbidden, Patience

from .hooks import receiving

BRIEF = Patience(connect=0.5, read=0.5, total=1)


def post(url, **options):
    return calling.post(url, body=b"{}", headers={"x-a": "1"}, **options)


@pytest.fixture
def outside(settings):
    """As in production: this machine is none that may be called."""
    settings.WEBHOOKS_MAY_CALL_LOOPBACK = False


INSIDE = """
    127.0.0.1 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 0.0.0.0 100.64.0.1
    192.0.2.1 198.18.0.1 224.0.0.1 240.0.0.1 255.255.255.255 192.88.99.1 ::1 :: fc00::1
    fe80::1 fe80::1%eth0 fec0::1 ff02::1 64:ff9b::7f00:1 2002:7f00:1:: 2001::1
    2001:db8::1 3fff::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::127.0.0.1 100::1 nonsense
"""


@pytest.mark.parametrize("address", INSIDE.split())
def test_what_is_not_the_public_internet_is_never_called(address):
    assert not calling.is_public(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "193.162.159.194", "2a00:1450:4001::200e", "2606:4700::1"]
)
def test_the_public_internet_is(address):
    assert calling.is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/hook",
        "ftp://example.org/",
        "https://example.org:22/",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://user:secret@example.org/",
        "https://example.org/#part",
        "https:///path",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://localhost:5432/",
        "http://localhost/",
        "https://example.org/a b",
        "https://example.org/\r\nX: y",
        "https://" + "a" * 500 + ".example.org/",
        "https://ex..ample.org/",
        "javascript:alert(1)",
        "",
    ],
)
def test_only_https_to_a_public_host_is_an_address(outside, url):
    with pytest.raises(Forbidden):
        calling.check(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "https://example.org:8443/hook?x=1",
        "https://bålplads.example.org/sti/æ",
    ],
)
def test_https_on_its_ports_is(outside, url):
    calling.check(url)


@pytest.mark.parametrize("name", ["localhost", "127.1", "2130706433", "0x7f.0.0.1"])
def test_a_name_is_judged_by_what_it_stands_for(outside, name):
    reply = post(f"https://{name}/")

    assert (reply.status, reply.is_ok) == (None, False)
    assert reply.error == "Adressen er ikke på det offentlige internet."


def test_a_name_with_one_bad_address_is_not_called(outside, monkeypatch):
    found = [(0, 0, 0, "", ("1.1.1.1", 443)), (0, 0, 0, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: found)
    monkeypatch.setattr(socket, "create_connection", lambda *args, **options: 1 / 0)

    assert "offentlige" in post("https://example.org/").error


def test_the_connection_goes_to_the_address_that_was_looked_at(outside, monkeypatch):
    answers = iter([[(0, 0, 0, "", ("1.1.1.1", 443))]])
    dialled = []

    def dial(address, timeout):
        dialled.append(address)
        raise ConnectionRefusedError("nobody there")

    # A second question to the name server would find no answer here.
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: next(answers))
    monkeypatch.setattr(socket, "create_connection", dial)

    reply = post("https://rebinding.example.org/")

    assert dialled == [("1.1.1.1", 443)]
    assert reply.error == "ConnectionRefusedError: nobody there"


def test_a_call_brings_body_and_headers_and_tells_the_answer():
    with receiving() as receiver:
        receiver.answer = lambda call, handler: (200, "tak\x00\x1b[31m")

        reply = post(receiver.url + "?a=1")

    (call,) = receiver.received
    assert (call.path, call.body, call.headers["x-a"]) == ("/hook?a=1", b"{}", "1")
    assert (reply.status, reply.text, reply.is_ok) == (200, "tak[31m", True)


def test_only_the_beginning_of_an_answer_is_read():
    with receiving() as receiver:
        receiver.answer = lambda call, handler: (500, "x" * 1_000_000)

        reply = post(receiver.url)

    assert (reply.status, reply.text) == (500, "x" * 1024)


def test_a_redirect_is_an_answer_and_no_way_on():
    with receiving() as other, receiving() as receiver:

        def redirect(call, handler):
            handler.send_response(307)
            handler.send_header("Location", other.url)
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        receiver.answer = redirect
        reply = post(receiver.url)

    assert (reply.status, reply.is_ok) == (307, False)
    assert other.received == []


def test_a_proxy_of_the_environment_is_not_used(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")

    with receiving() as receiver:
        assert post(receiver.url).is_ok


def test_who_dribbles_is_cut_off():
    stop = threading.Event()
    with receiving() as receiver:

        def dribble(call, handler):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
            while not stop.wait(0.1):
                handler.wfile.write(b"x")

        receiver.answer = dribble
        reply = post(receiver.url, patience=BRIEF)
        stop.set()

    assert reply.status is None
    assert 0.9 < reply.seconds < 3


def test_who_says_nothing_is_left():
    with socket.create_server(("127.0.0.1", 0)) as server:
        reply = post(f"http://127.0.0.1:{server.getsockname()[1]}/", patience=BRIEF)

    assert reply.error.startswith("TimeoutError")


def test_who_speaks_another_protocol_is_understood_as_a_failure():
    with receiving() as receiver:
        receiver.answer = lambda call, handler: handler.wfile.write(b"220 smtp\r\n")

        reply = post(receiver.url)

    assert reply.error.startswith("BadStatusLine")


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


def tls(authority, *names):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(*names).configure_cert(context)
    return context


def test_a_certificate_is_checked(authority, tmp_path, monkeypatch):
    with receiving(tls(authority, "localhost")) as receiver:
        unknown = post(receiver.url)
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        known = post(receiver.url)

    assert unknown.error.startswith("SSLCertVerificationError")
    assert known.is_ok


def test_a_certificate_for_another_name_does_not_do(authority, tmp_path, monkeypatch):
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))

    with receiving(tls(authority, "example.org")) as receiver:
        reply = post(receiver.url)

    assert reply.error.startswith("SSLCertVerificationError")
    assert receiver.received == []


def test_a_handshake_that_dribbles_is_cut_off():
    with socket.create_server(("127.0.0.1", 0)) as server:
        stop = threading.Event()

        def dribble():
            peer, _address = server.accept()
            with peer:
                while not stop.wait(0.1):
                    peer.sendall(b"\x16")

        thread = threading.Thread(target=dribble)
        thread.start()
        reply = post(f"https://localhost:{server.getsockname()[1]}/", patience=BRIEF)
        stop.set()
        thread.join()

    assert reply.status is None
    assert reply.seconds < 3
