"""Engines are extras: imported where they are used, with an error that names what to install."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from cleankit.errors import InputError

__all__ = ["need"]


def need(module: str, extra: str) -> Any:
    """Import a module of an extra. Raises InputError that says what to install."""
    try:
        return import_module(module)
    except ImportError as error:
        missing = (error.name or module).partition(".")[0]
        raise InputError(f"this needs {missing}, which is not installed: pip install 'cleankit-text[{extra}]'") from error
