"""Attributes for Dolma: what would be removed, as spans beside the documents, for its mixer to act on.

Needs nothing of Dolma itself. A document's attributes are named `<name>__<family>__<rule>`, and `<name>__removals__all` has all
spans; a span is `[start, end, confidence]` in code points of the document's text. Repairs, which put other characters in, are not
removals and leave no span.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from cleankit.bulk import form_of
from cleankit.bulk._formats import pack, unpack
from cleankit.cleaner import Cleaner
from cleankit.errors import InputError
from cleankit.integrations.columns import clean_one, cleaner_of

__all__ = ["attributes", "write_attributes"]


def attributes(document: Mapping[str, Any], cleaner: Cleaner, name: str = "cleankit") -> dict[str, Any]:
    """The attributes of a Dolma document, `{"id": …, "text": …}`."""
    outcome = clean_one(cleaner, document.get("text"), url=(document.get("metadata") or {}).get("url"))
    found: dict[str, list[list[float]]] = {f"{name}__removals__all": []}
    for change in outcome.result.changes if outcome.result else ():
        if not change.after:
            span = [change.span.start, change.span.end, change.confidence]
            found[f"{name}__removals__all"].append(span)
            found.setdefault(f"{name}__{change.rule.replace('/', '__').replace('-', '_')}", []).append(span)
    out: dict[str, Any] = {"id": document["id"], "attributes": found}
    if outcome.error is not None:
        out["error"] = outcome.error
    return out


def write_attributes(documents: str | Path, out: str | Path, cleaner: Cleaner | str = "article", name: str = "cleankit") -> int:
    """Write the attributes of a file of documents (.jsonl, .jsonl.gz, .jsonl.zst); how many there were.

    `out` has to end as `documents` does; Dolma wants both to have one name, below `documents/` and `attributes/<name>/`.
    """
    made = cleaner_of(cleaner)
    form = form_of(str(documents))
    if form is None or form.kind != "jsonl" or form != form_of(str(out)):
        raise InputError(f"{documents} and {out} have to be JSON lines, packed alike (.jsonl, .jsonl.gz, .jsonl.zst)")
    count = 0
    target = Path(out)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.tmp")
    with Path(documents).open("rb") as source, draft.open("wb") as sink:
        lines = _lines(unpack(source, form.packing))
        while batch := list(islice(lines, 1000)):
            rows = (json.dumps(attributes(json.loads(line), made, name)) + "\n" for line in batch)
            sink.write(pack("".join(rows).encode(), form.packing))
            count += len(batch)
    draft.replace(target)
    return count


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line for line in whole if line.strip())
    if rest.strip():
        yield rest
