"""What chapter 23 asks of students, and what they get wrong."""

from tasks.base import Task, Wrong

TASKS = [
    Task(
        "ex-23-lost",
        asks={"lost": "the information that a generator with this table loses, in nats"},
        given=("exchanged", "odd"),
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
        ),
    ),
    Task(
        "ex-23-wise",
        asks={"wise": "shares [..., 6], spread to the neighbours and mirrored"},
        given=("teaches",),
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
        ),
    ),
    Task(
        "ex-23-many",
        asks={
            "kinds_among": "the most different kinds that one may expect among n",
            "half_way": "how many portraits until half of 7,200 kinds can be expected",
        },
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
        asks={"needed": "pictures until the standard error of a share p is half of the gap"},
        wrong=(
            Wrong(
                "4 * p * (1 - p) / gap**2",
                "p * (1 - p) / gap**2",
                "needed(0.1, 0.01) == 900",
                "With so many the error is as large as the gap: half of it needs four times as many.",
            ),
            Wrong(
                "4 * p * (1 - p) / gap**2",
                "2 * math.sqrt(p * (1 - p)) / gap",
                "needed(0.1, 0.01) == 60",
                "The error falls with the root of the number: to halve it takes four times as many.",
            ),
        ),
    ),
]
