# Positions of an actor against those of the military in the same case. Read by crosscheck.R.

paired <- function(data, actor) {
  military <- data[data$actor == "military" & !is.na(data$io), ]
  other <- data[data$actor == actor & !is.na(data$io), ]
  both <- merge(military, other, by = "case_id", suffixes = c(".military", ".other"))
  difference <- both$io.other - both$io.military
  n <- length(difference)
  if (n == 0 || n > 20) return(invisible())
  signs <- as.matrix(expand.grid(rep(list(c(-1, 1)), n)))
  sums <- drop(signs %*% abs(difference))
  put("permutation", actor, estimate = mean(difference), p_value = mean(abs(sums) >= abs(sum(difference)) - 1e-9),
    symmetric_interval(difference, signs))
  moved <- difference[difference != 0]
  put("sign_test", actor, estimate = mean(difference),
    p_value = if (length(moved)) binom.test(sum(moved > 0), length(moved))$p.value else 1)
  ranks <- function(v) as.numeric(pvalue(wilcoxsign_test(v ~ rep(0, length(v)), zero.method = "Wilcoxon",
    distribution = "exact")))
  put("signed_rank", actor, estimate = mean(difference), p_value = if (length(moved)) ranks(difference) else 1)
}

# Centres of symmetry that neither one-sided test rejects at 2.5 %; its ends are among the means of subsets.
symmetric_interval <- function(difference, signs) {
  chosen <- (signs + 1) / 2
  size <- rowSums(chosen)
  candidates <- sort(unique(round((drop(chosen %*% difference) / size)[size > 0], 12)))
  one_sided <- function(centre, side) {
    moved <- side * (difference - centre)
    mean(drop(signs %*% moved) >= sum(moved) - 1e-9)
  }
  if (0.5^length(difference) > 0.025) return(c(conf_low = -Inf, conf_high = Inf))
  low <- Filter(function(centre) one_sided(centre, 1) > 0.025 * (1 + 1e-12), candidates)
  high <- Filter(function(centre) one_sided(centre, -1) > 0.025 * (1 + 1e-12), candidates)
  c(conf_low = min(low), conf_high = max(high))
}

# Whether the military stands apart in its case: any actor of the case might have held its position.
focal <- function(data) {
  known <- data[!is.na(data$io), ]
  sums <- 0; weight <- 1; observed <- c()
  for (rows in split(known, known$case_id)) {
    if (!any(rows$actor == "military") || nrow(rows) == 1) next
    gaps <- vapply(seq_len(nrow(rows)), function(i) rows$io[i] - mean(rows$io[-i]), 0)
    observed <- c(observed, gaps[rows$actor == "military"])
    grown <- tapply(rep(weight / length(gaps), length(gaps)), round(c(outer(sums, gaps, `+`)), 9), sum)
    sums <- as.numeric(names(grown)); weight <- as.numeric(grown)
  }
  if (length(observed) == 0) return(invisible())
  put("within_permutation", "military", estimate = mean(observed),
    p_value = sum(weight[abs(sums) >= abs(sum(observed)) - 1e-7]))
}
