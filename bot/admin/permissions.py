"""Who may do what at the desk: one table, read by every page and by a test."""

from __future__ import annotations

from collections.abc import Mapping

ROLES = ("admin", "reviewer", "exporter", "coordinator", "auditor")
EVERYONE = frozenset(ROLES)

# What somebody does at the desk → the roles that may. A page names what it does; there is no page without a line here.
PERMISSIONS: Mapping[str, frozenset[str]] = {
    "home.see": EVERYONE,
    "queue.see": frozenset({"admin", "reviewer", "exporter", "auditor"}),
    "application.see": frozenset({"admin", "reviewer", "auditor"}),
    "application.reveal": frozenset({"admin", "reviewer"}),
    "application.print": frozenset({"admin", "reviewer"}),
    "application.decide": frozenset({"admin", "reviewer"}),
    "batch.see": frozenset({"admin", "exporter", "auditor"}),
    "batch.make": frozenset({"admin", "exporter"}),
    "batch.take": frozenset({"admin", "exporter"}),
    "help.see": frozenset({"admin", "reviewer", "auditor"}),
    "help.reveal": frozenset({"admin", "reviewer"}),
    "help.answer": frozenset({"admin", "reviewer"}),
    "results.see": frozenset({"admin", "exporter"}),
    "results.upload": frozenset({"admin", "exporter"}),  # whoever hands batches over brings the answer back
    "results.reveal": frozenset({"admin", "exporter"}),
    "results.apply": frozenset({"admin"}),
    "payments.see": frozenset({"admin", "exporter", "auditor"}),
    "payments.picture": frozenset({"admin", "exporter"}),
    "payments.settle": frozenset({"admin", "exporter"}),
    "reports.see": frozenset({"admin", "auditor"}),
    "reports.reveal": frozenset({"admin"}),
    "reports.settle": frozenset({"admin"}),
    "requests.see": frozenset({"admin", "auditor"}),
    "requests.reveal": frozenset({"admin"}),
    "requests.settle": frozenset({"admin"}),
    "requests.erase": frozenset({"admin"}),
    "overview.see": frozenset({"admin", "coordinator", "auditor"}),
    "news.see": frozenset({"admin", "coordinator", "auditor"}),
    "news.send": frozenset({"admin", "coordinator"}),
    "coverage.see": frozenset({"admin", "coordinator", "auditor"}),
    "coverage.aim": frozenset({"admin", "coordinator"}),
    "coverage.outline": frozenset({"admin"}),  # outlines are everybody's map
    "dashboard.see": frozenset({"admin", "coordinator", "auditor"}),
    "drafts.see": frozenset({"admin", "auditor"}),
    "drafts.nudge": frozenset({"admin"}),
    "volunteers.see": frozenset({"admin", "coordinator", "auditor"}),
    "volunteers.invite": frozenset({"admin", "coordinator"}),
    "volunteers.move": frozenset({"admin", "coordinator"}),
    "team.see": frozenset({"admin", "auditor"}),
    "team.invite": frozenset({"admin"}),
    "team.shut_out": frozenset({"admin"}),
    "team.second_step": frozenset({"admin"}),
    "audit.see": frozenset({"admin", "auditor"}),
    "parked.see": frozenset({"admin", "auditor"}),
    "parked.decide": frozenset({"admin"}),
    "own.sessions": EVERYONE,
    "own.password": EVERYONE,
    "own.second_step": EVERYONE,
    "own.leave": EVERYONE,
}


def may(role: str, act: str) -> bool:
    """Say whether a role may do this. An act that is not in the table crashes: our mistake."""
    return role in PERMISSIONS[act]
