"""The files that decide what the guard, the hooks, the CI and the agents do: who touches them changes the judge."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from delegation_guard.checks.lookalike import skeleton
from delegation_guard.checks.paths import glob_match

GIT_HOOKS = (
    "applypatch-msg", "commit-msg", "post-applypatch", "post-checkout", "post-commit", "post-merge", "post-rewrite",
    "pre-applypatch", "pre-auto-gc", "pre-commit", "pre-merge-commit", "pre-push", "pre-rebase", "pre-receive",
    "prepare-commit-msg", "update", "post-receive", "reference-transaction",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Protection:
    """Why a path is protected: the rule a change of it falls under, and what the file is, as a noun."""

    rule: str
    what: str


def _each(rule: str, what: str, *patterns: str) -> tuple[tuple[str, Protection], ...]:
    return tuple((pattern, Protection(rule, what)) for pattern in patterns)


# Patterns against the path's skeleton (lower case, look-alikes folded). First match wins.
TABLE: tuple[tuple[str, Protection], ...] = (
    *_each("guard/spec-edited", "a spec of this guard", ".delegation/specs/**"),
    *_each("guard/policy-edited", "the guard's policy", ".delegation/policy.yaml"),
    *_each("guard/keys-edited", "the list of keys the guard trusts", "**/allowed_signers", ".delegation/**/*.pub"),
    *_each(
        "guard/waiver", "an exception to the guard's rules",
        ".delegation/*waive*/**", ".delegation/*override*/**", ".delegation/*exception*/**", ".delegation/*approv*/**",
        ".delegation/*emergency*/**", ".delegation/**/*waive*", ".delegation/**/*override*",
        ".delegation/**/*exception*", ".delegation/**/*approv*", ".delegation/**/*emergency*",
    ),
    *_each("guard/policy-edited", "configuration of this guard", ".delegation/**"),
    *_each(
        "guard/policy-edited", "configuration in a place the guard does not read",
        "**/.delegation/**", "**/.delegation.y*ml", "**/.delegation.toml", "**/.delegation.json", "**/.delegation",
        "**/.delegation-guard", "**/.delegation-guard.*", "**/.delegation_guard.*",
        "**/delegation-guard.y*ml", "**/delegation-guard.toml", "**/delegation-guard.json",
        "**/delegation-guard.cfg", "**/delegation-guard.ini", "**/delegation_guard.toml", "**/delegation_guard.y*ml",
    ),
    *_each(
        "guard/hooks-edited", "configuration of the commit hooks",
        "**/.pre-commit-config.y*ml", "**/.pre-commit-hooks.y*ml", "**/prek.toml", "**/lefthook.*", "**/.lefthook.*",
        "**/lefthook-local.*", "**/.lefthook-local.*", "**/.simple-git-hooks.*", "**/simple-git-hooks.*",
        "**/.overcommit.yml", "**/captainhook.json", "**/.rusty-hook.toml", "**/rusty-hook.toml", "**/.huskyrc*",
        "**/husky.config.*", "**/.ghooks*",
    ),
    *_each(
        "guard/hooks-edited", "a commit hook",
        "**/.husky/**", "**/.githooks/**", "**/.git-hooks/**", "**/githooks/**", "**/git-hooks/**", "**/git_hooks/**",
        "**/.hooks/**", "**/.cargo-husky/**", "**/.captainhook/**", "**/.git-hooks.d/**", "**/hooks/git/**",
        "**/.lefthook/**", "**/.overcommit/**", "**/.git/hooks/**",
        *(f"**/*hooks*/{name}" for name in GIT_HOOKS), *(f"**/*hooks*/{name}.*" for name in GIT_HOOKS if "-" in name),
    ),
    *_each(
        "guard/codeowners", "the list of code owners",
        "codeowners", ".github/codeowners", "docs/codeowners", ".gitlab/codeowners",
    ),
    *_each(
        "guard/agent-instructions", "the instructions of a coding agent",
        ".github/copilot-instructions.md", ".github/instructions/**",
    ),
    *_each(
        "guard/workflow-edited", "a workflow of the CI",
        ".github/workflows/**", ".github/actions/**", "**/action.y*ml", ".forgejo/workflows/**", ".gitea/workflows/**",
        "**/.gitlab-ci.y*ml", "**/*.gitlab-ci.y*ml", ".gitlab/ci/**", ".gitlab-ci/**", ".circleci/**",
        "**/azure-pipelines*.y*ml", ".azure-pipelines/**", ".azuredevops/**", "**/jenkinsfile", "**/jenkinsfile.*",
        "**/*.jenkinsfile", ".jenkins/**", ".buildkite/**", ".travis.y*ml", "bitbucket-pipelines.y*ml", ".drone.*",
        ".woodpecker.y*ml", ".woodpecker/**", "appveyor.y*ml", ".appveyor.y*ml", ".cirrus.*", ".semaphore/**",
        ".teamcity/**", ".builds/**", ".build.y*ml", ".tekton/**", "cloudbuild*.y*ml", "buildspec*.y*ml",
        "codemagic.yaml", "wercker.yml", ".ci/**", ".zuul.y*ml", ".zuul.d/**", "zuul.d/**", ".harness/**",
        ".github/settings.y*ml", ".github/rulesets/**", ".github/mergify.y*ml", ".mergify.y*ml", ".mergify/**",
        ".github/merge*queue*", "bors.toml", ".prow.y*ml", ".testing-farm.*", ".packit.y*ml",
    ),
    *_each(
        "guard/agent-settings", "settings of a coding agent",
        "**/.claude/settings*.json", "**/.claude/hooks/**", "**/.claude/*.json", "**/.mcp.json", "**/.codex/**",
        "**/.gemini/settings*", "**/.gemini/hooks/**", "**/.gemini/*.json", "**/.cursor/hooks*", "**/.cursor/*.json",
        "**/.cursor/environment*", "**/.vscode/mcp.json", "**/.aider.conf.y*ml", "**/opencode.json*",
        "**/.opencode/opencode.json*", "**/.opencode/plugin*/**", "**/.kiro/hooks/**", "**/.kiro/settings/**",
        "**/.amazonq/**", "**/.windsurf/*.json", "**/.windsurf/hooks*", "**/.continue/config*", "**/.roo/mcp.json",
        "**/.roomodes", "**/.qwen/settings*", "**/.goose/**", "**/.devin/**", "**/.copilot/**",
    ),
    *_each(
        "guard/agent-instructions", "the instructions of a coding agent",
        "**/claude.md", "**/claude.local.md", "**/agents.md", "**/agents.override.md", "**/gemini.md", "**/qwen.md",
        "**/.claude/**", "**/.gemini/**", "**/.cursor/**", "**/.cursorrules", "**/.clinerules", "**/.clinerules/**",
        "**/.windsurf/**", "**/.windsurfrules", "**/.roo/**", "**/.continue/**", "**/.kiro/**", "**/.opencode/**",
        "**/.aiderignore", "**/.cursorignore", "**/.agents/**", "**/.goosehints", "**/.rules",
    ),
    *_each("guard/git-config", "configuration of git", "**/.gitconfig", "**/.lfsconfig", "**/.mailmap"),
)  # fmt: skip
OWN = "guard/protected"


# The longest literal part of each pattern: most paths hold none, and no pattern needs to be compiled for them.
_INDEXED = tuple((max(pattern.split("*"), key=len).removeprefix("/"), pattern, found) for pattern, found in TABLE)


@lru_cache(maxsize=4096)
def _listed(path: str) -> Protection | None:
    folded = skeleton(path)
    hits = (found for part, pattern, found in _INDEXED if part in folded and glob_match(pattern, folded))
    return next(hits, None)


def protection(path: str, further: tuple[str, ...] = ()) -> Protection | None:
    """Why a path is protected, None when it is not; `further` holds the policy's own glob patterns.

    Only by name. Files that are protected in part (.gitattributes, .gitignore, .gitmodules, package.json,
    pyproject.toml) are not found here: what matters is which of their lines changed (gitfiles, embedded).
    """
    found = _listed(path)
    if found is None and any(glob_match(pattern, path) for pattern in further):
        return Protection(OWN, "a path that the policy protects")
    return found


def own_file(path: str) -> bool:
    """Whether a path lies in the guard's own folder, where `guard/*` judges every change."""
    return skeleton(path).startswith(".delegation/")
