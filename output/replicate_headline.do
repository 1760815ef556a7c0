* Estimates the first headline models again from data/derived/cases.dta: Firth's logit where the user-written
* command firthlogit is installed, the plain logit, and the linear probability model with HC3 errors.
* Made from data/raw/specifications/*.yaml by scripts/08_other_languages.py. Run it from the project's folder.
* It could not be run where it was made, which has no Stata; its twin replicate_headline.R was.
version 14
clear all
capture which firthlogit
local has_firth = _rc == 0
if !`has_firth' display as text "firthlogit is not installed: ssc install firthlogit"

* M1: Military opposition
use "data/derived/cases.dta", clear
keep if inlist(sample, "intervention")
generate double term1 = military_opposition if !missing(military_opposition)
label variable term1 "military_opposition"
display as result "M1, sought, sample intervention"
if `has_firth' firthlogit sought term*
capture noisily logit sought term*
regress sought term*, vce(hc3)

* M2: Stabilisation burden
use "data/derived/cases.dta", clear
keep if inlist(sample, "intervention")
generate double term1 = stabilization_burden if !missing(stabilization_burden)
label variable term1 "stabilization_burden"
display as result "M2, sought, sample intervention"
if `has_firth' firthlogit sought term*
capture noisily logit sought term*
regress sought term*, vce(hc3)

* M3: Opposition and burden
use "data/derived/cases.dta", clear
keep if inlist(sample, "intervention")
generate double term1 = military_opposition if !missing(military_opposition)
label variable term1 "military_opposition"
generate double term2 = stabilization_burden if !missing(stabilization_burden)
label variable term2 "stabilization_burden"
display as result "M3, sought, sample intervention"
if `has_firth' firthlogit sought term*
capture noisily logit sought term*
regress sought term*, vce(hc3)

* M4: With strategic interest
use "data/derived/cases.dta", clear
keep if inlist(sample, "intervention")
generate double term1 = military_opposition if !missing(military_opposition)
label variable term1 "military_opposition"
generate double term2 = stabilization_burden if !missing(stabilization_burden)
label variable term2 "stabilization_burden"
generate double term3 = strategic_interest if !missing(strategic_interest)
label variable term3 "strategic_interest"
display as result "M4, sought, sample intervention"
if `has_firth' firthlogit sought term*
capture noisily logit sought term*
regress sought term*, vce(hc3)

