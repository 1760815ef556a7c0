"""A disk that is full and folders that may not be written: told in one line, nothing spoilt, then completed."""

import ctypes
import os
import subprocess
import sys

import pytest
from miniature import QUICK, drafts, finished, miniature, products, start

pytest.importorskip("resource")  # Windows refuses in other ways

LINE = "Nothing was left half written."
# The disk lives in a namespace of this script, so nothing stays mounted, however the test ends. Run on the
# small disk, keep what is there, make the disk larger, run again, keep that.
ON_A_SMALL_DISK = """
mount -t tmpfs -o size="$1" tmpfs "$2" && cp -R "$3/." "$2" && cd "$2" || exit 9
export PYTHONPATH="$2"
"$4" -m replication all; echo "status $?"
mkdir "$5" "$6"
cp -R data output "$5"
mount -o remount,size=500m "$2"
"$4" -m replication all; echo "status $?"
cp -R data output "$6"
"""
_BLOCK = 4096
_DROP_FROM_BOUNDING_SET, _OVERRIDE_PERMISSIONS = 24, 1  # of prctl and of capabilities, in Linux


def own_mounts():
    """Give the command that starts a process which may mount file systems for itself, or None."""
    for command in (["unshare", "--mount"], ["unshare", "--map-root-user", "--mount"]):
        trial = [*command, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
        try:
            if subprocess.run(trial, capture_output=True, check=False).returncode == 0:
                return command
        except OSError:
            return None
    return None


def blocks(folder):
    """Room that a folder takes on a disk: whole blocks, and one for each folder."""
    files = [path.stat().st_size if path.is_file() else 1 for path in folder.rglob("*")]
    return sum(-(-size // _BLOCK) * _BLOCK for size in files)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = miniature(tmp_path_factory.mktemp("undisturbed") / "p q", QUICK)
    status, said = finished(start(folder))
    assert status == 0, said
    return folder


@pytest.fixture
def folder(tmp_path):
    return miniature(tmp_path / "a folder with spaces", QUICK)


MOUNTING = own_mounts()
if MOUNTING:  # elsewhere the limit of a file's size in test_robust.py stands for the full disk

    @pytest.mark.slow
    @pytest.mark.parametrize("part", [0.0, 0.5])
    def test_a_full_disk(undisturbed, folder, tmp_path, part):
        # Room for the project and for none or about half of what the run writes.
        derived = blocks(undisturbed / "data" / "derived")
        room = blocks(folder) + 10 * _BLOCK + int(part * derived)
        disk, first, then = (tmp_path / name for name in ("disk", "first", "then"))
        disk.mkdir()
        places = map(str, (disk, folder, sys.executable, first, then))
        run = subprocess.run(
            [*MOUNTING, "sh", "-c", ON_A_SMALL_DISK, "sh", str(room), *places],
            capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert run.returncode == 0, run.stdout + run.stderr
        said = run.stdout.splitlines()
        assert [line for line in said if line.startswith("status")] == ["status 1", "status 0"]
        told = [line for line in said if line.endswith(LINE)]
        assert told
        assert all("No space left on device" in line for line in told)
        expected = products(undisturbed)
        whole = products(first)
        assert len(whole) < len(expected)
        assert all(expected[name] == value for name, value in whole.items())
        assert products(then) == expected
        assert drafts(first) == drafts(then) == []


def without_privilege():
    """Let permissions bind the superuser too, where the system has a way; others they bind anyway."""
    if sys.platform == "linux" and os.geteuid() == 0:
        ctypes.CDLL(None).prctl(_DROP_FROM_BOUNDING_SET, _OVERRIDE_PERMISSIONS, 0, 0, 0)


def state(folder):
    """Every file with its content and the time of its change."""
    return {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in folder.rglob("*") if p.is_file()}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("closed", "named"), [(".", ".build"), ("data", "data/derived"), ("output", "output")]
)
def test_a_folder_that_may_not_be_written_is_named(folder, closed, named):
    (folder / "output").mkdir()
    inputs = state(folder)
    (folder / closed).chmod(0o555)
    try:
        status, said = finished(start(folder, without_privilege))
    finally:
        (folder / closed).chmod(0o755)
    assert status == 1
    told = [line for line in said.splitlines() if line.endswith(LINE)]
    assert told
    assert all(line.startswith(str(folder / named)) for line in told)
    assert all("Permission denied" in line and ".writing-" not in line for line in told)
    assert state(folder).items() >= inputs.items()
    assert drafts(folder) == []
    assert list((folder / "output").iterdir()) == [] or closed == "data"
