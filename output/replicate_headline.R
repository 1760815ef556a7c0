# Estimates the first headline models again from data/derived/cases.dta: Firth's logit with penalised
# likelihood-ratio tests, as the paper prints them, and the linear probability model with HC3 errors.
# Every row is compared with output/estimates.csv: agrees, or DIFFERS by more than 0.00001 of its size.
# Made from data/raw/specifications/*.yaml by scripts/08_other_languages.py. Needs the packages haven and brglm2.
# Usage: Rscript output/replicate_headline.R [project folder] [csv to write]
suppressPackageStartupMessages({ library(haven); library(brglm2) })
options(width = 150)
arguments <- commandArgs(trailingOnly = TRUE)
root <- if (length(arguments) > 0) arguments[1] else "."
cases <- zap_labels(read_dta(file.path(root, "data/derived/cases.dta")))

models <- list(
  M1 = list(outcome = "sought", sample = "intervention",
    kinds = c("intervention"),
    terms = c("military_opposition" = "military_opposition")),
  M2 = list(outcome = "sought", sample = "intervention",
    kinds = c("intervention"),
    terms = c("stabilization_burden" = "stabilization_burden")),
  M3 = list(outcome = "sought", sample = "intervention",
    kinds = c("intervention"),
    terms = c("military_opposition" = "military_opposition", "stabilization_burden" = "stabilization_burden")),
  M4 = list(outcome = "sought", sample = "intervention",
    kinds = c("intervention"),
    terms = c("military_opposition" = "military_opposition", "stabilization_burden" = "stabilization_burden", "strategic_interest" = "strategic_interest"))
)

firth <- function(y, x) {
  fit <- suppressWarnings(glm(y ~ x - 1, family = binomial(), method = "brglmFit", type = "AS_mean",
    control = list(epsilon = 1e-10, maxit = 1000)))
  loglik <- function(b) {
    p <- plogis(drop(x %*% b))
    sum(log(ifelse(y == 1, p, 1 - p))) + determinant(crossprod(x * sqrt(p * (1 - p))))$modulus[1] / 2
  }
  b <- unname(coef(fit))
  statistic <- sapply(seq_along(b), function(j) {
    without <- optim(b[-j], function(rest) -loglik(append(rest, 0, j - 1)), method = "BFGS",
      control = list(reltol = 1e-14, maxit = 1000))
    2 * (loglik(b) + without$value)
  })
  data.frame(estimator = "firth", term = colnames(x), estimate = b, std_error = NA, statistic = statistic,
    p_value = pchisq(statistic, 1, lower.tail = FALSE))
}

linear <- function(y, x) {
  fit <- lm(y ~ x - 1)
  bread <- solve(crossprod(x))
  meat <- crossprod(x * (residuals(fit) / (1 - hatvalues(fit))))
  b <- unname(coef(fit)); se <- unname(sqrt(diag(bread %*% meat %*% bread)))
  data.frame(estimator = "lpm_hc3", term = colnames(x), estimate = b, std_error = se, statistic = b / se,
    p_value = 2 * pt(-abs(b / se), df.residual(fit)))
}

estimate <- function(name) {
  model <- models[[name]]
  data <- cases[cases$sample %in% model$kinds, ]
  x <- vapply(model$terms, function(term) as.numeric(eval(parse(text = term), data)), numeric(nrow(data)))
  x <- cbind(const = rep(1, nrow(data)), matrix(x, nrow(data), dimnames = list(NULL, names(model$terms))))
  y <- as.numeric(data[[model$outcome]])
  known <- complete.cases(x, y)
  fits <- lapply(list(firth, linear), function(method) {
    tryCatch(method(y[known], x[known, , drop = FALSE]), error = function(e) {
      message(name, ": ", conditionMessage(e))
    })
  })
  fits <- do.call(rbind, fits)
  if (is.null(fits)) NULL else cbind(model = name, sample = model$sample, fits)
}

results <- do.call(rbind, lapply(names(models), estimate))
if (length(arguments) > 1) {
  numbers <- c("estimate", "std_error", "statistic", "p_value")
  long <- do.call(rbind, lapply(numbers, function(quantity) {
    cbind(results[c("model", "sample", "estimator", "term")], quantity, value = sprintf("%.15g", results[[quantity]]))
  }))
  write.csv(long[!is.na(results[numbers]), ], arguments[2], row.names = FALSE, quote = FALSE)
  cat(R.version.string, "; haven ", as.character(packageVersion("haven")), "; brglm2 ",
    as.character(packageVersion("brglm2")), "\n", sep = "")
} else if (!is.null(results)) {
  printed <- read.csv(file.path(root, "output/estimates.csv"), na.strings = "")
  numbers <- c("estimate", "statistic", "p_value")
  verdict <- vapply(seq_len(nrow(results)), function(i) {
    row <- results[i, ]
    wanted <- printed[printed$model == row$model & printed$sample == row$sample & printed$estimator == row$estimator &
      printed$term == row$term & printed$outcome == models[[row$model]]$outcome, numbers]
    if (nrow(wanted) != 1) return("DIFFERS")
    wanted <- as.numeric(wanted); found <- as.numeric(row[numbers])
    same <- (is.na(found) & is.na(wanted)) | (!is.na(found) & abs(found - wanted) < 1e-5 * (1 + abs(wanted)))
    if (all(same %in% TRUE)) "agrees" else "DIFFERS"
  }, "")
  print(cbind(results, verdict), digits = 4, row.names = FALSE)
  cat("rows that differ:", sum(verdict == "DIFFERS"), fill = TRUE)
  quit(status = as.integer(any(verdict == "DIFFERS")))
}
