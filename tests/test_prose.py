"""A wrong number in the prose is caught, and what is no number of the prose is left alone."""

import pytest
from prose import numbers_in, prose, untied_numbers

OUTPUTS = "share 0.93\ncovered 8 of 8\nJSD 0.012 nats\nsteps 10,000\nTrue\n12%\n"


@pytest.mark.parametrize(
    "text",
    [
        "The share is 0.93.",
        "The share is 0.93, the JSD **0.012** nats.",
        "About 12 % of them; 12% of them.",
        "It covers 8<!-- checked --> of 8 modes, in **10,000**<!-- checked --> steps.",
        "The paper reports 225.4 {cite:p}`goodfellow2014`.",
        "An integer such as 17 needs no tie.",
        "Run `lr=0.0002` or {math}`0.77`, $0.5 + 0.25$, and\n\n$$ 1.386 = \\log 4 $$",
        "\\begin{align*}\n a &= 0.123\n\\end{align*}",
        "See [the page](page-1.5.html) and https://example.org/1.25/ and {doc}`chapter 0.4 <x>`.",
        "```python\nx = 0.55\n```",
        "```{code-block} python\n:caption: no\nx = 0.55\n```",
        "```{math}\n:label: eq-0.5\nx = 0.55\n```",
        ":::{figure} pictures/v1.5.png\n:width: 47.5%\nA picture.\n:::",
        "<!-- a remark: 0.31 --> Words.",
        "(section-1.2)=\n## Words",
        "Version 1.0.4 of it.",
    ],
)
def test_this_prose_is_tied(text):
    assert untied_numbers(text, OUTPUTS) == []


@pytest.mark.parametrize(
    "text, number",
    [
        ("The share is 0.94.", "0.94"),
        ("The share is 0.9.", "0.9"),
        ("The JSD is 0.01.", "0.01"),
        ("The share is −0.31 there.", "0.31"),
        ("About 13 % of them.", "13"),
        ("About 93% of them.", "93"),
        ("It covers 7<!-- checked --> of 8 modes.", "7"),
        ("It covers **7**<!-- checked --> of 8 modes.", "7"),
        ("In 20,000<!-- checked --> steps.", "20,000"),
        (":::{admonition} A box with 0.31\n:class: tip\nWords.\n:::", "0.31"),
        (":::{admonition} A box\n:class: tip\n\nIt is 0.31.\n:::", "0.31"),
        ("```{exercise} Title\n:label: e\nWhy 0.31?\n```", "0.31"),
        ("````{prf:theorem}\n```{math}\n0.5\n```\nIt is 0.31.\n````", "0.31"),
        ("```python\nx = 1\n```\nIt is 0.31.", "0.31"),
        ("One says 0.31 {cite:p}`a`.\n\nAnother says 0.32.", "0.32"),
        ("| a | b |\n|---|---|\n| 1 | 0.31 |", "0.31"),
        ("- it is 0.31", "0.31"),
        ("Costs \\$5, gains 0.31, costs \\$6.", "0.31"),
    ],
)
def test_a_wrong_number_is_caught(text, number):
    complaints = untied_numbers(text, OUTPUTS)
    assert len(complaints) == 1 and complaints[0].startswith(number)


def test_a_tie_without_a_number_is_no_silent_success():
    assert "follows no integer" in untied_numbers("Some words <!-- checked --> here.", OUTPUTS)[0]


def test_tokens_are_whole():
    assert numbers_in("1.386 10,000 x12 3_000") == {"1.386", "10000", "12", "3000"}


def test_words_survive():
    assert prose("Some *words* and `code`.").split() == ["Some", "*words*", "and", "."]
