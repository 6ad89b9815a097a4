"""The rules of `scope/*` that need no lock file, with the text `rules` and the docs show."""

from __future__ import annotations

from delegation_guard.model.finding import Rule

RULES = (
    Rule(
        "scope/unlisted",
        "A path changed that the spec does not list",
        "The listed files are the paths of the `### n. <path>` headings, compared byte for byte with the two trees; "
        "creating, editing, deleting, a new mode, a symbolic link and both ends of a rename all count. Also permitted "
        "are the paths of ALSO ALLOWED and the lock file of a listed manifest. The delegate undoes the edit or stops "
        "and reports; the author of the spec adds the path with `handoff amend` if the spec was wrong.",
        contract=True,
    ),
    Rule(
        "scope/context-edited",
        "A file that the spec gives as CONTEXT was edited",
        "CONTEXT names what the delegate reads. Unless a heading names the file as well, it is read-only. If only a "
        "`(glob)` heading matches it, the finding is doubtful: the author may have meant either.",
        contract=True,
    ),
    Rule(
        "scope/action",
        "A listed path changed in a way its heading does not permit",
        "A heading without a marker permits to create or edit a regular file. Deleting, renaming, a symbolic link, "
        "another mode and a submodule each need theirs: `(delete)`, `(rename to <path>)`, `(symlink to <target>)`, "
        "`(mode 755)`, `(submodule)`; `(mode 644)` also turns a link into a regular "
        "file. Doubtful: a new file that is executable without a marker, an edit of a file "
        "under `(create)` that was there before, and other content under a `(mode ...)` heading without a code block.",
        contract=True,
    ),
    Rule(
        "scope/lookalike",
        "A new path reads like another one",
        "A new path that differs from a listed one, from another changed one or from an existing one only in letter "
        "case, Unicode form, look-alike letters or invisible characters, or that itself holds control characters, a "
        "backslash, or a blank or dot at the edge of a name. Some file systems make one file of such pairs, and a "
        "reviewer reads the wrong one. Existing files are looked up by their usual spellings, not by a full listing.",
        contract=True,
    ),
    Rule(
        "scope/untouched",
        "A listed path is not as its heading wants it",
        "Judged over a whole task: a listed file that did not change, a `(delete)` whose file is still there, a rename "
        "whose old end is still there or whose new end is not, a mode, link or submodule that was not made, a `(glob)` "
        "that matches no changed file. A note at commit, a warning at push, an error in CI and at `handoff finish`. "
        "An honest stop is never reported here. Whether the edit is the right one is for `fidelity/*`.",
        stage="task",
        contract=True,
    ),
    Rule(
        "scope/stopped",
        "The delegate stopped and reported",
        "A claimed commit or task without any change, or with the trailer `Delegation-Stopped: <why>`. That is what a "
        "spec asks for when it does not fit the code, and never a violation; what was changed is judged as always.",
        level="note",
        contract=True,
    ),
    Rule(
        "scope/generated",
        "A generated file was not compared with its generator's output",
        "A path permitted by `ALSO ALLOWED: <path> by <command>` changed. It should be byte for byte what the command "
        "makes on the finished tree; static checks run nothing, so the comparison is left to whoever reads this.",
        level="warning",
        contract=True,
    ),
    Rule(
        "scope/glob",
        "A pattern of the spec let files through",
        "Says how many changed files a `(glob)` heading covered, because a pattern is easily wider than it was meant.",
        level="note",
        stage="task",
        contract=True,
    ),
    Rule(
        "scope/unreadable",
        "A source file cannot be read as text",
        "A listed file whose name promises text became UTF-16, holds NUL bytes or is not valid UTF-8, so that the "
        "checks that compare code and tests see nothing of it. A file that was unreadable before is only named as not "
        "analysed.",
        contract=True,
    ),
    Rule(
        "scope/lfs-pointer",
        "A file is kept in Git LFS",
        "A changed pointer is a changed content that this repository does not hold: it was judged by its path alone.",
        level="note",
        contract=True,
    ),
)
