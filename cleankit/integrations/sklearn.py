"""A transformer for scikit-learn pipelines: texts in, clean texts out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cleankit.cleaner import Cleaner
from cleankit.integrations._need import need

_Transformer: Any = need("sklearn.base", "sklearn").TransformerMixin
_Estimator: Any = need("sklearn.base", "sklearn").BaseEstimator

__all__ = ["TextCleaner"]


class TextCleaner(_Transformer, _Estimator):  # type: ignore[misc]  # scikit-learn has no types
    """Cleans texts; stateless, so that `fit` learns nothing. Put it before a vectoriser.

    A rule that breaks on a text is left out for that text. A value that is not a string raises InputError.
    """

    def __init__(
        self,
        preset: str = "article",
        select: Sequence[str] = (),
        ignore: Sequence[str] = (),
        lang: str | None = None,
        options: Mapping[str, object] | None = None,
    ) -> None:
        self.preset, self.select, self.ignore, self.lang, self.options = preset, select, ignore, lang, options

    def fit(self, X: Any, y: Any = None) -> TextCleaner:  # noqa: N803 - the name that scikit-learn gives it
        self._cleaner()
        return self

    def transform(self, X: Iterable[str]) -> list[str]:  # noqa: N803
        cleaner = self._cleaner()
        return [cleaner.clean(text, explain=False).text for text in X]

    def _cleaner(self) -> Cleaner:
        options: Mapping[str, Any] = self.options or {}
        return Cleaner(self.preset, select=self.select, ignore=self.ignore, lang=self.lang, **options)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.no_validation = True
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags
