# Permutation of a treatment code: coin for the p-value where the model has one term and a binary outcome, counting
# for its interval; elsewhere sampled, with covariates by Freedman and Lane's residuals. Read by crosscheck.R.

# Sampled arrangements here, and in the estimates wherever they sample.
DRAWS <- 29999
DRAWS_THERE <- 9999
MOST_COUNTED_THERE <- 36
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

# Joint distribution of sum(arranged x * y) and sum(arranged x * x), for whole codes from zero up. One unit after the
# other is given a code; a state is one number: how many of each code are given, the second sum and the first.
joint_sums <- function(y, x) {
  stopifnot(y == round(y), x == round(x), y >= 0, x >= 0)
  labels <- sort(unique(x))
  available <- tabulate(match(x, labels), length(labels))
  sizes <- c(available + 1, sum(x^2) + 1, sum(y) * max(x) + 1)
  place <- c(1, cumprod(sizes))
  stopifnot(place[length(place)] < 2^53)
  key <- 0; ways <- 1
  for (u in order(y, x)) {
    further <- lapply(seq_along(labels), function(k) {
      fits <- (key %/% place[k]) %% sizes[k] < available[k]
      step <- place[k] + labels[k] * (x[u] * place[length(labels) + 1] + y[u] * place[length(labels) + 2])
      list(key = key[fits] + step, ways = ways[fits])
    })
    key <- unlist(lapply(further, `[[`, "key")); ways <- unlist(lapply(further, `[[`, "ways"))
    sorted <- order(key, method = "radix")
    first <- c(TRUE, diff(key[sorted]) > 0)
    ways <- rowsum(ways[sorted], cumsum(first), reorder = FALSE)[, 1]
    key <- key[sorted][first]
  }
  own <- (key %/% place[length(labels) + 1]) %% sizes[length(labels) + 1]
  data.frame(weight = ways / sum(ways), cross = key %/% place[length(labels) + 2], own = own)
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
  at <- function(alpha) ends(p, sum(xl * yl) / sum(xl^2), sqrt(sum(yl^2) / sum(xl^2)), far, alpha)
  # Of many observations the package draws arrangements for its limits, though not for its p-value (permutation.py, `_references`).
  if (length(y) <= MOST_COUNTED_THERE) return(at(ALPHA))
  error <- sqrt(ALPHA * (1 - ALPHA) / DRAWS_THERE)
  c(at(ALPHA), range_of(at(ALPHA - 4 * error), at(ALPHA + 4 * error)))
}

# Where an end may lie when the p-value there is known only up to four of its sampling errors.
range_of <- function(wide, narrow) {
  c(conf_low_least = wide[["conf_low"]], conf_low_most = narrow[["conf_low"]],
    conf_high_least = narrow[["conf_high"]], conf_high_most = wide[["conf_high"]])
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
  put(estimator, term, range_of(at(ALPHA - 4 * error(ALPHA)), at(ALPHA + 4 * error(ALPHA))))
}
