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
        adds='assert abs(most - ceiling_of(10**12)) < 1e-6, f"not yet: most = {most}"',
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
        ),
    ),
    Task(
        "ex-21-order",
        asks={
            "lists": "the set of the lists of counts of every caption, each a tuple of numbers",
            "one": "a caption of a town that has black hats, too",
            "other": "another one with the same counts",
        },
        given=("every",),
        adds='assert one != other, "not yet: two captions"',
        wrong=(
            Wrong(
                "words.counts(every).tolist()",
                "words.counts(every)",
                "any(torch.is_tensor(number) for row in lists for number in row)",
                "A set never takes two tensors for the same, even if their numbers are: make them numbers "
                "first, with tolist().",
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
        wrong=(
            Wrong(
                "float((counted / len(told_of)).square().sum())",
                "1 / len(counted)",
                "abs(epsilon - 1 / len(set(told_of))) < 1e-9",
                "This is so if all captions are equally frequent. Some are told more often, and meet "
                "themselves more often.",
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
