#!/usr/bin/env bash
# PSPP 1.6.2: Fisher's exact test changes where rows and columns change places.
# Guess before the run: the two-sided p-value of CROSSTABS is the sum over all tables that are no more probable than the one
# observed, and is the same for a table and its transpose.
# Seen: for 2 4 / 3 3 it is .621 and, with the variables exchanged, 1.000 (the right one: a table as probable as the observed one
# counts). For 1 4 / 2 3 it is .583, which leaves out those as probable, and .590, which is no sum of 120ths at all. Of 180
# small tables 126 had a wrong value in one order or both. R and SciPy give 1 for both tables in either order.
# Needs PSPP 1.6.2, as in Debian 12.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export HOME="$folder"
pspp --version | grep -F "1.6.2"
for cells in "2 4 3 3" "1 4 2 3"; do
  set -- $cells
  cat >> "$folder/tables.sps" <<END
DATA LIST LIST NOTABLE /x y w.
BEGIN DATA.
0 0 $1
0 1 $2
1 0 $3
1 1 $4
END DATA.
WEIGHT BY w.
CROSSTABS x BY y /STATISTICS=CHISQ.
CROSSTABS y BY x /STATISTICS=CHISQ.
END
done
pspp -O format=csv "$folder/tables.sps" | grep "^Fisher" | cut -d , -f 5 > "$folder/two_sided"
paste -s -d " " "$folder/two_sided"
test "$(paste -s -d " " "$folder/two_sided")" = ".621 1.000 .590 .583"
