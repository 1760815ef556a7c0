#!/usr/bin/env bash
# typst 0.15.2: a semicolon right after a number that is looked up in a text is not printed.
# Guess before the run: `#p("a"); #p("b"), #p("c").` prints the semicolon as it prints the comma and the full stop.
# Seen: the semicolon ends the expression and vanishes, comma and full stop stay; a blank before it, or two of them, print one.
# A sentence that lists estimates so loses its marks without a warning.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/environment"
"$folder/environment/bin/pip" install --quiet --disable-pip-version-check typst==0.15.2
"$folder/environment/bin/python" - <<'END'
import json
from importlib.metadata import version

import typst


def printed(text):
    source = f'#let p(key) = str(key) {chr(10)} #metadata([{text}]) <text>'
    content = json.loads(typst.query(source.encode(), "<text>", field="value", one=True))
    return "".join(part.get("text", " ") for part in content["children"])


seen = {text: printed(text) for text in ('#p("a"); #p("b"), #p("c").', '#p("a") ; #p("b");; #p("c")')}
print("typst", version("typst"), seen)
assert version("typst") == "0.15.2"
assert list(seen.values()) == ["a b, c.", "a ; b; c"]
END
