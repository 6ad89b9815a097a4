"""The rules of `guard/*`, with the text `rules` and the docs show."""

from __future__ import annotations

from delegation_guard.model.finding import Rule

LEAVE = (
    " A delegated change may only touch such a file if a spec that stands in the base or is sealed names exactly this "
    "path in a heading of its own; a spec that comes with the change, or a hand-off, never covers it. A person's own "
    "edit is a note."
)

RULES = (
    Rule(
        "guard/spec-edited",
        "A delegated change touches a spec",
        "Specs are written by whoever delegates, in commits of their own (`handoff start --commit`, `handoff amend`). "
        "The judged spec is read from before the change, so the edit has no effect on this verdict; it is an error "
        "because somebody else would believe it. The governing spec can never list itself.",
    ),
    Rule(
        "guard/policy-edited",
        "The guard's configuration was touched",
        "`.delegation/policy.yaml`, anything else in `.delegation/`, and configuration in places the guard does not "
        "read (`.delegation.yml`, `sub/.delegation/policy.yaml`, a `[tool.delegation-guard]` table): a second policy "
        "can only mislead a reader. The policy in force is always that of the base." + LEAVE,
    ),
    Rule(
        "guard/keys-edited",
        "The list of trusted keys was touched",
        "`.delegation/allowed_signers` and files of that name elsewhere: a key that the change itself brings along "
        "would sign for the change." + LEAVE,
    ),
    Rule(
        "guard/waiver",
        "The change grants itself an exception",
        "Waivers, overrides and approvals count only from the base side. One that arrives inside the change it would "
        "excuse is reported and has no effect." + LEAVE,
    ),
    Rule(
        "guard/hooks-edited",
        "Commit hooks were touched",
        "pre-commit and prek, husky, lefthook, simple-git-hooks and others: their configuration files, hook folders "
        "and scripts named like a git hook, the hook keys of package.json." + LEAVE,
    ),
    Rule(
        "guard/workflow-edited",
        "A CI workflow was touched",
        "GitHub Actions, GitLab, CircleCI, Azure, Jenkins, Buildkite and others, local actions, and the files that "
        "configure merging." + LEAVE,
    ),
    Rule(
        "guard/codeowners",
        "The list of code owners was touched",
        "CODEOWNERS decides who must approve." + LEAVE,
    ),
    Rule(
        "guard/agent-settings",
        "Settings or hooks of a coding agent were touched",
        "`.claude/settings.json`, `.codex/`, `.cursor/hooks.json`, `.mcp.json` and the like: an agent "
        "that edits them gives itself tools or takes its own hooks away." + LEAVE,
    ),
    Rule(
        "guard/agent-instructions",
        "Instructions of a coding agent were touched",
        "CLAUDE.md, AGENTS.md, rules, skills and commands: the next agent will obey them." + LEAVE,
        level="warning",
    ),
    Rule(
        "guard/git-config",
        "Git was told to show or store files differently",
        "New attributes that hide source text (`-diff`, `binary`, `linguist-generated`, `export-ignore`), filters and "
        "drivers, new or changed submodule settings, `.gitconfig`, `.lfsconfig`, `.mailmap`. This guard itself reads "
        "blobs and obeys none of them; people and other tools do." + LEAVE,
    ),
    Rule(
        "guard/ignored-path",
        "A new ignore pattern hides a file of the project",
        "A line added to a .gitignore matches a file that the repository holds or held before the change, or that the "
        "spec lists: it would silently stay out of the next commit." + LEAVE,
    ),
    Rule(
        "guard/ignore-comment",
        "A comment tells the guard to look away",
        "This guard obeys no inline comments. One that was added says what its author expected to be reported.",
        level="warning",
    ),
    Rule(
        "guard/tool-shadowed",
        "A module carries the guard's own name",
        "A new `delegation_guard` module or package in the tree could be imported in place of the installed guard by a "
        "job that runs in the checkout. The guard is to be installed elsewhere and run with `python -I`." + LEAVE,
    ),
    Rule(
        "guard/protected",
        "A path that the policy protects was touched",
        "The glob patterns of `protected:` in the policy of the base." + LEAVE,
    ),
)
