"""A reader never meets half a file; what is written reads back equal."""

import pandas as pd
import pytest

from replication.files import read_csv, replacing, write_csv, write_text


def test_an_error_while_writing_leaves_the_old_file_and_no_draft(tmp_path):
    path = tmp_path / "numbers.csv"
    write_text(path, "old")
    with pytest.raises(FileNotFoundError), replacing(path) as draft:
        draft.write_text((tmp_path / "missing").read_text())
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_table_reads_back_equal_to_the_last_bit(tmp_path):
    frame = pd.DataFrame({"text": ["NA", "a,b", None], "number": [1 / 3, 1e-300, float("inf")]})
    write_csv(tmp_path / "t.csv", frame)
    back = read_csv(tmp_path / "t.csv")
    assert back["number"].tolist() == frame["number"].tolist()
    assert back["text"].tolist()[:2] == ["NA", "a,b"]
    assert pd.isna(back["text"][2])


def test_newlines_are_the_same_on_every_system(tmp_path):
    write_text(tmp_path / "t.txt", "\n".join("ab"))
    assert (tmp_path / "t.txt").read_bytes() == "\n".join("ab").encode()
