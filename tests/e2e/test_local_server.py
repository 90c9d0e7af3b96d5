"""What a newcomer gets from `make run`, seen from outside the process."""

from __future__ import annotations

import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.client import Client
from tests.e2e.local_server import LocalServer, free_port
from tests.e2e.walk import PASSWORD, walk

FACTOR = {"SCHOLIUM_RATE_LIMIT_FACTOR": "100"}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def server(data: Path) -> Iterator[LocalServer]:
    with LocalServer(data, samples=False) as running:
        yield running


@pytest.fixture
def first_start(data: Path) -> Iterator[LocalServer]:
    """As everybody's first one is, with its samples."""
    with LocalServer(data) as running:
        yield running


def test_a_newcomer_registers_logs_in_and_reads_their_profile(server: LocalServer) -> None:
    walk(server.client, lambda to, least: server.mails(to, least=least))
    assert server.interrupt() < 2


def test_fifty_at_once_register_one_name_and_one_has_it(server: LocalServer) -> None:
    barrier = threading.Barrier(50)

    def register(number: int) -> int:
        barrier.wait()
        body = {"username": "highlander", "email": f"h{number}@example.org", "password": PASSWORD}
        return server.client.post("/v1/users", body).status

    with ThreadPoolExecutor(50) as pool:
        statuses = sorted(pool.map(register, range(50)))
    assert statuses == [201] + [409] * 49


def test_thirty_two_first_requests_against_an_empty_folder_all_succeed(first_start: LocalServer) -> None:
    def register(number: int) -> int:
        body = {"username": f"first{number}", "email": f"first{number}@example.org", "password": PASSWORD}
        return first_start.client.post("/v1/users", body).status

    with ThreadPoolExecutor(32) as pool:
        assert set(pool.map(register, range(32))) == {201}


def test_a_class_of_forty_registers_at_once_from_one_address(server: LocalServer) -> None:
    def register(number: int) -> int:
        body = {"username": f"pupil{number}", "email": f"pupil{number}@example.org", "password": PASSWORD}
        return server.client.post("/v1/users", body).status

    with ThreadPoolExecutor(40) as pool:
        assert list(pool.map(register, range(40))) == [201] * 40


def test_a_killed_server_has_every_acknowledged_write_and_delivers_every_message_once(data: Path) -> None:
    server = LocalServer(data, environment=FACTOR, samples=False).start()
    acknowledged: list[str] = []
    stop = threading.Event()

    def register(worker: int) -> None:
        number = 0
        while not stop.is_set():
            name = f"load{worker}x{number}"
            number += 1
            try:
                body = {"username": name, "email": f"{name}@example.org", "password": PASSWORD}
                if Client(server.url, timeout=10).post("/v1/users", body).status == 201:
                    acknowledged.append(name)
            except (OSError, ValueError):
                return  # the server is gone; what was not answered is not acknowledged
            if len(acknowledged) >= 60:
                stop.set()

    threads = [threading.Thread(target=register, args=(worker,)) for worker in range(8)]
    for thread in threads:
        thread.start()
    stop.wait(timeout=60)
    server.kill()
    for thread in threads:
        thread.join()
    assert len(acknowledged) >= 60

    with LocalServer(data, port=server.port, environment=FACTOR) as again:
        for name in acknowledged:
            assert len(again.mails(f"{name}@example.org", patience=30)) == 1, name
        for name in acknowledged[::6]:
            assert again.client.post("/v1/login", {"username": name, "password": PASSWORD}).status == 200


def test_a_taken_port_is_told_in_one_line(data: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        server = LocalServer(data, port=taken.getsockname()[1])
        with pytest.raises(AssertionError, match="ended"):
            server.start()
    lines = server.output().strip().splitlines()
    assert len(lines) == 1 and str(server.port) in lines[0]


def test_a_folder_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    server = LocalServer(tmp_path / "file" / "data", port=free_port())
    server.data = tmp_path / "data"
    with pytest.raises(AssertionError, match="ended"):
        server.start()
    lines = server.output().strip().splitlines()
    assert len(lines) == 1 and "cannot write" in lines[0]


def test_data_and_tokens_survive_a_restart(data: Path) -> None:
    with LocalServer(data, samples=False) as first:
        first.client.post("/v1/users", {"username": "ada", "email": "ada@example.org", "password": PASSWORD})
        token = first.client.post("/v1/login", {"username": "ada", "password": PASSWORD}).body["access_token"]
        assert first.process
        first.process.send_signal(signal.SIGTERM)
        first.process.wait(timeout=10)
    with LocalServer(data) as second:
        assert second.client.with_token(token).get("/v1/me").body["username"] == "ada"


def test_the_first_admin_is_made_by_a_command(server: LocalServer) -> None:
    command = ["infrastructure.tools", "create-admin", "--username", "root1", "--email", "root1@example.org"]
    made = subprocess.run(
        [*server.python, "-m", *command, "--data", str(server.data)],
        capture_output=True,
        text=True,
        check=True,
        cwd=server.root,
    )
    password = made.stdout.strip().splitlines()[-1].split()[-1]
    token = server.client.post("/v1/login", {"username": "root1", "password": password}).body["access_token"]
    assert server.client.with_token(token).get("/v1/users").status == 200
