"""What lines that a publisher's pages share are worth on pages that they were not taken from.

    python bench/site_halves.py --bench FOLDER           # what five extractors made of news pages
    python bench/site_halves.py --bench FOLDER --whole   # the whole text of pages, with preset page

The pages of each host of cleankit-news are dealt into two halves by their addresses. A half of two pages and more teaches: its lines
that two of its pages have, and of which none has the words in its main text, are phrases for that host; the pages of the other half
are cleaned with them. So lines come into the plugin, too, only that there a person reads them first. Beside it stand cleankit's
own rules, and the plugin as it is, which was written with all these pages in view. What is counted: judge.py.
"""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from cleankit import Cleaner
from cleankit.document import bare_text, fold
from cleankit.learning._count import host_of
from cleankit.matchers import PatternRule
from cleankit.plugins import Registry, load_registry
from cleankit.rulefile import parse_rule
from judge import figures, judged
from plugins import Sample, extracted, spaced, whole_pages

NAMES = ("without", "halves", "plugin")
_RULE = """
summary = "Lines that two pages of a host have"
why = "Furniture."
stage = "lines"
since = "0.1"
confidence = 0.93
misfires = "None known."
reach = "prose"
sites = [{site}]
match = {{ phrases = [{phrases}] }}
example = [{{ before = {first}, after = "" }}]
keep = [{{ text = "The council met on Monday.", why = "a sentence" }}, {{ text = "Nobody had expected that.", why = "a sentence" }}]
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, default=os.environ.get("CLEANKIT_BENCH"), help="folder of the bench (else CLEANKIT_BENCH)")
    parser.add_argument("--whole", action="store_true", help="whole pages, preset page")
    args = parser.parse_args()
    if not args.bench:
        parser.error("--bench FOLDER, or CLEANKIT_BENCH")
    preset = "page" if args.whole else "article"
    samples = whole_pages(args.bench, ("news", "article")) if args.whole else extracted(args.bench, ("news",))
    plugin = Cleaner(preset, plugins=("news",))
    known = {site for rule in load_registry(("news",)).rules.values() if rule.info.id.startswith("news/") for site in rule.info.sites}
    totals: Counter[str] = Counter()
    hosts, pages = set(), set()
    for host, learned, tested in halves(samples, known):
        cleaners = {"without": Cleaner(preset, plugins=()), "halves": taught(preset, host, shared(learned)), "plugin": plugin}
        hosts.add(host)
        for sample in tested:
            pages.add(sample.url)
            for name, cleaner in cleaners.items():
                totals.update(judged(sample.text, sample.gold, cleaner.clean(sample.text, url=sample.url, explain=False).text, name))
    print(f"{len(hosts)} hosts, {len(pages)} pages; debris lines, gone ({', '.join(NAMES)}), lost (the same)")
    print(figures(totals, NAMES))


def halves(samples: Iterator[Sample], known: set[str]) -> Iterator[tuple[str, Sequence[Sample], Sequence[Sample]]]:
    """A host, the texts of the half that teaches, and those of the half that is cleaned."""
    sites: dict[str, dict[str, list[Sample]]] = defaultdict(lambda: defaultdict(list))
    for sample in samples:
        host = host_of(sample.url)
        if any(host == site or host.endswith(f".{site}") for site in known):
            sites[host][sample.url].append(sample)
    for host, pages in sorted(sites.items()):
        addresses = sorted(pages)
        for one, other in ((addresses[::2], addresses[1::2]), (addresses[1::2], addresses[::2])):
            if len(one) > 1 and other:
                yield host, [s for url in one for s in pages[url]], [s for url in other for s in pages[url]]


def shared(texts: Sequence[Sample]) -> list[str]:
    """Lines that two pages have, and whose words none has in its main text."""
    seen: dict[str, set[str]] = defaultdict(set)
    spelt: dict[str, str] = {}
    for sample in texts:
        for line in map(bare_text, sample.text.splitlines()):
            if any(c.isalpha() for c in line) and bare_text(line) == line:
                seen[fold(line)].add(sample.url)
                spelt.setdefault(fold(line), line)
    main = [spaced(s.gold) for s in texts]
    return [spelt[key] for key, urls in seen.items() if key and len(urls) > 1 and not any(spaced(spelt[key]) in gold for gold in main)]


def taught(preset: str, host: str, lines: Sequence[str]) -> Cleaner:
    """A cleaner with cleankit's own rules and one more, for a host."""
    registry = load_registry(())
    rules = dict(registry.rules)
    if lines:
        text = _RULE.format(site=json.dumps(host), phrases=", ".join(map(quoted, lines)), first=quoted(lines[0]))
        rule: PatternRule = parse_rule(text, "site/halves")
        rules[rule.info.id] = rule
    return Cleaner.from_config(Cleaner(preset, plugins=()).config, Registry(registry.plugins, rules, registry.extractors, registry.presets))


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


if __name__ == "__main__":
    main()
