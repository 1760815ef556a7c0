"""The short scripts for Stata and R: nothing hides in a comment, the syntax is the documented one, the figures agree.

No Stata is at hand. So its script is read by a lexer of Stata, each line is matched with the syntax that Stata
documents, and the mathematics, which stand in Mata, are carried over to Python line by line and run.
"""

import os
import re
import shutil
import subprocess

import numpy as np
import pytest
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment
from scipy import stats

from replication import paths
from replication.report.other_languages import MODELS, headline_script
from replication.specifications import Model, Sample, read_models, read_samples
from replication.tables import read_table

HELP = "https://www.stata.com/help.cgi?"
END = chr(10)
NAME, TEXT = "[a-z_][a-z0-9_]*", '"[^"]*"'
# What Stata documents, by the page of its help; an expression or a list of variables is anything.
SYNTAX = {
    "version": "version [0-9]+",
    "clear": "clear all",
    "import_delimited": f"import delimited using {TEXT}, varnames[(]1[)] stringcols[(]_all[)] encoding[(]{TEXT}[)] "
    "clear",
    "mata": "mata:.*",
    "m1_ado": "end",
    "display": f"display as (text|result) {TEXT}( .*)?",
    "use": f"use {TEXT}, clear",
    "keep": "keep if .+",
    "generate": f"generate double {NAME} = .+?( if .+)?",
    "drop": "drop if .+",
    "regress": "quietly regress (?:[a-z_]+[*]? ?)+, vce[(]hc3[)]",
    "assert": "assert .+",
}
# Functions of Mata, and of Stata's expressions, with the page of the help and the number of arguments they may have.
FUNCTIONS = {
    "invlogit": ("mf_logit", {1}), "ln": ("mf_exp", {1}), "sum": ("mf_sum", {1}), "det": ("mf_det", {1}),
    "quadcross": ("mf_quadcross", {2, 3}), "select": ("mf_select", {2}), "cols": ("mf_rows", {1}),
    "rows": ("mf_rows", {1}), "J": ("mf_j", {3}), "rowsum": ("mf_sum", {1}), "invsym": ("mf_invsym", {1}),
    "max": ("mf_minmax", {1}), "abs": ("mf_abs", {1}), "strtoreal": ("mf_strtoreal", {1}), "printf": ("mf_printf", {8}),
    "st_data": ("mf_st_data", {2}), "st_sdata": ("mf_st_data", {2}), "chi2tail": ("mf_normal", {2}),
    "st_matrix": ("mf_st_matrix", {1}), "sqrt": ("mf_sqrt", {1}), "diagonal": ("mf_diagonal", {1}),
    "mod": ("mf_mod", {2}), "ttail": ("mf_normal", {2}), "st_numscalar": ("mf_st_numscalar", {1, 2}),
    "tokens": ("mf_tokens", {1}), "missing": ("f_missing", set(range(1, 20))),
    "inlist": ("f_inlist", set(range(2, 11))),
    "scalar": ("f_scalar", {1}),
}  # fmt: skip
WORDS = {"return", "if", "for", "while", "mata"}  # of the language, not functions


def rendered(language="do"):
    return headline_script(
        language, read_models(paths.SPECIFICATIONS), read_samples(paths.SPECIFICATIONS)
    )


def hostile():
    """Give models whose labels would open a comment, or end one."""
    labels = ("all/*.yaml", "a // b", "///", "*/ x /*", "/*/ **//", f"new{END}line /*")
    models = {
        name: Model(name, label, "sought", "two", ("a>=2:b", "a"), ("a",))
        for name, label in zip((*MODELS, "M5", "M6"), labels, strict=False)
    }
    return headline_script("do", models, {"two": Sample("two", "", ("intervention",))})


def program_lines(text):
    return [line for line in text.splitlines() if line.strip() and not line.startswith("*")]


def calls(text):
    """Give each call in a program as the function's name and the number of its arguments."""
    bare = re.sub(TEXT, "0", text)
    for match in re.finditer("([A-Za-z_][A-Za-z0-9_]*)[(]", bare):
        depth, count, start = 1, 1, match.end()
        for mark in bare[start:]:
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(mark, 0)
            count += mark == "," and depth == 1
            if depth == 0:
                break
        yield match[1], count


@pytest.mark.parametrize("text", [rendered(), hostile()], ids=["declared", "hostile"])
def test_no_comment_opens_and_the_lexer_takes_every_program_line_for_code(text):
    assert not re.search("/[*]|[*]/|//", text)
    comments = {
        value.strip()
        for kind, value in get_lexer_by_name("stata").get_tokens(text)
        if kind in Comment
    }
    told = " ".join(comments)
    assert [line for line in program_lines(text) if line.strip() in told and len(line) > 4] == []
    assert len(program_lines(text)) > 100


def test_the_lexer_sees_a_comment_that_hides_the_program():
    text = "* data/raw/*.yaml" + END + "display 1"
    hidden = [v for kind, v in get_lexer_by_name("stata").get_tokens(text) if kind in Comment]
    assert "display 1" in "".join(hidden)


def mata_block(text):
    return text.split(f"{END}mata:{END}")[1].split(f"{END}end{END}")[0]


@pytest.mark.parametrize("text", [rendered(), hostile()], ids=["declared", "hostile"])
def test_every_command_has_the_syntax_that_stata_documents(text):
    for line in program_lines(text.replace(mata_block(text), "")):
        pages = [page for page, form in SYNTAX.items() if re.fullmatch(form, line)]
        assert pages, f"{line!r} is of no form listed from {HELP}"


@pytest.mark.parametrize("text", [rendered(), hostile()], ids=["declared", "hostile"])
def test_every_function_is_documented_and_has_its_number_of_arguments(text):
    own = set(re.findall("^(?:void|real [a-z]+) ([a-z_]+)[(]", mata_block(text), re.MULTILINE))
    program = "\n".join(program_lines(text)).replace("vce(hc3)", "").replace("varnames(1)", "")
    program = program.replace("stringcols(_all)", "").replace('encoding("utf-8")', "")
    for name, count in calls(program):
        if name not in own | WORDS | {"e"}:
            page, allowed = FUNCTIONS[name]
            assert count in allowed, f"{name} has {count} arguments, see {HELP}{page}"


def test_brackets_close_and_names_fit_stata():
    text = rendered()
    for opened, closed in ("()", "[]", "{}"):
        assert text.count(opened) == text.count(closed)
    names = re.findall("generate double ([a-z_0-9]+)", text)
    assert max(map(len, names)) <= 32
    assert not re.search(r"[A-Za-z0-9_.${}()-][\\]", text)  # reads as a path of Windows to scanners


# What of Mata the program uses, as Python has it. Matrices are arrays of two dimensions.
def _at(matrix, *where):
    places = [np.ravel(np.asarray(w, dtype=int)) - 1 for w in where]
    if len(places) == 2:
        return matrix[np.ix_(*places)]
    if isinstance(where[0], int):
        return np.ravel(matrix)[places[0][0]]
    return matrix[places[0]]


def _put(matrix, where, value):
    matrix[np.ravel(where).astype(int) - 1] = value


def _quadcross(left, middle, right=None):
    return left.T @ middle if right is None else left.T @ (middle * right)


MATA = {
    "at": _at, "put": _put, "quadcross": _quadcross, "joined": lambda *parts: np.hstack(parts),
    "invsym": np.linalg.inv, "det": np.linalg.det,
    "invlogit": lambda x: 1 / (1 + np.exp(-x)), "ln": np.log, "sum": np.sum, "sqrt": np.sqrt, "abs": np.abs,
    "cols": lambda x: x.shape[1], "rows": len, "J": lambda r, c, v: np.full((r, c), float(v)),
    "mod": lambda a, b: a % b,
    "rowsum": lambda x: x.sum(axis=1, keepdims=True), "max": np.max, "diagonal": lambda x: np.diag(x)[:, None],
    "select": lambda x, keep: x[np.ravel(keep)], "span": lambda n: np.arange(1, n + 1)[:, None],
    "chi2tail": lambda df, x: stats.chi2.sf(x, df), "ttail": lambda df, x: stats.t.sf(x, df),
}  # fmt: skip


def expression(text):
    text = text.replace("1::cols(X)", "span(cols(X))")
    text = re.sub("(?<![0-9:]) [*] ", " @ ", text)  # a product of matrices
    text = re.sub(":([*]|-|/|[+]|!=|==|<|[|])", lambda m: m[1], text)  # element by element
    text = text.replace(" & ", " and ").replace("))'", ")).T")
    text = re.sub(r"([a-z]+)[\[]([^]]*)[]]", lambda m: f"at({m[1]}, {m[2]})", text)
    text = re.sub(", [.](?=[)])", ", float('nan')", text)  # a missing number
    return text.replace("= (J(", "= joined(J(")


def python_of(mata):
    """Carry the program over: heads of functions, loops and conditions, assignments; declarations are left out."""
    lines, depth = [], 0
    for raw in mata.splitlines():
        line = raw.strip()
        head = re.fullmatch("(?:void|real [a-z]+) ([a-z_]+)[(](.*)[)]", line)
        loop = re.fullmatch("for [(]([a-z]) = 1; [a-z] <= (.*); [a-z][+][+][)] {", line)
        block = re.fullmatch("(if|while) [(](.*)[)] {", line)
        part = re.fullmatch(r"([a-z]+)[\[]([a-z]+)[]] = (.*)", line)
        if line in {"{", "}"}:
            depth += 1 if line == "{" else -1
            continue
        if head:
            arguments = ", ".join(word.split()[-1] for word in head[2].split(","))
            lines.append(f"def {head[1]}({arguments}):")
        elif loop:
            lines.append(f"{'    ' * depth}for {loop[1]} in range(1, {expression(loop[2])} + 1):")
            depth += 1
        elif block:
            lines.append(f"{'    ' * depth}{block[1]} {expression(block[2])}:")
            depth += 1
        elif part:
            lines.append(f"{'    ' * depth}put({part[1]}, {part[2]}, {expression(part[3])})")
        elif not re.match("real |string |external ", line):
            lines.append("    " * depth + expression(line))
    return "\n".join(lines)


def carried_over(model, cases):
    """Run the Mata program, carried over, on one model; give what it would compare."""
    data = cases[cases["sample"].isin(("intervention",))][[model.outcome, *model.terms]].dropna()
    y = data[[model.outcome]].to_numpy(dtype=float)
    x = data[list(model.terms)].to_numpy(dtype=float)
    found = []
    mata = re.sub(f"void compare[(].*?{END}}}{END}", "", mata_block(rendered()), flags=re.DOTALL)
    columns = np.hstack([x, np.ones((len(x), 1))])
    fit = np.linalg.inv(columns.T @ columns)
    b = fit @ columns.T @ y
    leverage = np.einsum("ij,jk,ik->i", columns, fit, columns)[:, None]
    meat = columns * ((y - columns @ b) / (1 - leverage))
    results = {"e(b)": b.T, "e(V)": fit @ meat.T @ meat @ fit}
    space = MATA | {
        "st_data": lambda _, name: x if name.endswith("*") else y,
        "st_matrix": results.get,
        "st_numscalar": lambda _: len(y) - columns.shape[1],
        "compare": lambda key, values: found.append((key, [float(np.squeeze(v)) for v in values])),
    }
    exec(python_of(mata.replace("st_data(., ", "st_data(0, ")), space)
    terms = ["const", *model.terms]
    space["firth_rows"](model.model, np.array(terms))
    space["linear_rows"](model.model, np.array(terms))
    return found


@pytest.mark.parametrize("name", MODELS)
def test_the_mathematics_of_the_stata_script_give_the_printed_figures(name):
    estimates = read_table(paths.OUTPUT / "estimates.csv")
    model = read_models(paths.SPECIFICATIONS)[name]
    found = carried_over(model, read_table(paths.DERIVED / "cases.csv"))
    assert len(found) == 2 * (len(model.terms) + 1)
    for (_, estimator, term), values in found:
        row = estimates.query("model == @name and sample == 'intervention'")
        row = row[(row["estimator"] == estimator) & (row["term"] == str(term))]
        wanted = row[["estimate", "statistic", "p_value"]].to_numpy(dtype=float)
        assert np.allclose(wanted, values, rtol=1e-7, atol=1e-7), (estimator, term)


@pytest.fixture(scope="module")
def in_r(tmp_path_factory):
    """Give a function that runs the script in R in a copy of the data, and what it said."""
    program = shutil.which("Rscript")
    if (
        program is None
        or subprocess.run(
            [program, "-e", "library(haven); library(brglm2)"], capture_output=True, check=False
        ).returncode
    ):
        if os.environ.get("EVERY_TEST_MUST_RUN") == "1":
            pytest.fail("R with haven and brglm2 is needed")
        pytest.skip("R with haven and brglm2 is not installed")
    home = tmp_path_factory.mktemp("a folder")
    (home / "data" / "derived").mkdir(parents=True)
    (home / "output").mkdir()
    shutil.copy(paths.DERIVED / "cases.dta", home / "data" / "derived")
    script = home / "script.R"
    script.write_text(rendered("R"), encoding="utf-8")

    def run(estimates):
        (home / "output" / "estimates.csv").write_text(estimates, encoding="utf-8")
        done = subprocess.run(
            [program, str(script), str(home)], capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    return run


def test_the_script_in_r_says_that_every_row_agrees_and_names_one_that_does_not(in_r):
    text = (paths.OUTPUT / "estimates.csv").read_text(encoding="utf-8")
    status, said = in_r(text)
    assert status == 0, said
    rows = sum(len(read_models(paths.SPECIFICATIONS)[name].terms) + 1 for name in MODELS)
    assert said.count(" agrees") == 2 * rows
    assert "DIFFERS" not in said
    line = next(
        x for x in text.splitlines() if "table03_models,M1,intervention,sought,firth,military" in x
    )
    # The p-value of the row, moved.
    heads = text.splitlines()[0].split(",")
    fields = line.split(",")
    fields[heads.index("p_value")] = "0.5" if float(fields[heads.index("p_value")]) < 0.4 else "0.1"
    status, said = in_r(text.replace(line, ",".join(fields)))
    assert status == 1
    assert said.count("DIFFERS") == 1
