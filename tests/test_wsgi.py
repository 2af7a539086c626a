"""The door for web servers lets nothing through that breaks what is behind it."""

from io import BytesIO

import pytest

from config.wsgi import application


def status_of(content_type):
    answers = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/api/v1/nothing/",
        "QUERY_STRING": "name=%FF",
        "CONTENT_TYPE": content_type,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.input": BytesIO(),
        "wsgi.url_scheme": "http",
    }
    application(environ, lambda status, headers: answers.append(status))
    return answers[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content_type",
    ["text/plain; charset=rot13", "text/plain;CHARSET = zlib; x=y", "a; charset=", ""],
)
def test_no_charset_that_a_client_names_is_a_server_error(content_type):
    assert status_of(content_type) == "404 Not Found"
