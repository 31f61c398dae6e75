"Rules of the doctor, a module for what they look at; whoever imports them has all of them."
from lossfx.doctor.rules.base import Finding, Rule, explained_at, rules, sections, severities
from lossfx.doctor.rules import (shapes, labels, spaces, gradients, means, by_hand, similarities,
                                 by_trial, by_name, terms, laws, formulas, options, source)

__all__ = ["Finding", "Rule", "by_hand", "by_name", "by_trial", "explained_at", "formulas",
           "gradients", "labels", "laws", "means", "options", "rules", "sections", "severities",
           "shapes", "similarities", "source", "spaces", "terms"]
