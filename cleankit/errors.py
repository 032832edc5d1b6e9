"""The exception tree. Everything that cleankit raises on purpose is a `CleankitError`."""

from __future__ import annotations

__all__ = ["CleankitError", "InputError", "PluginError", "PluginMismatch", "RuleError"]


class CleankitError(Exception):
    """Base class of all errors that cleankit raises on purpose."""


class InputError(CleankitError):
    """The input, an option or an argument cannot be used; the message says what would be accepted."""


class RuleError(CleankitError):
    """A rule or preset is wrong.

    `file`, `line` and `column` (both from 1) point at the mistake where they are known; `hint` says what to type instead.
    """

    def __init__(
        self, message: str, *, file: str | None = None, line: int | None = None, column: int | None = None, hint: str = ""
    ) -> None:
        self.message, self.file, self.line, self.column, self.hint = message, file, line, column, hint
        super().__init__(str(self))

    def __str__(self) -> str:
        place = ":".join(str(p) for p in (self.file, self.line, self.column) if p is not None)
        return (f"{place}: " if place else "") + self.message + (f"\n  help: {self.hint}" if self.hint else "")

    def __reduce__(self) -> tuple[object, ...]:
        return _rule_error, (self.message, self.file, self.line, self.column, self.hint)


def _rule_error(message: str, file: str | None, line: int | None, column: int | None, hint: str) -> RuleError:
    """Rebuild a pickled RuleError (keyword-only arguments do not survive the default protocol)."""
    return RuleError(message, file=file, line=line, column=column, hint=hint)


class PluginError(CleankitError):
    """A plugin breaks the protocol, or two plugins claim one name."""


class PluginMismatch(PluginError):
    """This process has other plugins than the one that made the cleaner; cleaning on would silently clean less."""
