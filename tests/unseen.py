"Sets of calls that were written without a look at the rules: what is wrong, and what names it."
from typing import NamedTuple


class Unseen(NamedTuple):
    "A call of a loss, wrong or right."

    cite: str  # Where it comes from: a thread, an issue, the paper whose loss it is
    what: str  # What is wrong, or looks so
    rule: str | None  # Which rule names it; "" if none does, None of a right one
    build: object  # Makes the loss, its arguments, and those by name


def book():
    "A list of calls, and two decorators that note one."
    cases = []

    def wrong(cite, what, rule=""):
        def note(build): cases.append(Unseen(cite, what, rule, build)); return build
        return note

    def right(cite, what): return wrong(cite, what, None)
    return cases, wrong, right
