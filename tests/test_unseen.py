"""The doctor on calls that were written without a look at its rules.

Each set was tried once before a rule changed for it: `FIRST` is what was named then. What is named
now, and by which rule, stands beside each call; right ones draw hints at most."""
import pytest
import torch
from lossfx import diagnose
from unseen_acceptance import CASES as ACCEPTANCE
from unseen_colleagues import CASES as COLLEAGUES
from unseen_company import CASES as COMPANY
from unseen_consultant import CASES as CONSULTANT
from unseen_course import CASES as COURSE
from unseen_famous import CASES as FAMOUS
from unseen_filer import CASES as FILER
from unseen_forums import CASES as FORUMS
from unseen_institute import CASES as INSTITUTE
from unseen_newsletter import CASES as NEWSLETTER
from unseen_notebooks import CASES as NOTEBOOKS
from unseen_papers import CASES as PAPERS
from unseen_questions import CASES as QUESTIONS
from unseen_recipes import CASES as RECIPES
from unseen_repositories import CASES as REPOSITORIES
from unseen_research import CASES as RESEARCH
from unseen_reviewer import CASES as REVIEWER
from unseen_reviews import CASES as REVIEWS
from unseen_right import CASES as SUSPECTS
from unseen_right import LAST
from unseen_teacher import CASES as TEACHER
from unseen_teams import CASES as TEAMS
from unseen_threads import CASES as THREADS
from unseen_torch import CASES as TORCH
from unseen_trial import CASES as TRIAL
from unseen_users import CASES as USERS

SETS = dict(forums=FORUMS, repositories=REPOSITORIES, papers=PAPERS, torch=TORCH, recipes=RECIPES,
            notebooks=NOTEBOOKS, reviews=REVIEWS, colleagues=COLLEAGUES, questions=QUESTIONS,
            teams=TEAMS, users=USERS, course=COURSE, trial=TRIAL,
            research=RESEARCH, reviewer=REVIEWER, suspects=SUSPECTS,
            threads=THREADS, filer=FILER, famous=FAMOUS, acceptance=ACCEPTANCE,
            consultant=CONSULTANT, company=COMPANY, teacher=TEACHER,
            newsletter=NEWSLETTER, institute=INSTITUTE)
FIRST = dict(forums=22, repositories=10, papers=13, torch=45, recipes=28, notebooks=51, reviews=38,
             colleagues=42, questions=54, teams=28, users=45, course=35,
             trial=57, research=20, reviewer=39, threads=36, filer=52, famous=25,
             acceptance=41, consultant=45, company=26, teacher=46,
             newsletter=50, institute=43)
ALL = [(name, case) for name, cases in SETS.items() for case in cases]
WRONG = [(name, case) for name, case in ALL if case.rule is not None]
RIGHT = [case for _, case in ALL if case.rule is None]


def found(case):
    "What is said of a case, which seeds its own numbers."
    torch.manual_seed(0)
    loss, args, *named = case.build()
    return diagnose(loss, *args, **(named[0] if named else {}))


@pytest.mark.parametrize("case", [c for _, c in WRONG], ids=lambda c: c.what)
def test_what_is_wrong_is_named(case):
    ids = [f.id for f in found(case)]
    assert not case.rule or case.rule in ids, ids


@pytest.mark.parametrize("case", RIGHT, ids=lambda c: c.what)
def test_what_is_right_draws_no_alarm(case):
    said = [f for f in found(case) if f.severity != "hint"]
    assert not said, [(f.id, f.seen) for f in said]


@pytest.mark.parametrize("case", SUSPECTS, ids=lambda c: c.what)
def test_what_looks_wrong_has_the_value_of_another_way(case):
    "Where the case computes one: of a distribution of torch's, of a loop."
    LAST.clear()
    loss, args, *named = case.build()
    value = loss(*args, **(named[0] if named else {}))
    assert all(float(value.detach()) == pytest.approx(v, 1e-3, 1e-5) for v in LAST)


def test_how_many_are_named(fact):
    "Of a set, first and now; and how many right calls draw a hint."
    assert len(WRONG) >= 1250 and len(RIGHT) >= 1250
    for name, cases in SETS.items():
        wrong = [c for c in cases if c.rule is not None]
        if not wrong: continue
        now = sum(bool(c.rule) for c in wrong)
        assert FIRST[name] <= now
        fact(f"unseen {name}: {FIRST[name]} of {len(wrong)} were named at first, {now} are now")
    hinted = [c.what for c in RIGHT if found(c)]
    assert len(hinted) <= len(RIGHT) / 30, hinted
    fact(f"{len(hinted)} of {len(RIGHT)} right calls of these sets draw a hint")
