"""What chapter 23 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-23-lost",
        asks={"lost": "the information that a generator with this table loses, in nats"},
        given=("exchanged", "odd"),
        probes="""
rolled = torch.Generator().manual_seed(0)
seen_of = torch.rand(3, 6, generator=rolled).double()
seen_of = seen_of / seen_of.sum()
first_made = torch.rand(6, 6, generator=rolled).double().softmax(1)
then_made = (3 * torch.rand(6, 4, generator=rolled).double()).softmax(1)
one_for_all = torch.ones(9, 1).double()
""",
        adds="""
assert abs(lost(real, one_for_all) - information(real)) < 1e-9, (
    "not yet: who says the same of all loses all there is, in nats"
)
# What two generators in a row lose is what the first loses, and then the
# second of what the first has made.
in_a_row = lost(seen_of, first_made @ then_made)
one_by_one = lost(seen_of, first_made)
one_by_one += lost(seen_of @ first_made, then_made)
assert abs(in_a_row - one_by_one) < 1e-9 and in_a_row > 0, (
    "not yet: other tables and other data"
)
""",
        wrong=(
            Wrong(
                "information(joint) - information(joint @ table)",
                "information(joint @ table)",
                "lost(real, torch.eye(9).double()) > 0.1",
                "This is what is left. A generator that hands out what it saw loses nothing.",
            ),
            Wrong(
                "information(joint) - information(joint @ table)",
                "information(joint) - information(table / len(table))",
                "abs(lost(real, torch.eye(9).double()) - information(real) + math.log(9)) < 1e-6",
                "This compares with what the made data say of the real ones. Asked is what they say of the "
                "law: multiply the tables.",
            ),
            Wrong(
                "information(joint) - information(joint @ table)",
                "1 - information(joint @ table) / information(joint)",
                "abs(lost(real, one_for_all) - 1) < 1e-6",
                "This is the share that is lost: asked is the amount, in nats.",
            ),
        ),
    ),
    Task(
        "ex-23-wise",
        asks={"wise": "shares [..., 6], spread to the neighbours and mirrored"},
        given=("teaches",),
        adds="""
alone, stacked = wise(seen_shares[1]), wise(seen_shares[None])
for shares in (alone, stacked[0, 1]):
    assert torch.allclose(shares, wise(seen_shares)[1]), (
        "not yet: the places are the last index, however many are before"
    )
""",
        wrong=(
            Wrong(
                "return (p + p.flip(-1)) / 2",
                "return p.flip(-1)",
                "torch.allclose(wise(seen_shares), spread(seen_shares).flip(-1))",
                "This turns all data round, and knows no more than before. Keep one half as it was.",
            ),
            Wrong(
                "return (p + p.flip(-1)) / 2",
                "return p + p.flip(-1)",
                "abs(float(wise(seen_shares)[0].sum()) - 2) < 1e-9",
                "The chances have to add up to 1.",
            ),
            Wrong(
                "p = spread(p)",
                "p = p.clone()",
                "torch.allclose(wise(seen_shares), (seen_shares + seen_shares.flip(-1)) / 2)",
                "This mirrors only. Spread the shares to the neighbours, too.",
            ),
        ),
    ),
    Task(
        "ex-23-many",
        asks={
            "kinds_among": "the most different kinds that one may expect among n, exactly (not rounded)",
            "half_way": "how many portraits until half of 7,200 kinds can be expected, a whole number",
        },
        adds="""
for n, kinds, wanted in ((1, 5, 1), (2, 5, 1.8), (3, 2, 1.75)):
    assert abs(kinds_among(n, kinds) - wanted) < 1e-6, (
        f"not yet: {n} among {kinds} kinds"
    )
assert half_way == int(half_way), f"not yet: half_way = {half_way}"
""",
        wrong=(
            Wrong(
                "kinds * (1 - (1 - 1 / kinds) ** n)",
                "min(n, kinds)",
                "kinds_among(1000, 7200) == 1000",
                "So many there are only without twins. Some of 1,000 random citizens are of the same kind.",
            ),
            Wrong(
                "math.ceil(math.log(2) / -math.log(1 - 1 / 7200))",
                "7200 // 2",
                "half_way == 3600",
                "Some of the first 3,600 are twins: more are needed until 3,600 kinds have been seen.",
            ),
        ),
    ),
    Task(
        "ex-23-hats",
        asks={
            "needed": "pictures until the standard error of a share p is half of the gap (one more or less "
            "doesn't matter)"
        },
        adds="""
for p, gap, wanted in ((0.5, 0.02, 2500), (0.3, 0.1, 84), (0.9, 0.05, 144)):
    assert abs(needed(p, gap) - wanted) <= 1, f"not yet: {p}, gap {gap}"
""",
        wrong=(
            Wrong(
                "4 * p * (1 - p) / gap**2",
                "p * (1 - p) / gap**2",
                "abs(needed(0.1, 0.01) - 900) <= 1",
                "With so many the error is as large as the gap: half of it needs four times as many.",
            ),
            Wrong(
                "4 * p * (1 - p) / gap**2",
                "2 * math.sqrt(p * (1 - p)) / gap",
                "abs(needed(0.1, 0.01) - 60) <= 1",
                "The error falls with the root of the number: to halve it takes four times as many.",
            ),
            Wrong(
                "4 * p * (1 - p) / gap**2",
                "4 * p / gap**2",
                "abs(needed(0.1, 0.01) - 4000) <= 1",
                "A picture that is counted or not has the variance p (1 - p), not p.",
            ),
        ),
    ),
]
