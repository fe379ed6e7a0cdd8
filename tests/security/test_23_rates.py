"""Test 23, its first half: reports without an account are counted by four processes together."""

import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.serving import served


@pytest.fixture
def site(transactional_db, tmp_path):
    """The site with four processes, on the database of this test."""
    own = {"WANMI_OPEN311_OPEN": "1", "WANMI_PROXIES": "0"}
    with served(tmp_path, "--workers", "4", **own) as root:
        yield root


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
