* Estimates the first headline models again from data/derived/cases.dta: Firth's logit with penalised
* likelihood-ratio tests, as the paper prints them, and the linear probability model with HC3 errors.
* Every row is compared with output/estimates.csv: agrees, or DIFFERS by more than 0.00001 of its size.
* Made from the files in data/raw/specifications by scripts/08_other_languages.py; needs no user-written command.
* Run it from the project's folder. It could not be run where it was made, which has no Stata; its twin
* replicate_headline.R was.
version 14
clear all

* The figures that the paper prints, as texts, so that an empty field of any column is missing.
import delimited using "output/estimates.csv", varnames(1) stringcols(_all) encoding("utf-8") clear
mata: committed = st_sdata(., ("model", "sample", "outcome", "estimator", "term", "estimate", "statistic", "p_value"))
mata: differing = 0

* Firth's penalised likelihood: the log-likelihood plus half the log determinant of the information.
* The fit is by scoring, halving a step that does not climb; held is a coefficient kept at zero, 0 for none.
* In a fit that holds a coefficient the penalty is that of the whole model (Heinze and Schemper 2002).
mata:
real scalar penalised(real matrix X, real colvector y, real colvector b)
{
    real colvector p
    p = invlogit(X * b)
    return(sum(y :* ln(p) + (1 :- y) :* ln(1 :- p)) + ln(det(quadcross(X, p :* (1 :- p), X))) / 2)
}
real colvector firth(real matrix X, real colvector y, real scalar held)
{
    real colvector b, p, w, h, score, step, free
    real matrix information
    real scalar i, part
    free = select(1::cols(X), (1::cols(X)) :!= held)
    b = J(cols(X), 1, 0)
    for (i = 1; i <= 1000; i++) {
        p = invlogit(X * b)
        w = p :* (1 :- p)
        information = quadcross(X, w, X)
        h = w :* rowsum((X * invsym(information)) :* X)
        score = quadcross(X, y - p + h :* (0.5 :- p))
        step = J(cols(X), 1, 0)
        step[free] = invsym(information[free, free]) * score[free]
        if (max(abs(step)) < 1e-10) {
            return(b)
        }
        part = 1
        while (part > 1e-6 & penalised(X, y, b + part :* step) < penalised(X, y, b) - 1e-12) {
            part = part / 2
        }
        b = b + part :* step
    }
    return(J(cols(X), 1, .))
}
void compare(string rowvector key, real rowvector found)
{
    external string matrix committed
    external real scalar differing
    string matrix row
    string scalar verdict
    real rowvector wanted
    real scalar same
    row = select(committed, rowsum(committed[., (1..5)] :== key) :== 5)
    verdict = "DIFFERS"
    if (rows(row) == 1) {
        wanted = strtoreal(row[1, (6..8)])
        same = sum((found :== wanted) :| (abs(found - wanted) :< 1e-5 :* (1 :+ abs(wanted))))
        if (same == 3) {
            verdict = "agrees"
        }
    }
    differing = differing + (verdict == "DIFFERS")
    printf("%-4s %-8s %-44s %10.4f %10.4f %8.4f  %s \n", key[1], key[4], key[5], found[1], found[2], found[3], verdict)
}
void firth_rows(string rowvector model, string rowvector terms)
{
    real matrix X
    real colvector y, b
    real scalar j, statistic
    y = st_data(., "replica_outcome")
    X = (J(rows(y), 1, 1), st_data(., "replica_term*"))
    b = firth(X, y, 0)
    for (j = 1; j <= cols(X); j++) {
        statistic = 2 * (penalised(X, y, b) - penalised(X, y, firth(X, y, j)))
        compare((model, "firth", terms[j]), (b[j], statistic, chi2tail(1, statistic)))
    }
}
void linear_rows(string rowvector model, string rowvector terms)
{
    real rowvector b, t
    real scalar j, k
    b = st_matrix("e(b)")
    t = b :/ sqrt(diagonal(st_matrix("e(V)"))')
    for (j = 1; j <= cols(b); j++) {
        k = mod(j, cols(b)) + 1
        compare((model, "lpm_hc3", terms[k]), (b[j], t[j], 2 * ttail(st_numscalar("e(df_r)"), abs(t[j]))))
    }
}
end
display as text "model estimator term, then estimate, statistic and p-value"

* M1: Military opposition
use "data/derived/cases.dta", clear
keep if inlist(sample, "intervention")
generate double replica_outcome = sought
generate double replica_term1 = military_opposition if !missing(military_opposition)
drop if missing(replica_outcome, replica_term1)
mata: model = ("M1", "intervention", "sought")
mata: terms = tokens("const military_opposition")
mata: firth_rows(model, terms)
quietly regress replica_outcome replica_term*, vce(hc3)
mata: linear_rows(model, terms)

* M2: Stabilisation burden
use "data/derived/cases.dta", clear
keep if inlist(sample, "intervention")
generate double replica_outcome = sought
generate double replica_term1 = stabilization_burden if !missing(stabilization_burden)
drop if missing(replica_outcome, replica_term1)
mata: model = ("M2", "intervention", "sought")
mata: terms = tokens("const stabilization_burden")
mata: firth_rows(model, terms)
quietly regress replica_outcome replica_term*, vce(hc3)
mata: linear_rows(model, terms)

* M3: Opposition and burden
use "data/derived/cases.dta", clear
keep if inlist(sample, "intervention")
generate double replica_outcome = sought
generate double replica_term1 = military_opposition if !missing(military_opposition)
generate double replica_term2 = stabilization_burden if !missing(stabilization_burden)
drop if missing(replica_outcome, replica_term1, replica_term2)
mata: model = ("M3", "intervention", "sought")
mata: terms = tokens("const military_opposition stabilization_burden")
mata: firth_rows(model, terms)
quietly regress replica_outcome replica_term*, vce(hc3)
mata: linear_rows(model, terms)

* M4: With strategic interest
use "data/derived/cases.dta", clear
keep if inlist(sample, "intervention")
generate double replica_outcome = sought
generate double replica_term1 = military_opposition if !missing(military_opposition)
generate double replica_term2 = stabilization_burden if !missing(stabilization_burden)
generate double replica_term3 = strategic_interest if !missing(strategic_interest)
drop if missing(replica_outcome, replica_term1, replica_term2, replica_term3)
mata: model = ("M4", "intervention", "sought")
mata: terms = tokens("const military_opposition stabilization_burden strategic_interest")
mata: firth_rows(model, terms)
quietly regress replica_outcome replica_term*, vce(hc3)
mata: linear_rows(model, terms)

mata: st_numscalar("differing", differing)
display as result "rows that differ: " scalar(differing)
assert scalar(differing) == 0
