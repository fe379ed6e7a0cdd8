"""Made-up requests to every address of the API: coded answers that the description names."""

import logging

import pytest
import schemathesis
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from requests import Request
from schemathesis.generation import GenerationMode

from tests.webmap import factories
from tests.webmap.conftest import own_folders as own_folders
from tests.webmap.conftest import town as town
from tests.webmap.test_access import BATCH, CODE, JOB, LINE, NOTE, NUMBER, UPLOAD
from tests.webmap.test_access import world as world

# A piece of an upload is sent as it is.
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")

EXAMPLES = 3
"""Requests of each kind to each address: enough to walk every view, few enough for each run."""
ROLES = ("", "administrator", "gis_staff", "operator", "inspector", "planner")
KNOWN = {
    "version": ["110101-e1", "fire-110101-e1", "cjt214-2007", "values"],
    "layer": ["grids", "components", "cases"],
    "measure": ["cases", "grade", "forecast", "hotspots", "coverage"],
    "kind": ["district", "street", "community", "grid", "department", "inspector"],
    "code": ["110101", "110101001", "110101001001001", CODE, "aoyun", "110101001-01"],
    "number": [NUMBER, "1"],
    "move": ["file", "dispatch", "close", "relocate"],
    "month": ["2026-04"],
    "form": ["pdf", "xlsx"],
    "key": ["fire", str(NOTE)],
    "batch_id": [str(BATCH)],
    "job_id": [str(JOB)],
    "upload_id": [str(UPLOAD)],
    "line_id": [LINE],
    "search_id": [LINE],
    "ordinal": [1, 36, 37],
    "z": [0, 13, 14],
    "x": [6744, 13488],
    "y": [3103, 6206],
}
"""Names that there are: made-up ones end at the first look for them."""
BOUNDED = settings(
    max_examples=EXAMPLES, database=None, derandomize=True, deadline=None,
    phases=[Phase.generate], suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture
def description(client):
    """The description as it is served."""
    answer = client.get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})
    assert answer.status_code == 200
    return answer.json()


class Fuzzer:
    """Sends requests as several people, and keeps what should not have been answered."""

    def __init__(self) -> None:
        self.clients = {role: Client(raise_request_exception=False) for role in ROLES}
        for role, client in self.clients.items():
            if role:
                client.force_login(factories.user(role, name=f"fuzz-{role}"))
        self.sent = 0
        self.faults: dict[tuple, str] = {}

    def attempt(self, operation) -> None:
        """Some requests to an address, of the form it describes and of others."""
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            if mode == GenerationMode.NEGATIVE and not self._has_words(operation):
                continue

            @BOUNDED
            @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
            def send(case, data):
                self.send(case, data)

            send()

    @staticmethod
    def _has_words(operation) -> bool:
        """Whether there is anything of a request that can have another form."""
        return bool(operation.query or operation.body)

    def send(self, case, data) -> None:
        for name in case.path_parameters or {}:
            if name in KNOWN and data.draw(st.booleans()):
                case.path_parameters[name] = data.draw(st.sampled_from(KNOWN[name]))
        role = data.draw(st.sampled_from(ROLES))
        sent = Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
        answer = self._answer(role, sent)
        self.sent += 1
        operation = case.operation
        described = operation.definition.raw["responses"]
        if answer.status_code >= 500 or str(answer.status_code) not in described:
            fault = (operation.label, answer.status_code)
            self.faults.setdefault(fault, f"as {role or 'nobody'}: {sent.method} {sent.url} "
                                   f"{sent.body!r:.300} -> {told(answer):.500}")  # fmt: skip

    def _answer(self, role, sent):
        body = sent.body.encode() if isinstance(sent.body, str) else sent.body or b""
        kind = sent.headers.get("Content-Type", "application/json")
        cache.clear()
        before = transaction.savepoint()
        try:
            # A path as it was typed: what is percent-encoded is decoded once.
            answer = self.clients[role].generic(sent.method, sent.path_url, body, kind)
            if answer.streaming:
                answer.read = b"".join(answer.streaming_content)
            return answer
        finally:
            connection.needs_rollback = False
            transaction.savepoint_rollback(before)


def told(answer) -> str:
    """What an answer says: the trace of an error nobody foresaw."""
    if answer.status_code == 500 and getattr(answer, "exc_info", None):
        return repr(answer.exc_info[1])
    return "" if answer.streaming else answer.content.decode(errors="replace")


@pytest.fixture
def quiet():
    """Nobody reads a line for each of a thousand refusals."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def test_no_request_brings_an_error_nobody_foresaw(world, description, quiet):
    fuzzer = Fuzzer()
    operations = [
        one.ok() for one in schemathesis.openapi.from_dict(description).get_all_operations()
    ]
    assert len(operations) > 150
    for operation in operations:
        fuzzer.attempt(operation)
    assert fuzzer.sent > len(operations) * EXAMPLES
    assert not fuzzer.faults, "\n".join(f"{k}: {v}" for k, v in sorted(fuzzer.faults.items()))
