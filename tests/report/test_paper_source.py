"""The paper's source: what it asks for, and that no result is typed into it."""

import re

import pytest

from replication import paths
from replication.analyses.claims.reading import read_claims
from replication.registry import ESTIMATORS
from replication.report import paper_source
from replication.report.paper_keys import KEY_COLUMNS, SUMMARY_READS, tables_needed
from replication.report.paper_results import PaperResults
from replication.report.paper_source import Call, Comparison, calls, comparisons, keys_of
from replication.report.paper_summaries import SUMMARIES
from replication.workflow import EXHIBIT_LISTS, exhibit_lines

CLAIMS = read_claims(paths.SPECIFICATIONS)
SOURCE = paper_source.SOURCE.read_text(encoding="utf-8")
# Digits that prose may hold, and why.
ALLOWED = {
    r"\b[HMARS][1-8]\b": "names of hypotheses and models",
    "HC3|CR2": "names of estimators of the variance",
    r"\b95 %": "level of every interval",
}


def prose(source):
    """Give the text between abstract and references without calls, conditions, citations and options."""
    text = source[source.index("*Abstract.*") : source.index("#bibliography(")]
    text = re.sub(r"(?m)^\s*//.*$", "", text)
    text = re.sub('#(?:tab|fig)[(]"[^"]*"[^)]*[)]', "", text)
    text = re.sub(r'(?<![\w-])#?[a-z0-9]+[(]"[^"]*"', "", text)
    text = re.sub("#cite[(][^)]*[)]", "", text)
    text = re.sub("#(?:set|let)[ ].*", "", text)
    return re.sub(r"@[\w-]+|<[\w-]+>", "", text)


def bare_digits(text):
    for pattern in ALLOWED:
        text = re.sub(pattern, "", text)
    return [found[0] for found in re.finditer(".{0,25}[0-9].{0,25}", text)]


def test_no_result_is_typed_into_the_prose():
    assert bare_digits(prose(SOURCE)) == []


@pytest.mark.parametrize("typed", ["rose by 12 points", "p = 0.03", "about 4.7", "24 cases", "H9"])
def test_a_typed_number_would_be_noticed(typed):
    changed = SOURCE.replace(
        "The cases are few", f"The estimate {typed} here. The cases are few", 1
    )
    assert changed != SOURCE
    assert len(bare_digits(prose(changed))) == 1


def test_allowed_digits_are_all_in_use():
    text = prose(SOURCE)
    assert [pattern for pattern in ALLOWED if not re.search(pattern, text)] == []


def test_no_verdict_is_typed_into_the_prose():
    assert re.findall("undecided|leans (?:for|against)", prose(SOURCE), re.IGNORECASE) == []


def test_calls_are_found_with_their_lines():
    lines = [
        '#let n(key) = look("n", key)', '// #n("commented.out")', 'A #n("a.b") and #p("c d.e")',
        '#when("a.b > 0 and c.d <= e.f")[#int("g.h") of them][none], #link("n.a")', '#fig("figure01_x")',
    ]  # fmt: skip
    assert calls("\n".join(lines)) == [
        Call("n", "a.b", 3), Call("p", "c d.e", 3), Call("when", "a.b > 0 and c.d <= e.f", 4),
        Call("int", "g.h", 4), Call("fig", "figure01_x", 5),
    ]  # fmt: skip


def test_keys_of_a_condition_are_its_results_not_its_numbers():
    call = Call(
        "when", "M1.firth.x>=2.p_value < 0.05 and t.first request.share > M1.firth.x.estimate", 1
    )
    assert keys_of(call) == [
        "M1.firth.x>=2.p_value",
        "t.first request.share",
        "M1.firth.x.estimate",
    ]
    assert keys_of(Call("fig", "figure01_x", 1)) == []


def test_conditions_are_taken_apart():
    assert comparisons("a.b >= 1 or c.d == True") == (
        "or",
        [Comparison("a.b", ">=", "1"), Comparison("c.d", "==", "True")],
    )


@pytest.mark.parametrize("condition", ["a.b", "a.b > 1 and c.d < 2 or e.f > 3", "a.b > 1 > 2", ""])
def test_what_is_no_condition_is_refused(condition):
    with pytest.raises(ValueError, match="allowed are comparisons"):
        comparisons(condition)


def test_every_condition_of_the_source_can_be_read():
    for call in calls(SOURCE):
        if call.form == paper_source.CONDITION:
            comparisons(call.key)


def test_every_key_names_a_declared_table_or_an_estimate():
    keys = {key for call in calls(SOURCE) for key in keys_of(call)}
    assert keys
    for key in keys:
        first, *rest = key.split(".")
        known = first in KEY_COLUMNS or first in SUMMARY_READS
        assert (
            known
            or ESTIMATORS.keys() & set(rest)
            or {"bounds", "rank_test", "fractional_logit"} & set(rest)
        ), key
        assert tables_needed(key)


def test_every_summary_has_its_tables_and_the_other_way_round():
    assert set(SUMMARIES) == set(SUMMARY_READS)
    assert not set(SUMMARIES) & set(KEY_COLUMNS)


def test_every_hypothesis_is_answered_and_named_in_the_abstract():
    asked = [call.key for call in calls(SOURCE) if call.form == paper_source.ANSWER]
    # A claim that was added stands in table, page and verdicts; the paper answers those of the plan.
    assert set(asked) <= {claim.claim for claim in CLAIMS}
    assert sorted(asked) == ["H1", "H2", "H3", "H4", "H5", "R1", "R2", "S1"]
    abstract = SOURCE[SOURCE.index("*Abstract.*") : SOURCE.index("= Question")]
    for claim in asked:
        assert f'claim-row("{claim}", ' in abstract


def test_every_exhibit_of_the_source_is_one_of_the_project():
    listed = {name for script in EXHIBIT_LISTS for name in exhibit_lines(paths.SCRIPTS / script)}
    asked = {
        call.key for call in calls(SOURCE) if call.form in (paper_source.TABLE, paper_source.FIGURE)
    }
    assert asked <= listed
    assert any(name.startswith("table") for name in asked)


def test_every_reference_is_cited_and_every_citation_has_a_reference():
    entries = set(
        re.findall(r"(?m)^@\w+\{([\w-]+),", paper_source.REFERENCES.read_text(encoding="utf-8"))
    )
    labels = set(re.findall(r"<([\w-]+)>", SOURCE))
    cited = set(re.findall(r"(?<![\w])@([a-z][\w-]*)", SOURCE)) | set(
        re.findall(r"#cite[(]<([\w-]+)>", SOURCE)
    )
    assert cited & entries == entries
    assert cited - entries <= labels


def test_looking_nothing_up_reads_nothing(tmp_path):
    PaperResults(tmp_path)


def test_no_semicolon_of_the_prose_is_taken_for_the_end_of_code():
    """After a call a semicolon ends the code and is not set; as a sign of the sentence it needs a backslash."""
    for source in (paper_source.SOURCE, paper_source.SUPPLEMENT):
        lines = source.read_text(encoding="utf-8").splitlines()
        assert [line for line in lines if "];" in line or '");' in line] == []
