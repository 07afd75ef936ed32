"""Captions: what is drawn, said in words; and read back.

The grammar, in which each bracket may be missing and nothing is said that can't be seen:

.. code-block:: none

    caption  a [young | old] WHO with hair [extras] [mood] place time
    WHO      citizen | thief | police officer
    hair     (short | long) [black | brown | blond | red | grey] hair
    extras   a beard, glasses, a COLOUR (hat | beanie): after commas,
             with "and" before the last
    mood     , smiling | , sad
    place    , before (hills | houses | trees)
    time     [by night]

Chapters 20, 22 and 23.
"""

import re

from gan_teach.images.town.citizens import CONTINUOUS, DISCRETE, GREY_AT, READABLE_UNTIL, Citizens, visible

WHO = {"citizen": "citizen", "thief": "thief", "police": "police officer"}
YOUNG_UNTIL, OLD_FROM = 0.25, 0.75
SMILING_FROM, SAD_UNTIL = 0.4, -0.4
COLOUR, HAIR = "|".join(DISCRETE["clothes"]), "|".join(DISCRETE["hair"])
PATTERN = re.compile(
    rf"an? (?P<age>young |old )?(?P<role>{'|'.join(WHO.values())})"
    rf" with (?P<hair_length>short|long) (?P<hair>(?:{HAIR}|grey) )?hair"
    rf"(?P<beard>(?:,| and) a beard)?(?P<glasses>(?:,| and) glasses)?"
    rf"(?:(?:,| and) a (?P<clothes>{COLOUR}) (?P<hat>hat|beanie))?"
    rf"(?P<smile>, smiling|, sad)?"
    rf", before (?P<background>{'|'.join(DISCRETE['background'])})(?P<night> by night)?"
)


def captions(citizens: Citizens) -> list[str]:
    """A caption for each of the citizens."""
    seen = {name: values.tolist() for name, values in visible(citizens).items()}
    names = {name: citizens.names(name) for name in DISCRETE}
    ages, smiles = citizens.age.tolist(), citizens.smile.tolist()
    return [
        _caption({name: values[i] for name, values in names.items() if seen[name][i]}, ages[i], smiles[i])
        for i in range(len(citizens))
    ]


def _caption(shown: dict[str, str], age: float, smile: float) -> str:
    """A caption of what is shown, by name; what can't be seen is missing there."""
    years = "young " if age < YOUNG_UNTIL else "old " if age > OLD_FROM else ""
    colour = "grey" if age >= GREY_AT else shown.get("hair", "")
    has = [" ".join(filter(None, (shown["hair_length"], colour, "hair")))]
    if shown["beard"] == "yes":
        has.append("a beard")
    if shown["glasses"] == "yes":
        has.append("glasses")
    if shown.get("hat", "none") != "none":
        has.append(f"a {shown['clothes']} {shown['hat']}")
    things = " and ".join(filter(None, (", ".join(has[:-1]), has[-1])))
    mood = ", smiling" if smile > SMILING_FROM else ", sad" if smile < SAD_UNTIL else ""
    place = f", before {shown['background']}" + (" by night" if shown["night"] == "yes" else "")
    return f"{'an' if years == 'old ' else 'a'} {years}{WHO[shown['role']]} with {things}{mood}{place}"


def asked(caption: str) -> dict:
    """What a caption asks for, as `sample` takes it: sample(n, generator, **asked(caption)).

    What it doesn't mention is as `captions` would have left it out: no beard, a middle age; but the factors
    that no caption names stay free. Errors: `ValueError` for a text that isn't of the grammar, with the
    first word that no caption has, if there is one.
    """
    found = PATTERN.fullmatch(caption) if isinstance(caption, str) else None
    if not found:
        raise ValueError(f"{_strange(caption)}a caption is like {EXAMPLE!r}, but {caption!r} was given")
    said = {name: (text or "").strip(", ") for name, text in found.groupdict().items()}
    role = next(name for name, word in WHO.items() if word == said["role"])
    factors = {name: said[name] for name in ("hair_length", "background")} | {"role": role}
    factors |= {name: "yes" if said[name] else "no" for name in ("beard", "glasses", "night")}
    factors |= {"age": _ages(said, caption), "smile": _smiles(said["smile"])}
    factors |= {"hair": said["hair"]} if said["hair"] in DISCRETE["hair"] else {}
    if role != "police":
        factors["hat"] = said["hat"] or "none"
    elif said["hat"]:
        raise ValueError(f"who is with the police wears a cap, but {caption!r} was given")
    return factors | ({"clothes": said["clothes"]} if said["clothes"] else {})


def _ages(said: dict[str, str], caption: str) -> tuple[float, float]:
    """The ages that fit the words on age and hair. Errors: `ValueError` where none does."""
    first, last = CONTINUOUS["age"]
    ages = {"young": (first, YOUNG_UNTIL), "old": (OLD_FROM, last), "": (YOUNG_UNTIL, OLD_FROM)}
    hair = {"grey": (GREY_AT, last), "": (READABLE_UNTIL, GREY_AT)}.get(said["hair"], (first, READABLE_UNTIL))
    low, high = (choose(pair) for choose, pair in zip((max, min), zip(ages[said["age"]], hair)))
    if low >= high:
        raise ValueError(
            f"hair is grey from the age of {GREY_AT} on and coloured until {READABLE_UNTIL}, young is below "
            f"{YOUNG_UNTIL} and old above {OLD_FROM}, but {caption!r} was given"
        )
    return low, high


def _smiles(word: str) -> tuple[float, float]:
    """The range of smiles for the word on mood."""
    sad, glad = CONTINUOUS["smile"]
    return {"smiling": (SMILING_FROM, glad), "sad": (sad, SAD_UNTIL), "": (SAD_UNTIL, SMILING_FROM)}[word]


EXAMPLE = "an old thief with long grey hair, glasses and a red hat, smiling, before houses by night"
# All words of the grammar: the pattern without the names of its groups. "an?" hides "an".
WORDS = sorted(set(re.findall("[a-z]+", re.sub(r"\(\?P<\w+>", "(", PATTERN.pattern))) | {"an"})


def _strange(caption) -> str:
    """A few words on the first word that no caption has, or nothing."""
    words = re.findall(r"[^\s,]+", caption) if isinstance(caption, str) else []
    unknown = next((word for word in words if word not in WORDS), None)
    return f"no caption has the word {unknown!r}; " if unknown else ""
