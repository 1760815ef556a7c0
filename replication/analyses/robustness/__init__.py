"""How far the results hang on single cases, codes, what is missing or unmeasured, and the number of cases."""
