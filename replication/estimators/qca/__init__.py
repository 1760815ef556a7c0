"""Qualitative comparative analysis, crisp and fuzzy.

The methods are those of Ragin (1987, The Comparative Method; 2008, Redesigning Social Inquiry) and
Schneider and Wagemann (2012, Set-Theoretic Methods for the Social Sciences); intermediate solutions
follow Ragin and Sonnett (2005, "Between Complexity and Parsimony").

PyQCA 0.2.0 was tried on the Lipset data first. Its conservative and parsimonious formulas are
right, also for the negated outcome and the fuzzy version, and the tests hold this package against
them. It is not called because the rest is missing or differs from the R package QCA 3.25: PRI of a
row (0.424 where QCA gives 0.634), intermediate solutions (it admits a remainder only if every
condition stands as expected, and so returns the conservative formula), several models where several
are minimal, and relevance of necessity.
"""
