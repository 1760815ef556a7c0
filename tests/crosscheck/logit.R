# Firth's, exact and ordered logit. Read by crosscheck.R.

# --- Firth: the penalised likelihood written out, brglm2 for the estimates -----------------------------

penalised <- function(b, y, x) {
  eta <- drop(x %*% b)
  w <- plogis(eta) * plogis(-eta)
  sum(y * plogis(eta, log.p = TRUE) + (1 - y) * plogis(-eta, log.p = TRUE)) +
    0.5 * as.numeric(determinant(crossprod(x * sqrt(w)))$modulus)
}

leverages <- function(b, x) {
  p <- plogis(drop(x %*% b))
  root <- x * sqrt(p * (1 - p))
  rowSums((root %*% solve(crossprod(root))) * root)
}

score <- function(b, y, x) {
  p <- plogis(drop(x %*% b))
  drop(crossprod(x, y - p + leverages(b, x) * (0.5 - p)))
}

# Each maximum is sought from several places: the penalised likelihood can have more than one.
constrained <- function(value, term, start, y, x) {
  whole <- function(free) { b <- start; b[-term] <- free; b[term] <- value; b }
  if (length(start) == 1) return(penalised(value, y, x))
  from <- function(first) {
    tryCatch(-optim(first, function(f) -penalised(whole(f), y, x), function(f) -score(whole(f), y, x)[-term],
      method = "BFGS", control = list(reltol = 1e-15, maxit = 5000))$value, error = function(e) -Inf)
  }
  others <- if (length(start) > 2) {
    spread <- 4 / pmax(1, apply(x, 2, sd))
    vapply(1:4, function(i) from(start[-term] + (spread * rnorm(length(start)))[-term]), 0)
  }
  max(from(start[-term]), from(0 * start[-term]), others)
}

limit <- function(fall, centre, side) {
  reach <- 1
  while (fall(centre + side * reach) < 0) reach <- 2 * reach
  uniroot(fall, sort(c(centre, centre + side * reach)), tol = 1e-11)$root
}

# Whether a fit is asked for at all: the estimates refuse a constant outcome and dependent columns.
estimable <- function(d) stopifnot(length(unique(d$y)) > 1, qr(d$x)$rank == ncol(d$x))

firth <- function(d) {
  estimable(d)
  frame <- data.frame(y = d$y, d$x[, -1, drop = FALSE], check.names = FALSE)
  fit <- suppressWarnings(glm(y ~ ., data = frame, family = binomial(), method = "brglmFit", type = "AS_mean",
    control = list(epsilon = 1e-12, maxit = 1000)))
  b <- unname(coef(fit))
  stopifnot(max(abs(score(b, d$y, d$x))) < 1e-6)
  top <- penalised(b, d$y, d$x)
  p <- plogis(drop(d$x %*% b))
  # logistf's convention: each row weighted by one plus its leverage.
  covariance <- solve(crossprod(d$x * sqrt(p * (1 - p) * (1 + leverages(b, d$x)))))
  se <- sqrt(unname(diag(covariance)))
  for (j in seq_along(b)) {
    chi2 <- max(0, 2 * (top - constrained(0, j, b, d$y, d$x)))
    fall <- function(v) 2 * (top - constrained(v, j, b, d$y, d$x)) - qchisq(0.95, 1)
    put("firth", colnames(d$x)[j], estimate = b[j], std_error = se[j], statistic = chi2,
      p_value = pchisq(chi2, 1, lower.tail = FALSE), conf_low = limit(fall, b[j], -1),
      conf_high = limit(fall, b[j], 1))
  }
  for (term in colnames(d$x)[-1]) if (!grepl(":", term, fixed = TRUE)) marginal(d$x, term, b, covariance)
}

# Average marginal effect and its delta-method error, both by numerical derivatives.
marginal <- function(x, term, b, covariance) {
  factors <- strsplit(colnames(x), ":", fixed = TRUE)
  average <- function(values, b) {
    moved <- x
    moved[, term] <- values
    for (j in which(lengths(factors) > 1)) moved[, j] <- apply(moved[, factors[[j]]], 1, prod)
    mean(plogis(drop(moved %*% b)))
  }
  values <- sort(unique(x[, term]))
  effect <- function(b) {
    if (length(values) == 2) return(average(values[2], b) - average(values[1], b))
    (average(x[, term] + 1e-4, b) - average(x[, term] - 1e-4, b)) / 2e-4
  }
  gradient <- vapply(seq_along(b), function(k) {
    step <- 1e-4 * (seq_along(b) == k)
    (effect(b + step) - effect(b - step)) / 2e-4
  }, 0)
  put("firth_ame", term, estimate = effect(b), std_error = sqrt(drop(gradient %*% covariance %*% gradient)))
}

# --- exact logistic: outcomes with the same number of ones and the same sums of the other terms ------------

exact <- function(d, term) {
  stopifnot(length(d$y) > 0)
  x <- cbind(d$x[, setdiff(colnames(d$x), term), drop = FALSE], d$x[, term])
  counts <- counted(x, d$y)
  at <- which(abs(counts$support - sum(x[d$y == 1, ncol(x)])) < 1e-9)
  if (nrow(counts) == 1) return(invisible())
  put("exact", term, tilted(counts$support, counts$ways, at))
}

# Ways to choose the ones, by the sum of the last column, the sums of the others being those observed. A state is one
# number that holds the sums of all columns, whose values are whole.
counted <- function(x, y) {
  stopifnot(x == round(x))
  low <- apply(x, 2, min)
  shifted <- sweep(x, 2, low)
  # How many ones there are so far stands first: without it the shift could not be undone.
  shifted <- cbind(1, shifted)
  place <- cumprod(c(1, colSums(shifted) + 1))
  stopifnot(place[length(place)] < 2^53)
  number <- drop(shifted %*% place[-length(place)])
  key <- 0; ways <- 1
  for (pattern in unique(number)) {
    m <- sum(number == pattern)
    key <- c(outer(key, 0:m * pattern, `+`)); ways <- c(outer(ways, choose(m, 0:m)))
    sorted <- order(key, method = "radix")
    first <- c(TRUE, diff(key[sorted]) > 0)
    ways <- rowsum(ways[sorted], cumsum(first), reorder = FALSE)[, 1]
    key <- key[sorted][first]
  }
  last <- place[ncol(shifted)]
  fits <- key %% last == sum(number[y == 1]) %% last
  data.frame(support = key[fits] %/% last + sum(y) * low[[ncol(x)]], ways = ways[fits])
}

# Conditional maximum likelihood, doubled p-value and equal-tailed interval of a counted distribution.
tilted <- function(support, ways, at) {
  share <- function(b) { l <- log(ways) + b * (support - support[at]); l <- exp(l - max(l)); l / sum(l) }
  upper <- function(b) sum(share(b)[support >= support[at]])
  lower <- function(b) sum(share(b)[support <= support[at]])
  root <- function(f) uniroot(f, c(-60, 60), tol = 1e-12)$root
  first <- at == 1; last <- at == length(support)
  mean0 <- sum(support * share(0)); sd0 <- sqrt(sum((support - mean0)^2 * share(0)))
  c(estimate = if (first) -Inf else if (last) Inf else root(function(b) sum(share(b) * (support - support[at]))),
    statistic = (support[at] - mean0) / sd0, p_value = min(1, 2 * min(upper(0), lower(0))),
    conf_low = if (first) -Inf else root(function(b) upper(b) - 0.025),
    conf_high = if (last) Inf else root(function(b) 0.025 - lower(b)))
}

# --- ordered logit: polr, its other terms fitted again for tests and profiles -----------------------------

ordered_logit <- function(d) {
  estimable(d)
  y <- factor(d$y, ordered = TRUE)
  # In units of their own spread: otherwise the search may not find its way.
  unit <- apply(d$x[, -1, drop = FALSE], 2, sd)
  x <- sweep(d$x[, -1, drop = FALSE], 2, unit, `/`)
  tight <- list(reltol = 1e-15, maxit = 5000)
  shares <- unname(qlogis(cumsum(table(y)) / length(y))[-nlevels(y)])
  # Two categories are a plain logit, which polr does not take.
  two <- nlevels(y) == 2
  upper <- as.numeric(y == levels(y)[2])
  logit <- function(formula) glm(formula, family = binomial(), control = glm.control(epsilon = 1e-14, maxit = 200))
  fitted_with <- function(j, value) {
    rest <- x[, -j, drop = FALSE]
    shift <- x[, j] * value
    alone <- ncol(rest) == 0
    fit <- if (two && alone) logit(upper ~ offset(shift)) else if (two) logit(upper ~ rest + offset(shift)) else
      if (alone) polr(y ~ offset(shift), start = shares, control = tight) else
      polr(y ~ rest + offset(shift), start = c(0 * rest[1, ], shares), control = tight)
    as.numeric(logLik(fit))
  }
  full <- if (two) logit(upper ~ x) else
    polr(y ~ x, start = c(0 * x[1, ], shares), Hess = TRUE, control = tight)
  slopes <- if (two) -1 else seq_len(ncol(x))
  b <- unname(if (two) coef(full)[-1] else coef(full))
  stopifnot(max(abs(b)) < 15)
  se <- sqrt(diag(vcov(full)))[slopes]
  for (j in seq_along(b)) {
    top <- as.numeric(logLik(full))
    chi2 <- 2 * (top - fitted_with(j, 0))
    fall <- function(v) 2 * (top - fitted_with(j, v)) - qchisq(0.95, 1)
    put("ordered_logit", colnames(x)[j], estimate = b[j] / unit[[j]], std_error = se[[j]] / unit[[j]],
      statistic = chi2, p_value = pchisq(chi2, 1, lower.tail = FALSE), conf_low = limit(fall, b[j], -1) / unit[[j]],
      conf_high = limit(fall, b[j], 1) / unit[[j]])
  }
}
