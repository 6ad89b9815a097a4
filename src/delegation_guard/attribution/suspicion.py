"""What makes a commit that claims nothing look like a delegate's; never a proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delegation_guard.attribution.glance import co_authors, names_word, wildcard

if TYPE_CHECKING:
    from delegation_guard.model.policy import Policy


def suspicion(author: str, message: str, branch: str, policy: Policy) -> str:
    """One sentence saying why a commit looks delegated, "" when it does not.

    People are "Name <mail>", `branch` a short name ("" when there is none). A co-author that names only an agent, and
    the agent's environment variables, are ordinary work of a strong model and say nothing; who commits what another
    wrote says nothing either. Does not verify signatures.
    """
    people = [("its author", author), *(("its co-author", person) for person in co_authors(message))]
    for role, person in people:
        for word in policy.delegates:
            if names_word(person, word):
                return f"{role} {person} names the delegate model `{word}`"
    for pattern in policy.branches:
        if branch and wildcard(pattern, branch):
            return f"its branch {branch} matches the delegate pattern `{pattern}`"
    if policy.attribution == "closed":
        return "under `attribution: closed` every commit that no human key signed counts as delegated"
    return ""
