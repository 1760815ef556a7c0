#!/usr/bin/env bash
# gretl 2022c: of a text 61 bytes are left when a table is stored as .csv, if need be a part of a letter.
# Guess before the run: gretl stores the texts that it has read.
# Seen: status 0 and no word. Texts that differ later are one and the same; forty Cyrillic letters become thirty and a half, so
# that the file is no longer UTF-8 and other programs refuse it. A hundred are cut within a letter already where they are read,
# and what is left is taken for Latin-1: the text begins with other letters.
# Needs gretl 2022c, as in Debian 12.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export HOME="$folder"
gretlcli --version | grep -F "2022c"
cat > "$folder/store.inp" <<END
open "$folder/given.csv" --quiet
store "$folder/stored.csv" why code
END
python3 - "$folder" <<'END'
import subprocess
import sys
from pathlib import Path

folder = Path(sys.argv[1])
texts = ["Ы" * 40, "Ы" * 100, "a" * 62 + "1", "a" * 62 + "2"]
lines = ["why,code", *(f"{text},{code}" for code, text in enumerate(texts))]
(folder / "given.csv").write_text(chr(10).join([*lines, ""]), encoding="utf-8")
subprocess.run(["gretlcli", "-b", "-q", str(folder / "store.inp")], capture_output=True, check=True)
content = (folder / "stored.csv").read_bytes()
cells = [line.split(b",")[0].strip(b'"') for line in content.splitlines()[1:]]
for cell in cells:
    print(len(cell), ascii(cell.decode(errors="replace"))[:60])
assert [len(cell) for cell in cells] == [61, 61, 61, 61]
assert cells[0] == ("Ы" * 40).encode()[:61]
assert cells[1].decode(errors="replace").startswith("Ы".encode().decode("latin-1"))
assert cells[2] == cells[3]
END
