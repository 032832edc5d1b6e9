"""The facade: a `Cleaner` is configuration plus registry plus engine."""

from __future__ import annotations

import gc
import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from difflib import get_close_matches
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from cleankit._version import __version__
from cleankit.config import Config, check_options, choose
from cleankit.document import Extracted
from cleankit.engine import Engine
from cleankit.errors import InputError
from cleankit.plugins import Registry, check_lock, load_registry, with_folders
from cleankit.result import Meta, MetaValue, Result
from cleankit.rule import OPTIONS, Extractor, Preset

if TYPE_CHECKING:
    from cleankit.learning import LearnedRules

__all__ = ["Cleaner", "Input", "cleaner_for"]


@contextmanager
def _nothing_to_collect() -> Iterator[None]:
    """While rules are made nothing becomes garbage, and looking for it again and again takes a third of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


class Input(NamedTuple):
    """A text with what is known of it; `id` is handed through for the caller's own use."""

    text: str
    url: str | None = None
    lang: str | None = None
    id: str | None = None


class Cleaner:
    """Cleans texts by one configuration.

    `preset` is `article`, `page`, `minimal` or one of a plugin; `plugins` restricts which installed plugins load (None: all);
    `select` and `ignore` name rules, families or namespaces to add or leave out; `lang` silences rules that are written for
    other languages; `strict` raises where a rule breaks instead of recording it. Options: see `cleankit.rule.OPTIONS`.

    Immutable, thread-safe, and pickled as configuration and plugin lock: a process that unpickles it compares its plugins
    with the lock and raises PluginMismatch where they differ. Raises InputError for an unknown preset, option or rule.
    """

    def __init__(
        self,
        preset: str = "article",
        *,
        plugins: Iterable[str] | None = None,
        select: Iterable[str] = (),
        ignore: Iterable[str] = (),
        lang: str | None = None,
        strict: bool = False,
        **options: object,
    ) -> None:
        check_options(options)
        self._setup(
            Config(
                preset, tuple(sorted(plugins)) if plugins is not None else None, _names(select), _names(ignore), lang, strict,
                MappingProxyType(dict(sorted(options.items()))),
            )
        )  # fmt: skip

    @classmethod
    def from_config(cls, config: Config, registry: Registry | None = None) -> Cleaner:
        """A cleaner of a configuration; `registry` stands in for the installed plugins.

        `Cleaner.from_config(Config(rules=("my-rules",)))` uses a folder of rule files, for example of learned ones.
        """
        check_options(config.options)
        cleaner = cls.__new__(cls)
        cleaner._setup(config, registry)
        return cleaner

    def _setup(self, config: Config, registry: Registry | None = None) -> None:
        self._config = config
        with _nothing_to_collect():
            self._registry = with_folders(load_registry(config.plugins) if registry is None else registry, config.rules)
        self._preset = _preset(self._registry, config.preset)
        self._options = MappingProxyType({**OPTIONS, **self._preset.options, **config.options})
        rules = choose(self._registry.rules.values(), self._preset, config.select, config.ignore, self._options)
        self._rules = tuple(rules)
        self._engine: Engine | None = None
        self._lock = threading.Lock()

    @property
    def config(self) -> Config:
        """What it was made of."""
        return self._config

    @property
    def preset(self) -> Preset:
        """The preset it follows."""
        return self._preset

    @property
    def engine(self) -> Engine:
        """The compiled rules, made at first use."""
        if self._engine is None:
            with self._lock:
                if self._engine is None:
                    with _nothing_to_collect():
                        self._engine = Engine(self._rules, self._preset, self._options, strict=self._config.strict)
        return self._engine

    @property
    def rule_ids(self) -> tuple[str, ...]:
        """The ids of the rules that run, sorted."""
        return tuple(sorted(r.info.id for r in self._rules))

    @property
    def plugin_lock(self) -> tuple[tuple[str, str, str], ...]:
        """The plugins it was made with: entry point, distribution, version."""
        return self._registry.lock

    @property
    def fingerprint(self) -> str:
        """A hash of configuration, plugins and version: equal fingerprints clean alike."""
        return hashlib.sha256(repr((self._config.to_json(), self.plugin_lock, __version__)).encode()).hexdigest()[:32]

    def __repr__(self) -> str:
        return f"<Cleaner {self._config.preset}, {len(self._rules)} rules, {self.fingerprint[:8]}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Cleaner) and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self._config.to_json(), self.plugin_lock)

    def clean(self, text: str, *, url: str | None = None, lang: str | None = None, explain: bool = True) -> Result:
        """Clean one text. `url` wakes site rules; `explain=False` leaves the ledger out and gives the same text.

        Raises InputError where `text` is not a string; no text makes it raise otherwise.
        """
        if not isinstance(text, str):
            raise InputError(_NOT_TEXT.format(type(text).__name__))
        return self.engine.clean(text, url=url, lang=lang or self._config.lang, explain=explain)

    def clean_html(
        self, html: str | bytes, *, url: str | None = None, explain: bool = True, extractor: str = "trafilatura", format: str = "text"
    ) -> Result:
        """Extract the main text of an HTML page, then clean it with the evidence of its markup.

        `Result.source` is the extracted text: ledger and offsets refer to that. `format` is `text` or `markdown`. Raises
        InputError for an unknown extractor or format.
        """
        if format not in ("text", "markdown"):
            raise InputError(f"format cannot be {format!r}; possible: 'text', 'markdown'")
        found = self.extract(html, url=url, extractor=extractor, format=format)
        result = self.engine.clean(found.text, url=url, lang=self._config.lang, blocks=found.blocks, explain=explain)
        if not explain:  # looking for author and date costs as much as the extraction
            return result
        return replace(result, meta=_with_markup(result.meta, found.meta, extractor))

    def extract(self, html: str | bytes, *, url: str | None = None, extractor: str = "trafilatura", format: str = "text") -> Extracted:
        """What an extractor makes of a page, before any rule."""
        name = extractor if format == "text" else f"{extractor}-{format}"
        return _extractor(self._registry, name)(html, url)

    def clean_many(self, items: Iterable[str | Input], *, workers: int = 1, explain: bool = True) -> Iterator[Result]:
        """Clean texts in order, in this process or in `workers` processes; never holds more than a few batches."""
        if workers > 1:
            from cleankit._parallel import clean_parallel

            yield from clean_parallel(self, items, workers, explain)
            return
        for item in items:
            given = item if isinstance(item, Input) else Input(item)
            yield self.clean(given.text, url=given.url, lang=given.lang, explain=explain)

    def learn(self, items: Iterable[str | Input] | Callable[[], Iterable[str | Input]], *, share: float = 0.1) -> LearnedRules:
        """Learn the furniture of sites: lines that come again on at least `share` of a site's pages, and on three.

        The site is the host of `Input.url`; texts without one count as one site. The items are read twice, so they are a list
        or a function that gives them from the start. Raises InputError for an iterator.
        """
        from cleankit.learning import Page, again, learn

        read = again(items)

        def pages() -> Iterator[Page]:
            for item in read():
                yield Page(item.text, item.url) if isinstance(item, Input) else Page(item)

        return learn(pages, share=share, spares=self._spares)

    def _spares(self, text: str) -> bool:
        return self.clean(text, explain=False).text == text


_NOT_TEXT = (
    "clean() takes a str, not {0}. Bytes: decode them first (for HTML, clean_html() takes bytes and finds the encoding). "
    "Several texts: clean_many()."
)


def _names(given: Iterable[str]) -> tuple[str, ...]:
    if isinstance(given, str):
        raise InputError(f"select and ignore take several names: write ({given!r},)")
    return tuple(dict.fromkeys(given))


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, known, 1)
    return f"no {what} is named {name!r}; " + (f"did you mean {close[0]!r}? " if close else "") + f"there are: {', '.join(sorted(known))}"


def _preset(registry: Registry, name: str) -> Preset:
    if name not in registry.presets:
        raise InputError(_unknown("preset", name, registry.presets))
    return registry.presets[name]


def _extractor(registry: Registry, name: str) -> Extractor:
    if name not in registry.extractors:
        raise InputError(_unknown("extractor", name, registry.extractors))
    return registry.extractors[name]


_MARKUP_FIELDS = {"title": "title", "author": "byline", "date": "date", "sitename": "source_name", "language": "language", "tags": "tags"}


def _with_markup(meta: Meta, found: Mapping[str, str], extractor: str) -> Meta:
    """Metadata of the markup before that of the text."""
    new = {
        field: (MetaValue(found[key], None, extractor), *getattr(meta, field)) for key, field in _MARKUP_FIELDS.items() if found.get(key)
    }
    return replace(meta, **new) if new else meta


def _rebuild(config: str, lock: tuple[tuple[str, str, str], ...]) -> Cleaner:
    """Unpickle: a cleaner of the same configuration, once a process, if the plugins are the same."""
    cleaner = _rebuilt(config)
    check_lock(lock, cleaner._registry)
    return cleaner


@lru_cache(maxsize=16)
def _rebuilt(config: str) -> Cleaner:
    return Cleaner.from_config(Config.from_json(config))


@lru_cache(maxsize=32)
def _cached(preset: str, options: tuple[tuple[str, object], ...]) -> Cleaner:
    return Cleaner(preset, **dict(options))  # type: ignore[arg-type]


def cleaner_for(preset: str, options: Mapping[str, object]) -> Cleaner:
    """The cleaner behind the module's functions, made once a combination of preset and options."""
    try:
        return _cached(preset, tuple(sorted(options.items())))
    except TypeError:
        return Cleaner(preset, **options)  # type: ignore[arg-type]
