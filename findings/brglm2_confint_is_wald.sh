#!/usr/bin/env bash
# R package brglm2 0.9: confint() of a Firth logit is symmetric, estimate and 1.96 errors.
# Guess before the run: as confint() of a glm searches the profile of the likelihood, that of brglm2 does so with the
# penalised one, like logistf; for a separated slope it reaches much farther up than down.
# Seen: the same limits as confint.default(), digit for digit. For a slope on ten cases of which one group never varies they
# enclose zero, where the profile of the penalised likelihood lies wholly above it.
# Needs R 4.2 of Debian 12.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# Debian 12's builds of the package and of every R package that it stands on, unpacked there; nothing of R's own site is used.
cd "$folder"
apt-get -qq download r-cran-brglm2=0.9+dfsg-1 r-cran-enrichwith=0.3.1+dfsg-2 r-cran-lattice=0.20-45-3 \
  r-cran-mass=7.3-58.2-1 r-cran-matrix=1.5-3-1 r-cran-nnet=7.3-18-1 r-cran-numderiv=2016.8-1.1-3
for package in ./*.deb; do dpkg -x "$package" .; done
export R_LIBS="$folder/usr/lib/R/site-library:$folder/usr/lib/R/library" R_LIBS_SITE="$folder"
Rscript --no-init-file --no-restore - <<'END'
suppressPackageStartupMessages(library(brglm2))
stopifnot(packageVersion("brglm2") == "0.9")
x <- c(0, 0, 0, 0, 0, 0, 1, 1, 1, 1)
y <- c(0, 0, 0, 0, 0, 1, 1, 1, 1, 1)
fit <- glm(y ~ x, family = binomial, method = "brglmFit", type = "AS_mean")
limits <- confint(fit)["x", ]
wald <- confint.default(fit)["x", ]
# Penalised log-likelihood with the slope held: half of each group's information is added, and the constant is searched.
held <- function(b) {
  at <- function(a) {
    p <- plogis(a + b * x)
    weights <- p * (1 - p)
    sum(log(ifelse(y == 1, p, 1 - p))) + 0.5 * log(det(crossprod(cbind(1, x) * sqrt(weights))))
  }
  optimize(at, c(-15, 15), maximum = TRUE, tol = 1e-9)$objective
}
top <- optimize(held, c(-5, 15), maximum = TRUE, tol = 1e-9)
fall <- 2 * (top$objective - held(0))
lower <- uniroot(function(b) 2 * (top$objective - held(b)) - qchisq(0.95, 1), c(-5, top$maximum), tol = 1e-8)$root
cat("brglm2", format(packageVersion("brglm2")), "confint:", limits, "Wald:", wald, "profile from:", lower,
  "likelihood ratio at zero:", fall, "\n")
stopifnot(all(abs(limits - wald) < 1e-12), limits[1] < 0, lower > 0)
END
