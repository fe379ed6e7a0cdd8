"""Test 23, its first half: reports without an account are counted by four processes together."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
START_WITHIN_S = 60


def address_of_database() -> str:
    known = connection.settings_dict
    host = urllib.parse.quote(str(known["HOST"]), safe="")
    login = urllib.parse.quote(known["USER"])
    if known["PASSWORD"]:
        login += ":" + urllib.parse.quote(known["PASSWORD"])
    port = f":{known['PORT']}" if known["PORT"] else ""
    return f"postgis://{login}@{host}{port}/{known['NAME']}"


@pytest.fixture
def site(transactional_db, tmp_path):
    """The site with four processes, on the database of this test."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-m", "gunicorn", "webmap.wsgi:application", "--no-control-socket"]
    words += ["--bind", f"127.0.0.1:{port}", "--workers", "4", "--log-level", "error"]
    own = {
        "DATABASE_URL": address_of_database(),
        "DJANGO_SETTINGS_MODULE": "webmap.settings.test",
        "WANMI_STATE_DIR": str(tmp_path),
        "WANMI_OPEN311_OPEN": "1",
        "WANMI_PROXIES": "0",
    }
    process = subprocess.Popen(words, cwd=ROOT, env={**os.environ, **own})
    root = f"http://127.0.0.1:{port}"
    try:
        end = time.monotonic() + START_WITHIN_S
        while True:
            try:
                urllib.request.urlopen(f"{root}/healthz", timeout=5).close()
                break
            except OSError:
                assert time.monotonic() < end, "the site did not start"
                time.sleep(0.2)
        yield root
    finally:
        process.terminate()
        process.wait(timeout=20)


def test_the_sixty_first_is_told_to_wait_whatever_header_it_sends(site):
    def send(number):
        headers = {"X-Forwarded-For": f"10.0.{number}.1", "Forwarded": f"for=10.1.{number}.1"}
        address = f"{site}/open311/v2/requests.json"
        request = urllib.request.Request(address, b"service_code=x", headers)
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request, timeout=60)
        return caught.value.code, caught.value.headers["Retry-After"]

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(send, range(70)))
    # Sixty were looked at and name no service; ten were one too many.
    assert Counter(code for code, _wait in told) == {404: 60, 429: 10}
    assert all(3400 < int(wait) <= 3601 for code, wait in told if code == 429)
