"""Reading from and writing to S3, against a server in this process."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from cleankit.cleaner import Cleaner

from .test_bulk_run import CLEAN, rows

moto = pytest.importorskip("moto.server")
s3fs = pytest.importorskip("s3fs")
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def bucket() -> Iterator[Any]:
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        for key, value in {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "us-east-1",
        }.items():  # fmt: skip
            patch.setenv(key, value)
        name = f"bucket-{uuid.uuid4().hex[:8]}"
        fs = s3fs.S3FileSystem(skip_instance_cache=True)
        fs.mkdir(name)
        yield name, fs
    server.stop()


def test_from_s3_to_s3(bucket: Any) -> None:
    from cleankit.bulk import clean_files
    from cleankit.errors import InputError

    name, fs = bucket
    cleaner = Cleaner("minimal", plugins=("wordpress",))
    data = "".join(json.dumps(r) + "\n" for r in rows(20)).encode()
    fs.pipe_file(f"{name}/in/a.jsonl", data)
    fs.pipe_file(f"{name}/in/deep/b.jsonl", data)
    out = f"s3://{name}/out"
    report = clean_files([f"s3://{name}/in"], out, cleaner, unit_bytes=1500)
    assert report["documents"] == 40
    fs.invalidate_cache()
    shards = sorted(n for n in fs.find(f"{name}/out") if "/part-" in n)
    assert len(shards) > 4
    got = [json.loads(line) for s in shards for line in fs.cat_file(s).splitlines()]
    assert got == [{**r, "text": f"{i} {CLEAN}"} for i, r in enumerate(rows(20))] * 2
    # what is lost is made again; what is there stays
    fs.rm_file(shards[1])
    assert clean_files([f"s3://{name}/in/**/*.jsonl"], out, cleaner, unit_bytes=1500) == report
    fs.invalidate_cache()
    assert sorted(n for n in fs.find(f"{name}/out") if "/part-" in n) == shards
    with pytest.raises(InputError, match="another configuration"):
        clean_files([f"s3://{name}/in"], out, cleaner, unit_bytes=1500, changes=True)
    with pytest.raises(InputError, match="does not exist"):
        clean_files([f"s3://{name}/nothing.jsonl"], out, cleaner)
