"""The lock as it is written, with markers, line ends and hashes, against what is installed here."""

from importlib.metadata import version

from replication import paths
from replication.release.installed import mismatches

HERE = version("numpy")
HASH = "    --hash=sha256:c647aa4a12dfbad9333ca4e71fe62ddc36f4e63b2d260a37a8b83d2f043ac309"
GO_ON = f" {chr(92)}"


def found(tmp_path, *lines):
    lock = tmp_path / "requirements.lock"
    lock.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return mismatches(lock)


def test_this_environment_is_that_of_the_lock():
    assert mismatches(paths.ROOT / "requirements.lock") == []


def test_another_version_and_a_missing_package_are_told(tmp_path):
    lines = [f"numpy==0.0.1{GO_ON}", HASH, "    # via", f"no-such-package==2.0{GO_ON}", HASH]
    assert found(tmp_path, *lines) == [
        f"numpy: the lock has 0.0.1, {HERE} is installed",
        "no-such-package: the lock has 2.0, nothing is installed",
    ]


def test_markers_decide_which_line_holds_here(tmp_path):
    old, new = "python_full_version < '3.0'", "python_full_version >= '3.0'"
    for end in (GO_ON, ""):
        assert found(tmp_path, f"numpy==0.0.1 ; {old}{end}", f"numpy=={HERE} ; {new}{end}") == []
        [told] = found(tmp_path, f"numpy==0.0.1 ; {new}{end}")
        assert told.startswith("numpy")
