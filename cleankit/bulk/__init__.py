"""Cleaning files of many documents: JSON lines, Parquet, CSV, web archives, folders; here or in a store that fsspec knows."""

from __future__ import annotations

from cleankit.bulk._formats import DATA, FORMATS, Damaged, form_of
from cleankit.bulk._places import is_url
from cleankit.bulk._report import Report
from cleankit.bulk._run import Done, Progress, Stopped, clean_files

__all__ = ["DATA", "FORMATS", "Damaged", "Done", "Progress", "Report", "Stopped", "clean_files", "form_of", "is_url"]
