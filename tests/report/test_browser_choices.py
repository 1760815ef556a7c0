"""Choices inside the sentence of a claim: text, numbers, verdict and drawing change together."""

import csv

from replication import paths
from replication.analyses.claims.by_choice import CHOICES
from replication.exhibits.numbers import p_equals
from replication.report.inputs import placed


def shown(page, claim="H1"):
    box = page.locator(f"#answer-{claim}")
    chosen = box.locator(".forest .changed line")
    return {
        "verdict": box.locator(".verdict").inner_text(),
        "sentence": box.locator(".sentence").inner_text(),
        "details": box.locator(".details").inner_text(),
        "released": box.locator(".forest .released line").get_attribute("x1"),
        "chosen": chosen.get_attribute("x1") if chosen.count() else None,
        "axis": box.locator(".forest").evaluate("box => ({...box.dataset})"),
    }


def test_every_choice_gives_the_numbers_of_its_row(visit, real):
    page = visit(real)
    with (placed(paths.RESULTS, real) / "claims_by_choice.csv").open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if (r["model"], r["estimator"]) == ("M1", "firth")]
    assert len(rows) == 18
    first = shown(page)
    sentences = set()
    for row in rows:
        for choice in CHOICES:
            page.locator(f'#answer-H1 [data-choice="{choice}"]').select_option(row[choice])
        now = shown(page)
        assert p_equals(float(row["p_value"])) in now["sentence"]
        assert f"N = {row['nobs']};" in now["details"]
        assert now["axis"] == first["axis"]
        assert now["released"] == first["released"]
        sentences.add(now["sentence"])
        base = [row[c] for c in CHOICES] == ["2", "intervention", "agreed", "all"]
        assert (now["chosen"] is None) == base
        assert page.locator("#answer-H1 .toggles button").is_disabled() == base
    assert len(sentences) > 10
    back = page.locator("#answer-H1 .toggles button")
    assert back.is_enabled()  # the last row is not the released one
    back.click()
    assert shown(page) == first
    # The other claim is left as it was.
    assert shown(page, "H2")["chosen"] is None


def test_claims_that_no_choice_varies_have_no_toggles(visit, real):
    page = visit(real)
    assert page.locator("#answer-H1 .toggles select").count() == len(CHOICES)
    assert page.locator("#answer-H5 .toggles").count() == 0


def test_without_scripts_the_released_answer_and_the_spread_can_be_read(visit, real):
    page = visit(real, java_script_enabled=False)
    text = page.locator("#answer-H1").inner_text()
    assert "Over all 18 combinations" in text
    assert page.locator(".toggles").count() == 0
