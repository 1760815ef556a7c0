"""A reader never meets half a file; what is written reads back equal."""

import pytest

from replication.files import replacing, together, write_text


def test_an_error_while_writing_leaves_the_old_file_and_no_draft(tmp_path):
    path = tmp_path / "numbers.csv"
    write_text(path, "old")
    with pytest.raises(FileNotFoundError), replacing(path) as draft:
        draft.write_text((tmp_path / "missing").read_text())
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_newlines_are_the_same_on_every_system(tmp_path):
    write_text(tmp_path / "t.txt", "\n".join("ab"))
    assert (tmp_path / "t.txt").read_bytes() == "\n".join("ab").encode()


def test_files_written_together_appear_together_or_not_at_all(tmp_path):
    old, new = tmp_path / "cases.csv", tmp_path / "cases.sav"
    write_text(old, "old")

    def step():
        with together():
            write_text(old, "changed")
            assert old.read_text() == "old"
            write_text(new, chr(0xD800))

    with pytest.raises(UnicodeEncodeError):
        step()
    assert old.read_text() == "old"
    assert list(tmp_path.iterdir()) == [old]
    with together():
        write_text(old, "changed")
        write_text(new, "new")
    assert (old.read_text(), new.read_text()) == ("changed", "new")
    assert len(list(tmp_path.iterdir())) == 2
