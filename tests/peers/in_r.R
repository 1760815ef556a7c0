# Packages of R: reads the tables of a folder, prints each figure as a line of a table.
# Usage: Rscript in_r.R <folder>. A package that is missing is left out.
folder <- commandArgs(trailingOnly = TRUE)[1]
models <- c("M1", "M2", "M3", "M4")
has <- function(...) all(vapply(c(...), requireNamespace, TRUE, quietly = TRUE))
put <- function(package, model, estimator, term, ...) {
  version <- if (package == "stats") as.character(getRversion()) else as.character(packageVersion(package))
  values <- c(...)
  cat(paste(if (package == "stats") "R stats" else package, version, model, estimator, term, names(values),
    sprintf("%.15g", values), "", sep = ",", collapse = "\n"), "\n", sep = "")
}
table_of <- function(name) read.csv(file.path(folder, paste0(name, ".csv")))
slopes <- function(fit, terms) coef(fit)[terms]

for (model in models) {
  data <- table_of(model)
  terms <- setdiff(names(data), c("y", "level", "administration"))
  fit <- lm(reformulate(terms, "y"), data)
  if (has("sandwich")) {
    error <- sqrt(diag(sandwich::vcovHC(fit, type = "HC3")))
    for (term in terms) put("sandwich", model, "lpm_hc3", term, std_error = error[[term]])
    if (has("lmtest")) {
      told <- lmtest::coeftest(fit, vcov. = sandwich::vcovHC(fit, type = "HC3"))
      for (term in terms) put("lmtest", model, "lpm_hc3", term, p_value = told[term, 4])
    }
  }
  if (has("estimatr")) {
    plain <- estimatr::lm_robust(reformulate(terms, "y"), data, se_type = "HC3")
    clustered <- estimatr::lm_robust(reformulate(terms, "y"), data, clusters = data$administration, se_type = "CR2")
    for (term in terms) {
      put("estimatr", model, "lpm_hc3", term, estimate = coef(plain)[[term]], std_error = plain$std.error[[term]],
        p_value = plain$p.value[[term]], conf_low = plain$conf.low[[term]], conf_high = plain$conf.high[[term]])
      put("estimatr", model, "lpm_cr2", term, std_error = clustered$std.error[[term]], p_value = clustered$p.value[[term]],
        conf_low = clustered$conf.low[[term]], conf_high = clustered$conf.high[[term]])
    }
  }
  if (has("clubSandwich")) {
    told <- clubSandwich::coef_test(fit, vcov = "CR2", cluster = data$administration, test = "Satterthwaite")
    for (term in terms) {
      put("clubSandwich", model, "lpm_cr2", term, std_error = told[term, "SE"], p_value = told[term, "p_Satt"])
    }
  }
  if (has("brglm2")) {
    firth <- glm(reformulate(terms, "y"), binomial, data, method = brglm2::brglmFit, type = "AS_mean", epsilon = 1e-10, maxit = 1000)
    told <- coef(summary(firth))
    limits <- confint(firth)
    for (term in terms) {
      put("brglm2", model, "firth", term, estimate = told[term, 1], std_error = told[term, 2], p_value = told[term, 4],
        conf_low = limits[term, 1], conf_high = limits[term, 2])
    }
  }
  if (has("MASS")) {
    ordered <- MASS::polr(reformulate(terms, "factor(level)"), data, Hess = TRUE, control = list(reltol = 1e-14))
    for (term in terms) {
      put("MASS", model, "ordered_logit", term, estimate = coef(ordered)[[term]], std_error = sqrt(vcov(ordered)[term, term]))
    }
  }
  if (has("ordinal")) {
    ordered <- ordinal::clm(reformulate(terms, "factor(level)"), data = data)
    told <- coef(summary(ordered))
    for (term in terms) put("ordinal", model, "ordered_logit", term, estimate = told[term, 1], std_error = told[term, 2])
  }
  if (length(terms) > 1) next
  term <- terms[1]
  high <- factor(data[[term]] >= 2, c(TRUE, FALSE))
  halves <- table(high, factor(data$y, c(1, 0)))
  told <- fisher.test(halves)
  put("stats", "X", "fisher", term, p_value = told$p.value, estimate = log(told$estimate[[1]]),
    conf_low = log(told$conf.int[1]), conf_high = log(told$conf.int[2]))
  put("stats", "X", "freeman_halton", term, p_value = fisher.test(table(data[[term]], data$y))$p.value)
  if (has("coin")) {
    data$outcome <- factor(data$y)
    exact <- function(side = "two.sided") as.numeric(coin::pvalue(coin::independence_test(
      reformulate("outcome", term), data, distribution = "exact", alternative = side)))
    put("coin", "X", "exact_trend", term, p_value = min(1, 2 * min(exact("less"), exact("greater"))))
    put("coin", model, "permutation", term, p_value = exact())
  }
  if (has("exactRankTests")) {
    # It says at every load that it is no longer developed.
    told <- suppressMessages(exactRankTests::perm.test(data[[term]][data$y == 1], data[[term]][data$y == 0], exact = TRUE))
    put("exactRankTests", model, "permutation", term, p_value = told$p.value)
  }
}

paid <- table_of("H5")
if (has("coin")) {
  paid$endorsed <- factor(paid$endorsed)
  told <- coin::wilcox_test(share ~ endorsed, paid, distribution = "exact")
  put("coin", "H5", "rank_test", "io_obtained>=2", p_value = as.numeric(coin::pvalue(told)))
}
if (has("exactRankTests")) {
  told <- suppressMessages(exactRankTests::wilcox.exact(paid$share[paid$endorsed == 1], paid$share[paid$endorsed == 0],
    exact = TRUE))
  put("exactRankTests", "H5", "rank_test", "io_obtained>=2", p_value = told$p.value)
}
told <- suppressWarnings(wilcox.test(share ~ endorsed, paid, exact = TRUE))
put("stats", "H5", "rank_test", "io_obtained>=2", p_value = told$p.value)

actors <- table_of("A1")
others <- setdiff(names(actors), c("y", "case_id"))
if (has("plm")) {
  actors$row <- ave(actors$y, actors$case_id, FUN = seq_along)
  fit <- plm::plm(reformulate(others, "y"), actors, index = c("case_id", "row"), model = "within")
  error <- sqrt(diag(plm::vcovHC(fit, method = "arellano", type = "sss", cluster = "group")))
  for (term in others) put("plm", "A1", "panel", term, estimate = coef(fit)[[term]], std_error = error[[term]])
}
