# Second implementation: re-estimates the figures of output/estimates.csv in R from data/derived/*.csv.
# Usage: Rscript tests/crosscheck/crosscheck.R <project folder> <output csv>
# Models are read off the rows of the estimates (which model has which terms, on which sample), never their numbers.
suppressPackageStartupMessages({
  library(brglm2); library(sandwich); library(clubSandwich); library(plm); library(coin); library(MASS)
})
arguments <- commandArgs(trailingOnly = TRUE)
root <- arguments[1]
cases <- read.csv(file.path(root, "data/derived/cases.csv"), na.strings = "")
actors <- read.csv(file.path(root, "data/derived/actors.csv"), na.strings = "")
asked <- read.csv(file.path(root, "output/estimates.csv"), na.strings = "")

found <- list()
put <- function(model, estimator, term, quantity, value) {
  found[[length(found) + 1]] <<- data.frame(model, estimator, term, quantity, value = as.numeric(value))
}

# --- data ---------------------------------------------------------------------------------------------

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
  kinds <- if (sample == "all") unique(cases$sample) else strsplit(sample, "+", fixed = TRUE)[[1]]
  data <- cases[cases$sample %in% kinds, ]
  x <- sapply(terms, column, data = data)
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

score <- function(b, y, x) {
  p <- plogis(drop(x %*% b))
  root <- x * sqrt(p * (1 - p))
  h <- rowSums((root %*% solve(crossprod(root))) * root)
  drop(crossprod(x, y - p + h * (0.5 - p)))
}

constrained <- function(value, term, start, y, x) {
  whole <- function(free) { b <- start; b[-term] <- free; b[term] <- value; b }
  if (length(start) == 1) return(penalised(value, y, x))
  fit <- optim(start[-term], function(f) -penalised(whole(f), y, x), function(f) -score(whole(f), y, x)[-term],
    method = "BFGS", control = list(reltol = 1e-15, maxit = 5000))
  -fit$value
}


firth <- function(model, d) {
  frame <- data.frame(y = d$y, d$x[, -1, drop = FALSE], check.names = FALSE)
  fit <- suppressWarnings(glm(y ~ ., data = frame, family = binomial(), method = "brglmFit", type = "AS_mean",
    control = list(epsilon = 1e-12, maxit = 1000)))
  b <- unname(coef(fit))
  top <- penalised(b, d$y, d$x)
  for (j in seq_along(b)) {
    term <- colnames(d$x)[j]
    put(model, "firth", term, "estimate", b[j])
    chi2 <- 2 * (top - constrained(0, j, b, d$y, d$x))
    put(model, "firth", term, "statistic", chi2)
    put(model, "firth", term, "p_value", pchisq(chi2, 1, lower.tail = FALSE))
    fall <- function(v) 2 * (top - constrained(v, j, b, d$y, d$x)) - qchisq(0.95, 1)
    reach <- 1
    while (fall(b[j] - reach) < 0) reach <- 2 * reach
    put(model, "firth", term, "conf_low", uniroot(fall, c(b[j] - reach, b[j]), tol = 1e-10)$root)
    reach <- 1
    while (fall(b[j] + reach) < 0) reach <- 2 * reach
    put(model, "firth", term, "conf_high", uniroot(fall, c(b[j], b[j] + reach), tol = 1e-10)$root)
  }
}

# --- linear probability: sandwich and clubSandwich -------------------------------------------------------

linear <- function(model, d) {
  frame <- data.frame(y = d$y, d$x[, -1, drop = FALSE], check.names = FALSE)
  fit <- lm(y ~ ., data = frame)
  b <- unname(coef(fit))
  se <- sqrt(diag(vcovHC(fit, type = "HC3")))
  reach <- qt(0.975, df.residual(fit)) * se
  club <- coef_test(fit, vcov = "CR2", cluster = d$data$administration, test = "Satterthwaite")
  wide <- conf_int(fit, vcov = "CR2", cluster = d$data$administration, test = "Satterthwaite")
  for (j in seq_along(b)) {
    term <- colnames(d$x)[j]
    put(model, "lpm_hc3", term, "estimate", b[j])
    put(model, "lpm_hc3", term, "std_error", se[j])
    put(model, "lpm_hc3", term, "p_value", 2 * pt(-abs(b[j] / se[j]), df.residual(fit)))
    put(model, "lpm_hc3", term, "conf_low", b[j] - reach[j])
    put(model, "lpm_hc3", term, "conf_high", b[j] + reach[j])
    put(model, "lpm_cr2", term, "std_error", club$SE[j])
    put(model, "lpm_cr2", term, "p_value", club$p_Satt[j])
    put(model, "lpm_cr2", term, "conf_low", wide$CI_L[j])
    put(model, "lpm_cr2", term, "conf_high", wide$CI_U[j])
  }
}
