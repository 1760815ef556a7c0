# One Firth fit with profile limits and tests, on the file named: its cost in milliseconds, its numbers.
suppressMessages(library(logistf))
d <- read.csv(commandArgs(trailingOnly = TRUE)[1])
costs <- replicate(20, system.time(f <- logistf(y ~ ., data = d))[["user.self"]])
cat("cost", 1e3 * mean(costs), "memory NaN answer", f$coefficients, f$prob, f$ci.lower, f$ci.upper)
