"""The adapters of libraries, each against the library itself where it is installed."""

from __future__ import annotations

import asyncio
import copy
import json
import pickle
from pathlib import Path
from typing import Any

import pytest

import cleankit
from cleankit.errors import InputError
from cleankit.integrations._need import need
from cleankit.integrations.columns import changes_of, offsets_of

from .cli import BODY

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]

DIRTY = f"[vc_row]{BODY}[/vc_row]\n"
CLEAN = f"{BODY}\n"


@pytest.fixture(scope="module")
def cleaner() -> cleankit.Cleaner:
    return cleankit.Cleaner("minimal", plugins=("wordpress",))


def check_note(note: dict[str, Any], cleaner: cleankit.Cleaner) -> None:
    assert [r["rule"] for r in note["removals"]] == ["wordpress/shortcode/wpbakery"] * 2
    assert offsets_of(note["removals"]).to_source(0) == len("[vc_row]")
    assert (note["error"], note["fingerprint"]) == (None, cleaner.fingerprint)
    json.dumps(note)


def test_what_is_missing_is_named() -> None:
    with pytest.raises(InputError, match=r"needs no_such_engine.*pip install 'cleankit-text\[engine\]'"):
        need("no_such_engine.part", "engine")


def test_datatrove(cleaner: cleankit.Cleaner, tmp_path: Path) -> None:
    data = pytest.importorskip("datatrove.data")
    from datatrove.pipeline.writers import JsonlWriter

    from cleankit.integrations.datatrove import CleanStep

    def docs() -> list[Any]:
        return [data.Document(text=DIRTY, id="a", metadata={"meta": "mine"}), data.Document(text=None, id="b")]

    step = pickle.loads(pickle.dumps(CleanStep(cleaner, changes=True)))
    first, second = step(docs())
    assert (first.text, first.metadata["meta"], second.text) == (CLEAN, "mine", None)
    assert cleankit.restore(first.text, changes_of(first.metadata["removals"])) == DIRTY
    assert second.metadata["error"] == "input: there is no text"
    assert first.metadata["cleankit_meta"].keys() >= {"title", "date"}
    stats = step.stats.stats
    assert stats["removed_wordpress/shortcode/wpbakery"].total == 2
    assert (stats["total"].total, stats["error_input"].total) == (2, 1)
    out = CleanStep(cleaner, on_error="drop", exclusion_writer=JsonlWriter(str(tmp_path), compression=None))
    assert [d.id for d in out(docs())] == ["a"]
    assert json.loads((tmp_path / "00000.jsonl").read_text())["id"] == "b"
    with pytest.raises(InputError, match="document b: input"):
        list(CleanStep(cleaner, on_error="fail")(docs()))


def test_datasets(cleaner: cleankit.Cleaner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets")
    from datasets.fingerprint import Hasher

    from cleankit.integrations.arrow import BatchCleaner
    from cleankit.integrations.hf import _Step, clean_dataset

    rows = [{"id": i, "text": DIRTY} for i in range(10)]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    ds = datasets.load_dataset("json", data_files=str(tmp_path / "a.jsonl"), cache_dir=str(tmp_path / "cache"), split="train")
    out = clean_dataset(ds, cleaner, batch_size=3)
    assert out.column_names == ["id", "text", "removals", "meta", "flags", "error"]
    assert out["text"][:] == [CLEAN] * 10
    assert out.features["error"].dtype == "string"
    assert [r["rule"] for r in out[9]["removals"]] == ["wordpress/shortcode/wpbakery"] * 2
    again = clean_dataset(ds, cleankit.Cleaner("minimal", plugins=("wordpress",)), batch_size=3)
    assert again._fingerprint == out._fingerprint, "the cache knows it again"
    assert clean_dataset(ds, cleankit.Cleaner("minimal", plugins=()), batch_size=3)._fingerprint != out._fingerprint
    step = _Step(BatchCleaner(cleaner))
    before = Hasher.hash(step)
    cleaner.clean(DIRTY)
    assert Hasher.hash(step) == before
    streamed = clean_dataset({"train": ds.to_iterable_dataset()}, cleaner)["train"]
    assert [r["text"] for r in streamed] == [CLEAN] * 10


def test_langchain(cleaner: cleankit.Cleaner) -> None:
    documents = pytest.importorskip("langchain_core.documents")
    from cleankit.integrations.langchain import CleanDocuments

    docs = [documents.Document(page_content=DIRTY, metadata={"source": "https://example.org/"}, id="a")]
    given = copy.deepcopy(docs)
    step = pickle.loads(pickle.dumps(CleanDocuments(cleaner)))
    (out,) = step.transform_documents(docs)
    assert (out.page_content, out.id, out.metadata["source"]) == (CLEAN, "a", "https://example.org/")
    check_note(out.metadata["cleankit"], cleaner)
    assert docs == given
    assert asyncio.run(step.atransform_documents(docs)) == [out]
    (flat,) = CleanDocuments(cleaner, note=None).transform_documents(docs)
    assert flat.metadata == docs[0].metadata


def test_llamaindex(cleaner: cleankit.Cleaner) -> None:
    schema = pytest.importorskip("llama_index.core.schema")
    from llama_index.core.ingestion import IngestionPipeline

    from cleankit.integrations.llamaindex import CleanNodes

    step = CleanNodes(cleaner)
    doc = schema.Document(text=DIRTY, metadata={"url": "https://example.org/"})
    (out,) = IngestionPipeline(transformations=[step]).run(documents=[doc])
    assert out.text == CLEAN and doc.text == DIRTY
    check_note(out.metadata["cleankit"], cleaner)
    assert "vc_row" not in out.get_content(metadata_mode=schema.MetadataMode.EMBED)
    stored = step.to_dict()
    assert stored["fingerprint"] == cleaner.fingerprint
    assert CleanNodes(**{k: v for k, v in stored.items() if k != "class_name"})([doc])[0].text == CLEAN
    assert pickle.loads(pickle.dumps(step))([doc])[0].text == CLEAN


def test_haystack(cleaner: cleankit.Cleaner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAYSTACK_TELEMETRY_ENABLED", "False")
    haystack = pytest.importorskip("haystack")
    from cleankit.integrations.haystack import CleanDocuments

    pipeline = haystack.Pipeline()
    pipeline.add_component("clean", CleanDocuments("minimal"))
    doc = haystack.Document(content=DIRTY, meta={"url": "https://example.org/"})
    stored = haystack.Pipeline.loads(pipeline.dumps(), allowed_modules=["cleankit.integrations.haystack"])
    (out,) = stored.run({"clean": {"documents": [doc]}})["clean"]["documents"]
    assert (out.content, out.id, doc.content) == (CLEAN, doc.id, DIRTY)
    assert [r["rule"] for r in out.meta["cleankit"]["removals"]] == ["wordpress/shortcode/wpbakery"] * 2
    fresh = CleanDocuments("minimal", new_ids=True).run(documents=[doc])["documents"][0]
    assert fresh.id != doc.id


def test_sklearn() -> None:
    base = pytest.importorskip("sklearn.base")
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.pipeline import make_pipeline

    from cleankit.integrations.sklearn import TextCleaner

    step = base.clone(TextCleaner("minimal", options={"repair": 1}))
    assert step.transform([DIRTY, BODY]) == [CLEAN, BODY]
    words = make_pipeline(step, CountVectorizer()).fit([DIRTY]).named_steps["countvectorizer"].vocabulary_
    assert "council" in words and "vc_row" not in words
    with pytest.raises(InputError, match="did you mean 'minimal'"):
        TextCleaner("minimall").fit([DIRTY])


def test_scrapy(cleaner: cleankit.Cleaner) -> None:
    exceptions = pytest.importorskip("scrapy.exceptions")
    from scrapy.utils.test import get_crawler

    from cleankit.integrations.scrapy import CleanPipeline

    crawler = get_crawler(settings_dict={"CLEANKIT_PRESET": "minimal", "CLEANKIT_NOTES": "note", "CLEANKIT_ON_ERROR": "drop"})
    if crawler.stats is None:
        crawler._apply_settings()
    step = CleanPipeline.from_crawler(crawler)
    item = step.process_item({"text": DIRTY, "url": "https://example.org/"})
    assert item["text"] == CLEAN
    assert len(item["note"]["removals"]) == 2
    with pytest.raises(exceptions.DropItem, match="there is no text"):
        step.process_item({"title": "x"})
    assert crawler.stats.get_value("cleankit/items") == 2
    assert crawler.stats.get_value("cleankit/removed/wordpress/shortcode/wpbakery") == 2


def test_dolma(cleaner: cleankit.Cleaner, tmp_path: Path) -> None:
    import gzip

    from cleankit.integrations.dolma import write_attributes

    source = tmp_path / "documents" / "a.jsonl.gz"
    source.parent.mkdir()
    source.write_bytes(gzip.compress(b"".join(json.dumps({"id": str(i), "text": DIRTY}).encode() + b"\n" for i in range(3))))
    out = tmp_path / "attributes" / "cleankit" / "a.jsonl.gz"
    assert write_attributes(source, out, cleaner) == 3
    rows = [json.loads(line) for line in gzip.decompress(out.read_bytes()).splitlines()]
    assert [r["id"] for r in rows] == ["0", "1", "2"]
    spans = rows[0]["attributes"]["cleankit__wordpress__shortcode__wpbakery"]
    assert spans == rows[0]["attributes"]["cleankit__removals__all"]
    text = DIRTY
    for start, end, _ in reversed(spans):
        text = text[:start] + text[end:]
    assert text == CLEAN
    with pytest.raises(InputError, match="packed alike"):
        write_attributes(source, tmp_path / "a.jsonl", cleaner)


def test_data_juicer() -> None:
    pytest.importorskip("data_juicer")
    from cleankit.integrations.datajuicer import COLUMN, CleankitMapper

    step = CleankitMapper("minimal", {"plugins": ("wordpress",)}, changes=True)
    done = step.process_batched({"text": [DIRTY, CLEAN, None], "id": [1, 2, 3]})
    assert done["text"] == [CLEAN, CLEAN, None] and done["id"] == [1, 2, 3]
    dirty, clean, nothing = map(json.loads, done[COLUMN])
    check_note(dirty, step.cleaner)
    assert cleankit.restore(CLEAN, changes_of(dirty["removals"])) == DIRTY
    assert clean["removals"] == [] and nothing["error"] == "input: there is no text"
