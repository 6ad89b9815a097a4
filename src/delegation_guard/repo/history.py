"""History walking with GitPython; apart from the other modules because its import costs a tenth of a second."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from git import Repo
from git.exc import GitCommandError, InvalidGitRepositoryError, NoSuchPathError

from delegation_guard.errors import GitError

if TYPE_CHECKING:
    from delegation_guard.repo.repository import Repository


def walk(repo: Repository, base: str, head: str) -> tuple[str, ...]:
    """The ids of the commits `head` has and `base` has not, parents before children; `base` "" = all of them.

    Takes full commit ids. Does not check for a shallow clone.
    """
    try:
        with Repo(repo.root or repo.git_dir) as opened:
            opened.git.update_environment(**_own(repo))
            found = opened.iter_commits(f"{base}..{head}" if base else head, topo_order=True, reverse=True)
            return tuple(commit.hexsha for commit in found)
    except (InvalidGitRepositoryError, NoSuchPathError) as error:
        raise GitError(f"the repository cannot be opened: {error}", "run `git status` there") from None
    except (GitCommandError, ValueError) as error:
        raise GitError(f"the history cannot be read: {str(error).splitlines()[0]}", "run `git fsck`") from None


def _own(repo: Repository) -> dict[str, str]:
    """GitPython starts from this process's whole environment and only adds: name what must not be inherited."""
    own = {
        "GIT_COMMON_DIR": repo.common_dir, "GIT_OBJECT_DIRECTORY": os.path.join(repo.common_dir, "objects"),
        "GIT_SHALLOW_FILE": os.path.join(repo.common_dir, "shallow"), "GIT_ALTERNATE_OBJECT_DIRECTORIES": "",
        "GIT_CONFIG_PARAMETERS": "", "GIT_CONFIG_COUNT": "0", "GIT_NAMESPACE": "",
    }  # fmt: skip
    return {**own, **repo.environment()}
