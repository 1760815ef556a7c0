# A sampled permutation test on the file named: its cost in milliseconds, and the exact p-value.
suppressMessages(library(coin))
d <- read.csv(commandArgs(trailingOnly = TRUE)[1])
exact <- pvalue(independence_test(x ~ factor(y), data = d, distribution = "exact"))
sampled <- function() pvalue(independence_test(y ~ x, data = d, distribution = approximate(9999)))
costs <- replicate(20, system.time(sampled())[["user.self"]])
cat("cost", 1e3 * mean(costs), "memory NaN answer", as.numeric(exact))
