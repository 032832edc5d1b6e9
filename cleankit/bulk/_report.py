"""Accounts of units, and the report they add up to. An account is plain data and the same however often a unit was done."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypedDict

from cleankit.bulk._read import Unit
from cleankit.integrations.columns import Outcome

__all__ = ["Account", "Report", "account_of", "add_up", "as_json", "as_text"]

#: Sample lines kept for a rule, and how long they are.
SAMPLES = 5
SAMPLE_LENGTH = 120
#: Documents named where a guard held something back, at most.
NAMED = 100


class Account(TypedDict):
    """What a unit came to."""

    key: str
    position: int
    documents: int
    written: int
    changed: int
    errors: dict[str, int]
    examples: list[str]
    dead: int
    characters: list[int]
    rules: dict[str, list[Any]]
    guarded: int
    guards: dict[str, int]
    guarded_ids: list[str]
    flags: dict[str, int]
    files: dict[str, int]
    broken: list[str]


class Report(TypedDict):
    """What a run came to."""

    documents: int
    written: int
    changed: int
    dead_letters: int
    errors: dict[str, int]
    error_examples: list[str]
    broken_inputs: list[str]
    characters_in: int
    characters_out: int
    shards: int
    rules: dict[str, dict[str, Any]]
    rules_never_fired: list[str]
    guarded: dict[str, Any]
    flags: dict[str, int]
    configuration: dict[str, Any]


def _add(counts: dict[str, int], key: str, n: int = 1) -> None:
    counts[key] = counts.get(key, 0) + n


def account_of(unit: Unit, ids: Sequence[object], outcomes: Sequence[Outcome], kept: Sequence[int], files: dict[str, int], broken: list[str]) -> Account:
    """The account of a unit."""
    out = Account(
        key=unit.key, position=unit.position, documents=len(outcomes), written=len(kept), changed=0, errors={}, examples=[], dead=len(outcomes) - len(kept),
        characters=[0, 0], rules={}, guarded=0, guards={}, guarded_ids=[], flags={}, files=files, broken=broken,
    )  # fmt: skip
    for name, outcome in zip(ids, outcomes, strict=True):
        if outcome.error is not None:
            _add(out["errors"], outcome.error.partition(":")[0])
            if len(out["examples"]) < SAMPLES:
                out["examples"].append(f"{name}: {outcome.error}")
        result = outcome.result
        if result is None:
            continue
        source = result.source or ""
        out["characters"][0] += len(source)
        out["characters"][1] += len(result.text)
        out["changed"] += bool(result.changes)
        seen = set()
        for change in result.changes:
            row = out["rules"].setdefault(change.rule, [0, 0, 0, []])
            row[0] += 1
            row[1] += len(change.before)
            row[2] += change.rule not in seen
            seen.add(change.rule)
            sample = " ".join(change.before.split())[:SAMPLE_LENGTH]
            if sample and len(row[3]) < SAMPLES and sample not in row[3]:
                row[3].append(sample)
        if result.vetoes:
            out["guarded"] += 1
            out["guarded_ids"].append(str(name))
            for reason in {v.reason for v in result.vetoes}:
                _add(out["guards"], reason)
        for flag in result.flags:
            _add(out["flags"], flag)
    del out["guarded_ids"][NAMED:]
    out["rules"] = dict(sorted(out["rules"].items()))
    out["guards"] = dict(sorted(out["guards"].items()))
    return out


def add_up(accounts: Iterable[Account], rule_ids: Iterable[str], configuration: dict[str, Any]) -> Report:
    """The report of all units, in their order."""
    out = Report(
        documents=0, written=0, changed=0, dead_letters=0, errors={}, error_examples=[], broken_inputs=[], characters_in=0, characters_out=0, shards=0, rules={},
        rules_never_fired=[], guarded={"documents": 0, "reasons": {}, "ids": []}, flags={}, configuration=configuration,
    )  # fmt: skip
    for account in accounts:
        out["documents"] += account["documents"]
        out["written"] += account["written"]
        out["changed"] += account["changed"]
        out["dead_letters"] += account["dead"]
        out["broken_inputs"] += account["broken"]
        out["error_examples"] += account["examples"][: SAMPLES - len(out["error_examples"])]
        out["characters_in"] += account["characters"][0]
        out["characters_out"] += account["characters"][1]
        out["shards"] += len(account["files"])
        for key, n in account["errors"].items():
            _add(out["errors"], key, n)
        for key, n in account["flags"].items():
            _add(out["flags"], key, n)
        for rule, (times, characters, documents, samples) in account["rules"].items():
            row = out["rules"].setdefault(rule, {"times": 0, "characters": 0, "documents": 0, "share": 0.0, "samples": []})
            row["times"] += times
            row["characters"] += characters
            row["documents"] += documents
            row["samples"] += [s for s in samples if s not in row["samples"]][: SAMPLES - len(row["samples"])]
        out["guarded"]["documents"] += account["guarded"]
        for key, n in account["guards"].items():
            _add(out["guarded"]["reasons"], key, n)
        out["guarded"]["ids"] += account["guarded_ids"][: NAMED - len(out["guarded"]["ids"])]
    for row in out["rules"].values():
        row["share"] = round(row["documents"] / max(1, out["documents"]), 6)
    out["rules"] = dict(sorted(out["rules"].items(), key=lambda kv: (-kv[1]["times"], kv[0])))
    out["rules_never_fired"] = sorted(set(rule_ids) - out["rules"].keys())
    out["errors"], out["flags"] = dict(sorted(out["errors"].items())), dict(sorted(out["flags"].items()))
    out["guarded"]["reasons"] = dict(sorted(out["guarded"]["reasons"].items()))
    return out


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


def as_text(report: Report) -> str:
    """The report for people."""
    documents = report["documents"]
    lost = report["characters_in"] - report["characters_out"]
    lines = [
        f"{documents:,} documents read, {report['written']:,} written in {report['shards']:,} files",
        f"{report['changed']:,} changed ({_share(report['changed'], documents)}), {report['dead_letters']:,} dead letters",
        f"{report['characters_in']:,} characters in, {report['characters_out']:,} out ({_share(lost, report['characters_in'])} less)",
    ]
    for title, counts in (("Errors", report["errors"]), ("Flags", report["flags"])):
        if counts:
            lines += ["", f"{title}: " + ", ".join(f"{key} {n:,}" for key, n in counts.items())]
    if report["error_examples"]:
        lines += ["", "The first errors:", *(f"  {e}" for e in report["error_examples"])]
    if report["broken_inputs"]:
        lines += ["", "Inputs that could not be read to their end:", *(f"  {b}" for b in report["broken_inputs"])]
    guarded: Mapping[str, Any] = report["guarded"]
    if guarded["documents"]:
        lines += ["", f"In {guarded['documents']:,} documents ({_share(guarded['documents'], documents)}) a guard kept text that a rule wanted:"]
        lines += [f"  {n:>9,}  {reason}" for reason, n in guarded["reasons"].items()]
        lines += ["  for example " + ", ".join(guarded["ids"][:5])]
    lines += ["", f"{'times':>9}  {'characters':>11}  {'documents':>9}  {'share':>7}  rule"]
    for rule, row in report["rules"].items():
        lines.append(f"{row['times']:>9,}  {row['characters']:>11,}  {row['documents']:>9,}  {_share(row['documents'], documents):>7}  {rule}")
        lines += [f"{'':>44}{sample}" for sample in row["samples"]]
    if report["rules_never_fired"]:
        lines += ["", f"{len(report['rules_never_fired']):,} rules never fired:", *(f"  {rule}" for rule in report["rules_never_fired"])]
    return "\n".join(lines) + "\n"


def as_json(report: Report) -> bytes:
    return json.dumps(report, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace") + b"\n"
