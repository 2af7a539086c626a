"""What one sees while the database is away, and that it mends itself."""

import psycopg
import pytest
from django.db import connection
from django.test import Client

from config.failures import server_error
from tests.api.conftest import Caller
from tests.environment import SERVERS
from tests.factories import make_member, make_programme
from tests.processes import cut_off

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


def test_a_page_says_to_come_back_and_works_again_by_itself(client):
    client.force_login(make_member(make_programme()))
    cut_off()

    away = client.get("/")
    connection.close()
    back = client.get("/")

    assert (away.status_code, away["Retry-After"]) == (503, "10")
    assert "Prøv igen om lidt" in away.content.decode()
    assert back.status_code == 200


def test_so_does_one_whose_cursor_was_cut_off_as_it_closed(rf):
    def close():
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    try:
        close()
    except psycopg.OperationalError:
        answer = server_error(rf.get("/"))

    assert (answer.status_code, answer["Retry-After"]) == (503, "10")


def test_the_api_says_so_in_its_own_words():
    caller = Caller(make_member(make_programme()))
    cut_off()

    away = caller.ask("activities/")
    connection.close()

    assert away.status_code == 503
    assert int(away["Retry-After"]) > 0
    assert away["Content-Type"] == "application/problem+json"


def test_a_row_that_is_held_for_too_long_is_no_defect(client):
    client.force_login(make_member(make_programme()))
    with psycopg.connect(
        host=str(SERVERS.sockets),
        user="postgres",
        dbname=connection.settings_dict["NAME"],
    ) as other:
        other.execute("LOCK TABLE rollout_programme")
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
        held = client.get("/")
        connection.close()

    assert held.status_code == 503
