"""What chapter 21 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-21-nat",
        asks={
            "ceiling_of": "the ceiling of the double softmax with K codes, in nats",
            "most": "what the ceiling comes as close to as you like, and never exceeds",
        },
        lifts={"most": ("< 1 for n", "1")},
        adds="""
assert abs(most - ceiling_of(10**12)) < 1e-6, f"not yet: most = {most}"
for K in (2, 3, 50, 1000):
    chances = torch.zeros(1, K).double()
    chances[0, 0] = 1
    first_code = torch.tensor([0])
    reached_by = bound(chances.log_softmax(1), first_code, math.log(K))
    assert abs(ceiling_of(K) - reached_by) < 1e-9, f"not yet: K = {K}"
""",
        wrong=(
            Wrong(
                "return 1 - math.log(1 + (math.e - 1) / K)",
                "return math.log(K)",
                "abs(ceiling_of(10) - math.log(10)) < 1e-6",
                "This is all that the code holds. A softmax of chances is flatter than a guess could be, and "
                "can't say it all.",
            ),
            Wrong(
                "return 1 - math.log(1 + (math.e - 1) / K)",
                "return math.log(K) - math.log(math.e + K - 1)",
                "ceiling_of(10) < 0",
                "The chance of the right code is e over the sum, not 1 over it: its own logit is missing.",
            ),
            Wrong(
                "return 1 - math.log(1 + (math.e - 1) / K)",
                "return math.log2(K) + 1 - math.log2(math.e + K - 1)",
                "abs(ceiling_of(10) - math.log2(20 / (math.e + 9))) < 1e-6",
                "The ceiling is asked for in nats: take the natural logarithm.",
            ),
        ),
    ),
    Task(
        "ex-21-order",
        asks={
            "lists": "the set of what words.counts makes of every caption, each a tuple of numbers",
            "one": "a caption of a town that has black hats, too, built as the town's captions are",
            "other": "another one, of another citizen, with the same counts",
        },
        given=("every",),
        adds="""
assert one != other, "not yet: two captions"
assert "black hat" in one or "black hat" in other, "not yet: a black hat"
counted_all = words.counts(every).tolist()
assert lists == {tuple(row) for row in counted_all}, "not yet: lists"
""",
        wrong=(
            Wrong(
                "words.counts(every).tolist()",
                "words.counts(every)",
                "any(torch.is_tensor(number) for row in lists for number in row)",
                "A set never takes two tensors for the same, even if their numbers are: make them numbers "
                "first, with tolist().",
            ),
            Wrong(
                "{tuple(row) for row in words.counts(every).tolist()}",
                "set(every)",
                "any(isinstance(row, str) for row in lists)",
                "These are the captions themselves, and all different: count their words, then compare.",
            ),
            Wrong(
                "{tuple(row) for row in words.counts(every).tolist()}",
                "[tuple(row) for row in words.counts(every).tolist()]",
                "isinstance(lists, list)",
                "A list keeps what is equal twice, so its length says nothing. Make it a set.",
            ),
            Wrong(
                '"short red hair and a black hat"',
                '"short red hair and a red hat"',
                "not torch.equal(words.counts([one]), words.counts([other]))",
                "These two have different counts: take the same words, and let two colours change places.",
            ),
        ),
    ),
    Task(
        "ex-21-right",
        asks={
            "epsilon": "how often two of the captions told_of, drawn at random, are equal",
            "sure": "the best verdict on a fitting caption, as a chance",
        },
        given=("told_of",),
        lifts={"sure": "1 / (1 + epsilon / 2)"},
        probes="""
meets = sum(told_of.count(told) for told in told_of) / len(told_of) ** 2
assert epsilon > 0, f"not yet: epsilon = {epsilon}"
""",
        adds="""
# With or without the same citizen twice.
without_self = meets - 1 / len(told_of)
assert without_self - 1e-5 < epsilon < meets + 1e-5, (
    f"not yet: epsilon = {epsilon}"
)
half = 1 / sure - 1  # what the odds against it are
assert abs(half / epsilon - 0.5) < 0.002, f"not yet: sure = {sure}"
""",
        wrong=(
            Wrong(
                "float((counted / len(told_of)).square().sum())",
                "1 / len(counted)",
                "abs(epsilon - 1 / len(set(told_of))) < 1e-9",
                "This is so if all captions are equally frequent. Some are told more often, and meet "
                "themselves more often.",
            ),
            Wrong(
                "float((counted / len(told_of)).square().sum())",
                "float((counted / len(told_of)).max())",
                "abs(epsilon - max(told_of.count(told) for told in set(told_of)) / len(told_of)) < 1e-6",
                "This is how frequent the most frequent caption is. Two random captions may be equal in "
                "all of their kinds: sum up the squares.",
            ),
            Wrong(
                "1 / (1 + epsilon / 2)",
                "1 - epsilon / 2",
                "epsilon > 0.01 and abs(sure - 1 + epsilon / 2) < 1e-7",
                "This is nearly so for a small epsilon. The best verdict is right over right and wrong: "
                "1 to epsilon / 2.",
            ),
            Wrong(
                "1 / (1 + epsilon / 2)",
                "1 / (1 + epsilon)",
                "abs(sure - 1 / (1 + epsilon)) < 1e-6",
                "Wrong captions count only half in the loss of the police: the other half is for painted "
                "pictures.",
            ),
        ),
    ),
]
