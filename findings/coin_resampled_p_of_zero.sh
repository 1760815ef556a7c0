#!/usr/bin/env bash
# R package coin 1.4-2: a resampled p-value can be zero, although the sample itself is one of the arrangements.
# Guess before the run: approximate() counts the observed arrangement, (b + 1) / (B + 1), so no p-value is below 1 / (B + 1).
# Seen: b / B. For two groups of six that do not overlap (exact: 2 of 924) a thousand resamples give p = 0 for seven
# seeds of sixty.
# Needs R 4.2 of Debian 12.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# Debian 12's builds of the package and of every R package that it stands on, unpacked there; nothing of R's own site is used.
cd "$folder"
apt-get -qq download r-cran-codetools=0.2-19-1 r-cran-coin=1.4-2-1+b1 r-cran-lattice=0.20-45-3 \
  r-cran-libcoin=1.0-9-1+b1 r-cran-mass=7.3-58.2-1 r-cran-matrix=1.5-3-1 r-cran-matrixstats=0.63.0-1 \
  r-cran-modeltools=0.2-23-2 r-cran-multcomp=1.4-22-1 r-cran-mvtnorm=1.1-3-1+b1 r-cran-sandwich=3.0-2-1 \
  r-cran-survival=3.5-3-1 r-cran-th.data=1.1-1-1 r-cran-zoo=1.8-11-1
for package in ./*.deb; do dpkg -x "$package" .; done
export R_LIBS="$folder/usr/lib/R/site-library:$folder/usr/lib/R/library" R_LIBS_SITE="$folder"
Rscript --no-init-file --no-restore - <<'END'
suppressPackageStartupMessages(library(coin))
stopifnot(packageVersion("coin") == "1.4.2")
code <- c(1:6, 11:16)
group <- factor(rep(0:1, each = 6))
exact <- as.numeric(pvalue(oneway_test(code ~ group, distribution = "exact")))
drawn <- sapply(1:60, function(seed) {
  set.seed(seed)
  as.numeric(pvalue(oneway_test(code ~ group, distribution = approximate(nresample = 1000))))
})
cat("coin", format(packageVersion("coin")), "exact:", exact, "resampled, least and most:", range(drawn), "zeros:", sum(drawn == 0), fill = 200)
stopifnot(abs(exact - 2 / 924) < 1e-12, sum(drawn == 0) == 7, all(abs(drawn * 1000 - round(drawn * 1000)) < 1e-9))
END
