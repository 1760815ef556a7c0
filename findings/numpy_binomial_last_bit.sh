#!/usr/bin/env bash
# numpy 2.4.6: binomial draws whose chance is one bit above one half are other numbers than at one half.
# Guess before the run: a chance that differs in its last bit gives the same draws, but for one in 1e15.
# Seen: above 1/2 the generator draws failures and subtracts, so the whole sequence is mirrored: with seed 0,
# n = 9, every one of 200 draws one bit above 1/2 differs from that at 1/2, those one bit below it in none. A simulation whose
# chance is expit(0) in exact arithmetic thus depends on the processor's last bits.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/environment"
"$folder/environment/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6
"$folder/environment/bin/python" - <<'END'
import numpy as np

half = 0.5
draws = {
    name: np.random.default_rng(0).binomial(9, chance, size=200)
    for name, chance in {
        "below": np.nextafter(half, 0.0), "at": half, "above": np.nextafter(half, 1.0),
    }.items()
}
for name, values in draws.items():
    print(f"{name:6}", values[:12])
changed = int((draws["above"] != draws["at"]).sum())
print("numpy", np.__version__, "draws of 200 that one bit above one half changed:", changed)
assert np.__version__ == "2.4.6"
assert (draws["below"] == draws["at"]).all()
assert (draws["above"] == 9 - draws["at"]).all()
assert changed == 200
END
