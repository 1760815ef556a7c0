#!/usr/bin/env bash
# R package exactRankTests 0.8-35: perm.test(exact = TRUE) is not the exact test where scores have digits after the point.
# Guess before the run: with exact = TRUE the p-value is the share of arrangements whose sum is as far from its mean, whatever
# the scores; eleven values have 462 arrangements.
# Seen: 0.758, where the 462 give 0.543. The scores are first mapped to the whole numbers 1 to 11 and rounded, which the line
# with the name of the method says and nothing else. With scores in halves it is exact. coin, the package's heir, gives 0.543.
# Needs R 4.2 of Debian 12.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# Debian 12's builds of the package and of every R package that it stands on, unpacked there; nothing of R's own site is used.
cd "$folder"
apt-get -qq download r-cran-exactranktests=0.8-35-1 r-cran-codetools=0.2-19-1 r-cran-coin=1.4-2-1+b1 \
  r-cran-lattice=0.20-45-3 r-cran-libcoin=1.0-9-1+b1 r-cran-mass=7.3-58.2-1 r-cran-matrix=1.5-3-1 \
  r-cran-matrixstats=0.63.0-1 r-cran-modeltools=0.2-23-2 r-cran-multcomp=1.4-22-1 r-cran-mvtnorm=1.1-3-1+b1 \
  r-cran-sandwich=3.0-2-1 r-cran-survival=3.5-3-1 r-cran-th.data=1.1-1-1 r-cran-zoo=1.8-11-1
for package in ./*.deb; do dpkg -x "$package" .; done
export R_LIBS="$folder/usr/lib/R/site-library:$folder/usr/lib/R/library" R_LIBS_SITE="$folder"
Rscript --no-init-file --no-restore - <<'END'
suppressMessages(library(exactRankTests))
stopifnot(packageVersion("exactRankTests") == "0.8.35")
share <- function(x, y) {
  all <- c(x, y)
  sums <- combn(length(all), length(x), function(chosen) sum(all[chosen]))
  far <- abs(sums - mean(sums))
  mean(far >= far[1] - 1e-9)
}
x <- c(0.298, 0.853, 0.846, 0.377, 0.868)
y <- c(0.537, 0.578, 0.016, 0.911, 0.64, 0.554)
said <- perm.test(x, y, exact = TRUE)
side <- factor(rep(c("x", "y"), c(5, 6)))
heir <- as.numeric(coin::pvalue(coin::oneway_test(c(x, y) ~ side, distribution = "exact")))
cat(said$method, said$p.value, "every arrangement:", share(x, y), "coin:", heir, fill = TRUE)
stopifnot(abs(said$p.value - 0.7575758) < 1e-6, abs(share(x, y) - 0.5432900) < 1e-6, abs(heir - share(x, y)) < 1e-9)
halves <- list(c(0.5, 1, 1, 2), c(0, 0, 0.5, 0.5, 1))
stopifnot(abs(perm.test(halves[[1]], halves[[2]], exact = TRUE)$p.value - share(halves[[1]], halves[[2]])) < 1e-9)
END
