"""Checked values to the Policy they mean; what is not written keeps the default's value."""

from __future__ import annotations

from dataclasses import fields, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from delegation_guard.model.policy import KeyRole, Quarantine, VerifyRoot
from delegation_guard.policy.default import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from delegation_guard.model.policy import Limits, Policy, VerifyPolicy

_TOP = {
    "fail_on": "fail_on", "protected": "protected", "attribution.mode": "attribution",
    "attribution.delegates": "delegates", "attribution.branches": "branches", "require_spec": "require_spec",
    "unattributed": "unattributed", "spec.trust": "spec_trust",
}  # fmt: skip
_VERIFY = {
    "verify.on_commit": "on_commit", "verify.tiers.commit": "commit_tier", "verify.tiers.merge": "merge_tier",
    "verify.isolation": "isolation", "verify.each_commit": "each_commit", "verify.flaky.reruns": "reruns",
}  # fmt: skip


def build(values: Mapping[str, Any], path: str, sha256: str) -> Policy:
    """The Policy of the values that `Reader.section` returned for a whole file."""
    changes = {name: values[key] for key, name in _TOP.items() if key in values}
    if "mode" in values:
        modes = dict(values["mode"])
        changes["until"] = modes.pop("until", DEFAULT.until)
        changes["mode"] = modes.pop("default", DEFAULT.mode)
        changes["modes"] = MappingProxyType(modes)
    if values.get("levels"):
        changes["levels"] = MappingProxyType(dict(values["levels"]))
    if "keys" in values:
        changes["keys"] = tuple(KeyRole(*_record(key, "principal", "roles", "marks")) for key in values["keys"])
    return replace(DEFAULT, **changes, verify=_verify(values), path=path, sha256=sha256)


def _verify(values: Mapping[str, Any]) -> VerifyPolicy:
    changes = {name: values[key] for key, name in _VERIFY.items() if key in values}
    if "verify.roots" in values:
        changes["roots"] = tuple(
            VerifyRoot(path, *_record(root, "setup", "carry", "env", "services"))
            for path, root in values["verify.roots"].items()
        )
    if "verify.flaky.quarantine" in values:
        changes["quarantine"] = tuple(
            Quarantine(*_record(entry, "id", "issue", "expires")) for entry in values["verify.flaky.quarantine"]
        )
    return replace(DEFAULT.verify, **changes, limits=_limits(values))


def _limits(values: Mapping[str, Any]) -> Limits:
    names = (field.name for field in fields(DEFAULT.verify.limits))
    found = {name: values[f"verify.limits.{name}"] for name in names if f"verify.limits.{name}" in values}
    return replace(DEFAULT.verify.limits, **found)


def _record(record: Mapping[str, Any], *names: str) -> list[Any]:
    """The values of an entry by the last part of their keys; what may be left out is an empty tuple."""
    short = {key.rpartition(".")[2]: value for key, value in record.items()}
    return [short.get(name, ()) for name in names]
