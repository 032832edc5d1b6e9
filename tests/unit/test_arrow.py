"""The Arrow batch cleaner: its schema, errors as data, pickling."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

import cleankit
from cleankit.errors import InputError
from cleankit.integrations.columns import changes_of, offsets_of

from .cli import BODY, CLEAN, DIRTY

pa = pytest.importorskip("pyarrow")
arrow = pytest.importorskip("cleankit.integrations.arrow")


@pytest.fixture(scope="module")
def cleaner() -> cleankit.Cleaner:
    return cleankit.Cleaner("article", plugins=())


def batch(**more: list[Any]) -> Any:
    return pa.record_batch({"id": ["a", "b", "c"], "text": [DIRTY, None, BODY], **more})


def test_a_batch_keeps_its_columns_and_gets_ours(cleaner: cleankit.Cleaner) -> None:
    step = arrow.BatchCleaner(cleaner)
    out = step(batch(n=[1, 2, 3]))
    assert out.schema == step.output_schema(batch(n=[1, 2, 3]).schema)
    assert out.schema.names == ["id", "text", "n", "removals", "meta", "flags", "error"]
    assert out.column("text").to_pylist() == [CLEAN, None, CLEAN]
    assert out.column("error").to_pylist() == [None, "input: there is no text", None]
    (removal,) = out.column("removals")[0].as_py()
    assert DIRTY[removal["start"] : removal["end"]].strip() == "146,751FansLike"
    assert offsets_of([removal]).to_source(0) == 0


def test_a_table_stays_a_table_and_is_restored(cleaner: cleankit.Cleaner) -> None:
    table = pa.Table.from_batches([batch(), batch()])
    out = arrow.BatchCleaner(cleaner, changes=True)(table)
    assert isinstance(out, pa.Table)
    row = out.to_pylist()[0]
    assert cleankit.restore(row["text"], changes_of(row["removals"])) == DIRTY
    empty = arrow.BatchCleaner(cleaner)(table.slice(0, 0))
    assert (empty.num_rows, empty.schema.names[-1]) == (0, "error")


def test_policies(cleaner: cleankit.Cleaner) -> None:
    assert arrow.BatchCleaner(cleaner, on_error="drop")(batch()).column("id").to_pylist() == ["a", "c"]
    with pytest.raises(InputError, match="document b: input: there is no text"):
        arrow.BatchCleaner(cleaner, id="id", on_error="fail")(batch())
    with pytest.raises(InputError, match="possible: 'keep'"):
        arrow.BatchCleaner(cleaner, on_error="raise")


def test_names_that_are_taken(cleaner: cleankit.Cleaner) -> None:
    out = arrow.BatchCleaner(cleaner)(batch(meta=["x", "y", "z"]))
    assert out.schema.names == ["id", "text", "meta", "removals", "cleankit_meta", "flags", "error"]
    assert out.column("meta").to_pylist() == ["x", "y", "z"]


def test_errors_name_what_is_there(cleaner: cleankit.Cleaner) -> None:
    with pytest.raises(InputError, match="no column 'body'; there are: id, text"):
        arrow.BatchCleaner(cleaner, "body")(batch())
    with pytest.raises(InputError, match="int64, not a string"):
        arrow.BatchCleaner(cleaner, "n")(batch(n=[1, 2, 3]))
    with pytest.raises(InputError, match="no column 'key'"):
        arrow.BatchCleaner(cleaner, id="key")(batch())


def test_it_pickles_as_configuration(cleaner: cleankit.Cleaner) -> None:
    step = arrow.BatchCleaner(cleaner, changes=True)
    before = pickle.dumps(step)
    step(batch())
    assert pickle.dumps(step) == before, "use must not change what is hashed"
    assert len(before) < 2000
    again = pickle.loads(before)
    assert again == step and hash(again) == hash(step)
    assert again(batch()).equals(step(batch()))


def test_large_strings_keep_their_type(cleaner: cleankit.Cleaner) -> None:
    data = pa.table({"text": pa.array([DIRTY], pa.large_string())})
    assert arrow.BatchCleaner(cleaner)(data).schema.field("text").type == pa.large_string()


def test_a_worker_with_other_plugins_is_told() -> None:
    pytest.importorskip("cleankit_wordpress")
    packed = pickle.dumps(arrow.BatchCleaner(cleankit.Cleaner("minimal", plugins=("wordpress",))))
    assert b"cleankit-wordpress" in packed
    with pytest.raises(cleankit.PluginMismatch):
        pickle.loads(packed.replace(b"cleankit-wordpress", b"cleankit-wordpresz"))
