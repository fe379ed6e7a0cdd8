"""Everything is killed while people work: the short form of ``scripts/bench/case_faults.py``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
SHORT = ("--cases", "60", "--days", "20", "--users", "8", "--rounds", "1", "--between", "3",
         "--think", "0.3", "--grids", "100", "--json")  # fmt: skip
KILLS = {"kill_process": 1, "kill_web": 1, "kill_worker": 1, "kill_database": 1}


def test_no_acknowledged_move_is_lost_and_no_invariant_broken(tmp_path):
    (tmp_path / "vendor").symlink_to(settings.STATE_DIR / "vendor")
    own = {**os.environ, "WANMI_STATE_DIR": str(tmp_path)}
    own["DJANGO_SETTINGS_MODULE"] = "webmap.settings.dev"
    own.pop("DATABASE_URL", None)
    words = [sys.executable, str(ROOT / "scripts/bench/case_faults.py"), *SHORT]
    done = subprocess.run(words, cwd=ROOT, env=own, text=True, capture_output=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["killed"] == KILLS
    assert told["acknowledged"] > 20 and told["stored"] >= told["acknowledged"]
    assert (told["lost"], told["doubled"], told["faults"]) == (0, 0, {})
    # Whoever came while the database was down was told so, and by no crash.
    assert not [error for error in told["errors"] if " 500 " in error], told["errors"]
