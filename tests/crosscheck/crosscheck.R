# Second implementation: estimates the figures of output/estimates.csv again, from data/derived/*.csv.
# Usage: Rscript tests/crosscheck/crosscheck.R <project folder> <output csv>
# The rows of the estimates say which models there are, with which terms on which sample; none of their
# numbers is used. A fit that does not exist gives no row.
suppressPackageStartupMessages({
  library(brglm2); library(sandwich); library(clubSandwich); library(plm); library(coin); library(MASS)
})
arguments <- commandArgs(trailingOnly = TRUE)
root <- arguments[1]
source(file.path(root, "tests/crosscheck/logit.R"))
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
