"""What a break is: one change to a chapter's code that makes one claim false."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Break:
    """claim: the check cell's `claim`. old, new: what is replaced in the code that the check stands on. why:
    in words."""

    claim: str
    old: str
    new: str
    why: str
