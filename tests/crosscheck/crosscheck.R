# Second implementation: estimates the figures of output/estimates.csv again, from data/derived/*.csv.
# Usage: Rscript tests/crosscheck/crosscheck.R <project folder> <output csv>
# The rows of the estimates say which models there are, with which terms on which sample; none of their
# numbers is used. A fit that does not exist gives no row.
suppressPackageStartupMessages({
  library(brglm2); library(sandwich); library(clubSandwich); library(plm); library(coin); library(MASS)
})
arguments <- commandArgs(trailingOnly = TRUE)
root <- arguments[1]
source(file.path(root, "tests/crosscheck/permutation.R"))
source(file.path(root, "tests/crosscheck/paired.R"))
table_of <- function(name) read.csv(file.path(root, name), na.strings = "", check.names = FALSE)
cases <- table_of("data/derived/cases.csv")
actors <- table_of("data/derived/actors.csv")
asked <- table_of("output/estimates.csv")
set.seed(20261124)

found <- list()
current <- list(model = "", sample = "")
put <- function(estimator, term, ...) {
  values <- c(...)
  values <- values[!is.na(values)]
  if (length(values) == 0) return(invisible())
  found[[length(found) + 1]] <<- data.frame(model = current$model, sample = current$sample,
    estimator = estimator, term = term, quantity = names(values),
    value = sub("Inf", "inf", sprintf("%.15g", values)))
}
# A method that has no answer for some data must not stop the others.
attempt <- function(what, label) {
  tryCatch(what, error = function(e) message(paste(current$model, current$sample, label, "has no answer:",
    conditionMessage(e))))
}

# --- data ---------------------------------------------------------------------------------------------

sample_rows <- function(data, sample) {
  kinds <- if (sample == "all") unique(data$sample) else strsplit(sample, "+", fixed = TRUE)[[1]]
  data[data$sample %in% kinds, ]
}

column <- function(data, term) {
  if (grepl(":", term, fixed = TRUE)) {
    return(Reduce(`*`, lapply(strsplit(term, ":", fixed = TRUE)[[1]], column, data = data)))
  }
  if (grepl(">=", term, fixed = TRUE)) {
    parts <- strsplit(term, ">=", fixed = TRUE)[[1]]
    return(as.numeric(data[[parts[1]]] >= as.numeric(parts[2])))
  }
  as.numeric(data[[term]])
}

arrays <- function(sample, outcome, terms) {
  data <- sample_rows(cases, sample)
  x <- vapply(terms, function(term) column(data, term), numeric(nrow(data)))
  x <- matrix(x, nrow(data), length(terms), dimnames = list(NULL, terms))
  y <- as.numeric(data[[outcome]])
  keep <- complete.cases(cbind(y, x))
  list(y = y[keep], x = cbind(const = 1, x[keep, , drop = FALSE]), data = data[keep, ])
}

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

# Ways to choose the ones, by the sum of the last column, the sums of the others being those observed.
counted <- function(x, y) {
  patterns <- unique(x)
  state <- data.frame(ways = 1, matrix(0, 1, ncol(x)))
  for (i in seq_len(nrow(patterns))) {
    m <- sum(apply(x, 1, function(row) all(row == patterns[i, ])))
    further <- do.call(rbind, lapply(0:m, function(k) {
      data.frame(ways = state$ways * choose(m, k), sweep(as.matrix(state[-1]), 2, k * patterns[i, ], `+`))
    }))
    key <- do.call(paste, further[-1])
    state <- data.frame(ways = rowsum(further$ways, key, reorder = FALSE)[, 1], further[!duplicated(key), -1, drop = FALSE])
  }
  observed <- colSums(x[y == 1, , drop = FALSE])
  others <- seq_len(ncol(x) - 1)
  fits <- colSums(abs(t(as.matrix(state[1 + others])) - observed[others]) > 1e-9) == 0
  state <- state[fits, ]
  state <- state[order(state[[ncol(state)]]), ]
  data.frame(support = state[[ncol(state)]], ways = state$ways)
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

# --- linear probability: sandwich, clubSandwich, and the wild bootstrap written out ----------------------

linear <- function(d) {
  frame <- data.frame(y = d$y, d$x[, -1, drop = FALSE], check.names = FALSE)
  fit <- lm(y ~ ., data = frame)
  stopifnot(!anyNA(coef(fit)))
  b <- unname(coef(fit))
  for (j in seq_along(b)) put("lpm_cr2", colnames(d$x)[j], estimate = b[j])
  stopifnot(df.residual(fit) > 0)
  for (j in seq_along(b)) put("lpm_hc3", colnames(d$x)[j], estimate = b[j])
  stopifnot(max(abs(residuals(fit))) > 1e-9)
  # An observation of leverage one is fitted exactly and carries no weight.
  hc3 <- function(residuals, diaghat, df) ifelse(diaghat > 1 - 1e-9, 0, (residuals / (1 - diaghat))^2)
  se <- sqrt(diag(vcovHC(fit, omega = hc3)))
  reach <- qt(0.975, df.residual(fit)) * se
  for (j in seq_along(b)) {
    put("lpm_hc3", colnames(d$x)[j], std_error = se[[j]], statistic = b[j] / se[[j]],
      p_value = 2 * pt(-abs(b[j] / se[[j]]), df.residual(fit)), conf_low = b[j] - reach[[j]],
      conf_high = b[j] + reach[[j]])
  }
  club <- coef_test(fit, vcov = "CR2", cluster = d$data$administration, test = "Satterthwaite")
  wide <- conf_int(fit, vcov = "CR2", cluster = d$data$administration, test = "Satterthwaite")
  for (j in seq_along(b)) {
    put("lpm_cr2", colnames(d$x)[j], std_error = club$SE[j], statistic = club$tstat[j],
      p_value = club$p_Satt[j], conf_low = wide$CI_L[j], conf_high = wide$CI_U[j])
  }
}

cluster_t <- function(y, x, group, column) {
  fit <- lm.fit(x, y)
  bread <- solve(crossprod(x))
  meat <- crossprod(rowsum(x * fit$residuals, group))
  g <- length(unique(group)); n <- length(y); k <- ncol(x)
  se <- sqrt((bread %*% meat %*% bread)[column, column] * g / (g - 1) * (n - 1) / (n - k))
  c(estimate = fit$coefficients[[column]], std_error = se, statistic = fit$coefficients[[column]] / se)
}

# All sign vectors up to twelve clusters, Webb's weights beyond.
WEBB_DRAWS <- 3999
wild <- function(y, x, group, term) {
  groups <- unique(group)
  stopifnot(length(groups) > 1)
  column <- match(term, colnames(x))
  observed <- cluster_t(y, x, group, column)
  put("wild_bootstrap", term, observed)
  restricted <- lm.fit(x[, -column, drop = FALSE], y)
  stopifnot(max(abs(lm.fit(x, y)$residuals)) > 1e-9)
  all_signs <- length(groups) <= 12
  weights <- if (all_signs) as.matrix(expand.grid(rep(list(c(-1, 1)), length(groups)))) else
    matrix(sample(c(-1, 1) %o% sqrt(c(0.5, 1, 1.5)), WEBB_DRAWS * length(groups), TRUE), WEBB_DRAWS)
  t <- apply(weights, 1, function(w) {
    drawn <- restricted$fitted.values + restricted$residuals * w[match(group, groups)]
    cluster_t(drawn, x, group, column)[["statistic"]]
  })
  # A pattern without any error is as extreme as can be.
  reached <- is.nan(t) | abs(t) >= abs(observed[["statistic"]]) * (1 - 1e-8)
  if (all_signs) return(put("wild_bootstrap", term, p_value = mean(reached)))
  p <- (1 + sum(reached)) / (1 + length(t))
  put("wild_bootstrap", term, p_value = p, p_value_error = sqrt(p * (1 - p) * (1 / WEBB_DRAWS + 1 / DRAWS_THERE)))
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

# --- exact tests of tables --------------------------------------------------------------------------------

tables <- function(d, term) {
  scale <- d$x[, term]
  put("freeman_halton", term, p_value = fisher.test(table(scale, d$y))$p.value)
  one_sided <- vapply(c("less", "greater"), function(side) {
    as.numeric(pvalue(independence_test(scale ~ factor(d$y), distribution = "exact", alternative = side)))
  }, 0)
  put("exact_trend", term, p_value = min(1, 2 * min(one_sided)))
  halves <- table(factor(scale >= 2, c(TRUE, FALSE)), factor(d$y, c(1, 0)))
  # fisher.test finds the odds ratio to four digits only.
  support <- max(0, sum(halves[, 1]) - sum(halves[2, ])):min(sum(halves[1, ]), sum(halves[, 1]))
  ratio <- tilted(support, dhyper(support, sum(halves[1, ]), sum(halves[2, ]), sum(halves[, 1])),
    match(halves[1, 1], support))
  put("fisher", term, p_value = fisher.test(halves)$p.value, ratio[c("estimate", "conf_low", "conf_high")])
  put("boschloo", term, p_value = boschloo(halves))
}

boschloo <- function(halves) {
  size <- rowSums(halves)
  grid <- expand.grid(a = 0:size[1], b = 0:size[2])
  side <- function(alternative) {
    p <- mapply(function(a, b) fisher.test(matrix(c(a, b, size[1] - a, size[2] - b), 2),
      alternative = alternative)$p.value, grid$a, grid$b)
    here <- p[grid$a == halves[1, 1] & grid$b == halves[2, 1]]
    region <- grid[p <= here * (1 + 1e-9), ]
    chance <- function(q) sum(dbinom(region$a, size[1], q) * dbinom(region$b, size[2], q))
    at <- seq(0, 1, length.out = 2001)
    best <- at[which.max(vapply(at, chance, 0))]
    optimize(chance, c(max(0, best - 1e-3), min(1, best + 1e-3)), maximum = TRUE, tol = 1e-12)$objective
  }
  min(1, 2 * min(side("less"), side("greater")))
}

# --- pay-off -------------------------------------------------------------------------------------------------

payoff <- function(d, term) {
  endorsed <- d$x[, term]
  put("rank_test", term, p_value = as.numeric(pvalue(wilcox_test(d$y ~ factor(endorsed), distribution = "exact"))))
  pairs <- outer(d$y[endorsed == 1], d$y[endorsed == 0], function(a, b) (a > b) + 0.5 * (a == b))
  put("rank_test", term, estimate = mean(pairs), statistic = sum(pairs))
}

fractional <- function(d) {
  estimable(d)
  fit <- glm(d$y ~ d$x - 1, family = quasibinomial(), control = glm.control(epsilon = 1e-14, maxit = 200))
  stopifnot(all(pmin(fitted(fit), 1 - fitted(fit)) > 1e-8))
  n <- nrow(d$x); k <- ncol(d$x)
  se <- sqrt(diag(sandwich(fit)) * n / (n - k))
  b <- coef(fit)
  for (j in seq_len(k)) {
    put("fractional_logit", colnames(d$x)[j], estimate = b[[j]], std_error = se[[j]], statistic = b[[j]] / se[[j]],
      p_value = 2 * pt(-abs(b[[j]] / se[[j]]), n - k), conf_low = b[[j]] - qt(0.975, n - k) * se[[j]],
      conf_high = b[[j]] + qt(0.975, n - k) * se[[j]])
  }
}

# --- panel: plm ------------------------------------------------------------------------------------------------

panel_rows <- function(sample, terms) {
  data <- sample_rows(actors, sample)
  known <- data[!is.na(data$io) & (!("force" %in% terms) | !is.na(data$force)), ]
  crossed <- grep(":", terms, value = TRUE, fixed = TRUE)
  if (current$model != "A3") return(known)
  # Administrations whose military took a position in two cases or more, beside another actor's.
  size <- table(known$case_id)
  military <- known[known$actor == "military" & size[known$case_id] > 1, ]
  counts <- table(military$administration)
  known[known$administration %in% names(counts)[counts > 1], ]
}

panel_design <- function(known, terms) {
  administrations <- unique(known$administration)
  last <- administrations[length(administrations)]
  vapply(terms, function(term) {
    parts <- strsplit(term, ":", fixed = TRUE)[[1]]
    if (term == "force") return(as.numeric(known$force))
    dummy <- as.numeric(known$actor == parts[1])
    if (length(parts) == 1) return(dummy)
    dummy * ((known$administration == parts[2]) - (known$administration == last))
  }, numeric(nrow(known)))
}

panel <- function(sample, terms) {
  known <- panel_rows(sample, terms)
  known <- known[known$case_id %in% names(which(table(known$case_id) > 1)), ]
  x <- panel_design(known, terms)
  x <- matrix(x, nrow(known), dimnames = list(NULL, paste0("x", seq_along(terms))))
  frame <- pdata.frame(data.frame(case = known$case_id, actor = known$actor, y = known$io, x),
    index = c("case", "actor"))
  fit <- plm(reformulate(colnames(x), "y"), data = frame, model = "within", effect = "individual")
  se <- sqrt(diag(vcovHC(fit, method = "arellano", type = "sss", cluster = "group")))
  df <- length(unique(known$case_id)) - 1
  b <- coef(fit)
  for (j in seq_along(terms)) {
    k <- paste0("x", j)
    put("panel", terms[j], estimate = b[[k]], std_error = se[[k]], statistic = b[[k]] / se[[k]],
      p_value = 2 * pt(-abs(b[[k]] / se[[k]]), df), conf_low = b[[k]] - qt(0.975, df) * se[[k]],
      conf_high = b[[k]] + qt(0.975, df) * se[[k]])
  }
}

# Deviations from case means have the same scores as a dummy for each case.
panel_wild <- function(sample, terms, term) {
  known <- panel_rows(sample, terms)
  within <- function(v) v - ave(v, known$case_id)
  x <- cbind(const = 1, apply(panel_design(known, terms), 2, within))
  wild(within(known$io), x, known$case_id, term)
}

# --- all rows asked for ----------------------------------------------------------------------------------------

terms_of <- function(rows, estimator) setdiff(unique(rows$term[rows$estimator == estimator]), "const")

case_model <- function(rows) {
  terms <- terms_of(rows, if ("firth" %in% rows$estimator) "firth" else "ordered_logit")
  outcome <- rows$outcome[1]
  d <- arrays(current$sample, outcome, terms)
  if ("firth" %in% rows$estimator) attempt(firth(d), "firth")
  if ("lpm_hc3" %in% rows$estimator) attempt(linear(d), "linear")
  for (term in terms_of(rows, "exact")) attempt(exact(d, term), "exact")
  for (term in terms_of(rows, "wild_bootstrap")) {
    attempt(wild(d$y, d$x, d$data$administration, term), "wild bootstrap")
  }
  for (term in terms_of(rows, "permutation")) {
    attempt(permuted("permutation", d, term, rep(1, length(d$y))), "permutation")
    attempt(permuted("permutation_blocked", d, term, d$data$crisis_family), "permutation within families")
  }
  if ("ordered_logit" %in% rows$estimator) {
    scale <- if (outcome == "sought") "io_sought" else outcome
    attempt(ordered_logit(arrays(current$sample, scale, terms)), "ordered logit")
  }
}

actor_model <- function(rows) {
  attempt(panel(current$sample, terms_of(rows, "panel")), "panel")
  for (term in terms_of(rows, "wild_bootstrap")) {
    attempt(panel_wild(current$sample, terms_of(rows, "panel"), term), "wild bootstrap")
  }
  for (actor in terms_of(rows, "sign_test")) attempt(paired(sample_rows(actors, current$sample), actor), "paired")
  if ("within_permutation" %in% rows$estimator) attempt(focal(sample_rows(actors, current$sample)), "within cases")
}

for (rows in split(asked, list(asked$model, asked$sample), drop = TRUE)) {
  current <- list(model = rows$model[1], sample = rows$sample[1])
  if ("panel" %in% rows$estimator) actor_model(rows) else if (any(c("firth", "ordered_logit") %in% rows$estimator)) {
    case_model(rows)
  }
  for (term in terms_of(rows, "fisher")) attempt(tables(arrays(current$sample, "sought", term), term), "tables")
  for (term in terms_of(rows, "rank_test")) attempt(payoff(arrays(current$sample, rows$outcome[1], term), term), "ranks")
  for (term in terms_of(rows, "fractional_logit")) {
    attempt(fractional(arrays(current$sample, rows$outcome[1], term)), "fractional logit")
  }
}
write.csv(do.call(rbind, found), arguments[2], row.names = FALSE, quote = FALSE)
used <- c("brglm2", "sandwich", "clubSandwich", "plm", "coin", "MASS")
versions <- vapply(used, function(name) paste(name, packageVersion(name)), "")
cat(paste(c(R.version.string, versions), collapse = "; "))
