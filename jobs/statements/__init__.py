"""Job statements as text: their grammar and lint, and one general statement for many. Pure."""

from jobs.statements.grammar import RULES, LintWarning, lint

__all__ = ["RULES", "LintWarning", "lint"]
