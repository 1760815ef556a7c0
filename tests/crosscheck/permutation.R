# Permutation of a treatment code: coin for the p-value where the model has one term and a binary outcome, counting
# for its interval; elsewhere sampled, with covariates by Freedman and Lane's residuals. Read by crosscheck.R.

# Sampled arrangements here, and in the estimates wherever they sample.
DRAWS <- 29999
DRAWS_THERE <- 9999
ALPHA <- 0.05
TIE <- 1e-10

permuted <- function(estimator, d, term, block) {
  block <- as.integer(factor(block))
  treatment <- d$x[, term]
  others <- d$x[, setdiff(colnames(d$x), c("const", term)), drop = FALSE]
  dummies <- outer(block, sort(unique(block)), `==`) + 0
  basis <- qr(cbind(dummies, others))
  left <- list(y = qr.resid(basis, d$y), x = qr.resid(basis, treatment))
  left <- lapply(left, function(v) ifelse(abs(v) < 1e-9, 0, v))
  # Nothing to arrange where treatment or outcome is constant in every block.
  if (all(tapply(abs(left$x), block, sum) * tapply(abs(left$y), block, sum) == 0)) return(invisible())
  put(estimator, term, estimate = sum(left$x * left$y) / sum(left$x^2),
    statistic = sum(left$x * left$y) / sqrt(sum(left$x^2) * sum(left$y^2)))
  if (ncol(others) == 0 && length(unique(d$y)) == 2) {
    put(estimator, term, p_value = coin_p(d$y, treatment, block), counted_interval(d$y, treatment, block))
  } else {
    sampled(estimator, term, left, basis, block)
  }
}

# coin's exact distribution is that of two samples, so the treatment is scored within those of the outcome.
# Blocks with one kind of outcome or treatment move neither the statistic nor its expectation, and coin refuses them.
coin_p <- function(y, x, block) {
  moves <- ave(y, block, FUN = function(v) length(unique(v))) > 1
  data <- data.frame(x = x[moves], y = factor(y[moves]), block = factor(block[moves]))
  test <- if (nlevels(data$block) > 1) independence_test(x ~ y | block, data = data, distribution = "exact") else
    independence_test(x ~ y, data = data, distribution = "exact")
  as.numeric(pvalue(test))
}

# Joint distribution of sum(arranged x * y) and sum(arranged x * x): units alike are taken together.
joint_sums <- function(y, x) {
  labels <- sort(unique(x))
  state <- data.frame(ways = 1, cross = 0, own = 0)
  state[paste0("used", seq_along(labels))] <- 0
  available <- tabulate(match(x, labels), length(labels))
  units <- unique(data.frame(y, x))
  for (u in seq_len(nrow(units))) {
    m <- sum(y == units$y[u] & x == units$x[u])
    hands <- expand.grid(lapply(available, function(a) 0:min(a, m)))
    hands <- as.matrix(hands[rowSums(hands) == m, , drop = FALSE])
    further <- do.call(rbind, lapply(seq_len(nrow(hands)), function(h) {
      hand <- hands[h, ]
      new <- state
      new$ways <- new$ways * exp(lfactorial(m) - sum(lfactorial(hand)))
      new$cross <- new$cross + units$y[u] * sum(hand * labels)
      new$own <- new$own + units$x[u] * sum(hand * labels)
      for (k in seq_along(hand)) new[[3 + k]] <- new[[3 + k]] + hand[k]
      new[rowSums(sweep(as.matrix(new[-(1:3)]), 2, available, `>`)) == 0, ]
    }))
    state <- aggregate(ways ~ ., data = further, FUN = sum)
    state <- state[c("ways", setdiff(names(state), "ways"))]
  }
  data.frame(weight = state$ways / sum(state$ways), cross = state$cross, own = state$own)
}

counted_interval <- function(y, x, block) {
  total <- data.frame(weight = 1, cross = 0, own = 0)
  for (b in unique(block)) {
    both <- merge(total, joint_sums(y[block == b], x[block == b]), by = NULL)
    # Sums of whole codes: they are compared before means are taken off, which no rounding then blurs.
    total <- aggregate(weight ~ cross + own, FUN = sum, data = data.frame(weight = both$weight.x * both$weight.y,
      cross = both$cross.x + both$cross.y, own = both$own.x + both$own.y))
  }
  total$cross <- total$cross - sum(ave(y, block) * ave(x, block))
  total$own <- total$own - sum(ave(x, block)^2)
  yl <- y - ave(y, block); xl <- x - ave(x, block)
  p <- function(effect) {
    found <- total$cross - effect * total$own
    size <- sqrt(sum((yl - effect * xl)^2) * sum(xl^2))
    observed <- sum(xl * yl) - effect * sum(xl^2)
    sum(total$weight[abs(found) >= abs(observed) - TIE * max(size, 1e-300)])
  }
  far <- sum(total$weight[abs(total$own) >= sum(xl^2) * (1 - TIE)])
  ends(p, sum(xl * yl) / sum(xl^2), sqrt(sum(yl^2) / sum(xl^2)), far, ALPHA)
}

# Ends of the effects that are not rejected at `alpha`, found from outside by halving.
ends <- function(p, slope, width, far, alpha) {
  one <- function(side) {
    if (far > alpha + TIE) return(side * Inf)
    kept <- if (p(0) > alpha + TIE) max(0, -side * slope) else 0
    inside <- kept; outside <- kept + width
    while (p(slope + side * outside) > alpha + TIE) { inside <- outside; outside <- 2 * outside }
    for (i in 1:60) {
      middle <- (inside + outside) / 2
      if (p(slope + side * middle) > alpha + TIE) inside <- middle else outside <- middle
    }
    slope + side * inside
  }
  c(conf_low = one(-1), conf_high = one(1))
}

# Freedman and Lane: residuals of the outcome arranged within blocks, block means and covariates taken out again.
sampled <- function(estimator, term, left, basis, block) {
  n <- length(block)
  rows <- vapply(seq_len(DRAWS), function(i) {
    order <- seq_len(n)
    for (b in unique(block)) {
      own <- which(block == b)
      if (length(own) > 1) order[own] <- own[sample.int(length(own))]
    }
    order
  }, integer(n))
  ys <- qr.resid(basis, matrix(left$y[rows], n)); xs <- qr.resid(basis, matrix(left$x[rows], n))
  cross <- colSums(ys * left$x); own <- colSums(xs * left$x)
  yy <- colSums(ys^2); xy <- colSums(ys * xs); xx <- colSums(xs^2)
  p <- function(effect) {
    size <- sqrt(pmax(0, yy - 2 * effect * xy + effect^2 * xx))
    found <- ifelse(size > 1e-12, abs(cross - effect * own) / size, 0)
    l <- left$y - effect * left$x
    observed <- if (sum(l^2) > 0) abs(sum(l * left$x)) / sqrt(sum(l^2)) else 0
    (1 + sum(found >= observed - TIE * sqrt(sum(left$x^2)))) / (1 + DRAWS)
  }
  far <- (1 + sum(abs(own) / pmax(sqrt(xx), 1e-300) >= sqrt(sum(left$x^2)) * (1 - TIE))) / (1 + DRAWS)
  error <- function(p) sqrt(p * (1 - p) * (1 / DRAWS + 1 / DRAWS_THERE))
  here <- p(0)
  put(estimator, term, p_value = here, p_value_error = error(here))
  slope <- sum(left$x * left$y) / sum(left$x^2); width <- sqrt(sum(left$y^2) / sum(left$x^2))
  at <- function(alpha) ends(p, slope, width, far, alpha)
  put(estimator, term, at(ALPHA))
  # Where an end may lie when the p-value there is known only up to four of its sampling errors.
  wide <- at(ALPHA - 4 * error(ALPHA)); narrow <- at(ALPHA + 4 * error(ALPHA))
  put(estimator, term, conf_low_least = wide[["conf_low"]], conf_low_most = narrow[["conf_low"]],
    conf_high_least = narrow[["conf_high"]], conf_high_most = wide[["conf_high"]])
}
