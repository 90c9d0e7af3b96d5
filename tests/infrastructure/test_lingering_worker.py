"""Connections that are kept, under a worker whose threads linger on them."""

import select
import socket
from contextlib import ExitStack, closing
from http.client import HTTPConnection

import pytest

from infrastructure.tools import serve
from infrastructure.tools.bench import processes


@pytest.fixture
def port(tmp_path):
    with processes.hello_server(tmp_path) as server:
        server.first_answer(processes.STATUS)
        yield server.port


def connection(port, stack):
    return stack.enter_context(closing(HTTPConnection("127.0.0.1", port, timeout=10)))


def hello(connection, pause=0.0):
    if connection.sock:
        listening = select.poll()
        listening.register(connection.sock, select.POLLIN)
        assert not listening.poll(1000 * pause)  # the server neither speaks nor leaves
    connection.request("POST", "/x", b"{}")
    with connection.getresponse() as answer:
        return answer.read(), answer.will_close


def test_a_connection_is_kept_whether_its_next_request_comes_at_once_or_later(port):
    with ExitStack() as stack:
        kept = connection(port, stack)
        for pause in (0, 0, 0.001, 0.02, 0, 0.05, 0):
            assert hello(kept, pause) == (b"hello", False)


def test_requests_that_are_sent_together_are_each_answered(port):
    one = processes.request("GET", "/", {"Connection": "keep-alive"})
    last = processes.request("GET", "/")
    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as pipelined:
        pipelined.sendall(one + one + last)
        answer = b""
        while received := pipelined.recv(65_536):
            answer += received
    assert answer.count(b"200 OK") == 3


def test_more_connections_than_threads_are_all_answered(port):
    with ExitStack() as stack:
        many = [connection(port, stack) for _ in range(2 * serve.WORKERS * serve.THREADS)]
        assert [hello(one)[0] for one in many * 2] == [b"hello"] * (2 * len(many))


def test_a_client_that_asks_for_the_end_gets_it(port):
    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as closing_connection:
        closing_connection.sendall(processes.STATUS)
        while closing_connection.recv(65_536):
            pass  # an empty answer: the server closed
