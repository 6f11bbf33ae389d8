from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

from common import log_files, logs

ROOT = Path(__file__).parents[2]

WRITE_MUCH = """
import logging, pathlib, sys
from common import log_files, logs
logs.MOST_BYTES = log_files.MOST_BYTES = 2000
path = pathlib.Path(sys.argv[1])
logs.configure("test", "info", path)
for number in range(200):
    logging.info("line %d", number)
sys.stderr.write("from a library\\n")
"""


def test_a_process_rotates_its_own_standard_error(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    with os.fdopen(log_files.open_log(path), "wb") as file:
        subprocess.run([sys.executable, "-c", WRITE_MUCH, str(path)], stderr=file, cwd=ROOT, check=True)

    older = tmp_path / "a.log.1"
    assert 0 < path.stat().st_size < 2500 and 0 < older.stat().st_size < 2500
    assert path.read_text().endswith("from a library\n")
    assert "line 199" in path.read_text() + older.read_text()


def test_the_level_is_the_one_set_and_asyncio_is_no_louder_than_warning(tmp_path: Path) -> None:
    root, ours = logging.getLogger(), logging.getLogger("asyncio")
    before = root.handlers[:], root.level, ours.level
    try:
        logs.configure("test", "debug", None)
        assert (root.level, ours.level) == (logging.DEBUG, logging.WARNING)
        logs.configure("test", "error", None)
        assert (root.level, ours.level) == (logging.ERROR, logging.ERROR)
        assert len(root.handlers) == 1
    finally:
        root.handlers[:] = before[0]
        root.setLevel(before[1])
        ours.setLevel(before[2])
