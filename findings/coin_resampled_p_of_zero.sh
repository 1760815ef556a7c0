#!/usr/bin/env bash
# R package coin 1.4-2: a resampled p-value can be zero, although the sample itself is one of the arrangements.
# Guess before the run: approximate() counts the observed arrangement, (b + 1) / (B + 1), so no p-value is below 1 / (B + 1).
# Seen: b / B. For two groups of six that do not overlap (exact: 2 of 924) a thousand resamples give p = 0 for seven
# seeds of sixty.
# Needs R with coin 1.4-2, as in Debian's r-cran-coin.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# The pinned package is unpacked there; what it stands on comes with `apt-get install --no-install-recommends r-cran-coin`.
(cd "$folder" && apt-get -qq download r-cran-coin=1.4-2-1+b1 && dpkg -x r-cran-coin_*.deb .)
export R_LIBS="$folder/usr/lib/R/site-library"
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
