"""The average rating of a product, which needs more than its line to be judged.

Beside one product, or in an article, it is furniture of the shop. In a list of products it is a fact of the one above it, as the
price is, and stays. A text lists products where it has several prices or several ratings, each on a line of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from cleankit import Document, Edit, RuleInfo, Stage

__all__ = ["AverageRating"]

_LISTED = 3
_CURRENCY = r"(?:[$€£¥₹₽₩₺₪]|\b(?:usd|eur|gbp|chf|pln|sek|nok|dkk|kr|zł|kč|лв|руб)\b\.?)"
_PRICE = re.compile(rf"(?:[^\W\d]+:?\s)?(?:{_CURRENCY}\s?\d[\d.,]*|\d[\d.,]*\s?{_CURRENCY})", re.IGNORECASE)
_OF_FIVE = re.compile(r"\b(?:out of|von|sur|de|su|di)\s\W*5\b", re.IGNORECASE)  # a look at the whole text, before its lines are made
_RATING = re.compile(
    r"(?P<rated>rated )?\d(?P<decimal>[.,]\d\d?)? (?:out of|von|sur|de|su|di) 5"
    r"(?P<stars> (?:stars?|sternen?|étoiles|estrellas|stelle|estrelas))?"
    r"(?P<count> based on \d+ customer ratings?|\s\(?\d[\d.,]*(?: (?:reviews?|ratings?|bewertungen|avis))?\)?)?",
    re.IGNORECASE,
)


class AverageRating:
    """`4.5 out of 5 stars` goes where it stands with one product. `4 out of 5 stars` may be one person's judgement and stays."""

    info = RuleInfo(
        "review/stars",
        "The average rating of a product",
        Stage.LINES,
        why="A number of the shop's, without the words that gave it.",
        confidence=0.95,
        misfires="A critic's verdict with half a star.",
    )

    def propose(self, doc: Document) -> Iterable[Edit]:
        if not _OF_FIVE.search(doc.text):
            return
        # a number alone, `4.5 out of 5`, may be anything
        ratings = [
            (line, found)
            for line in doc.lines
            if not line.protected
            and (found := _RATING.fullmatch(line.bare)) and (found["rated"] or found["stars"] or found["count"])
        ]
        if (
            not ratings
            or len(ratings) >= _LISTED
            or sum(not line.protected and bool(_PRICE.fullmatch(line.bare)) for line in doc.lines) >= _LISTED
        ):
            return
        for line, found in ratings:
            if found["decimal"] or found["count"]:
                yield Edit(line.span, reason="an average of ratings, in a text that lists no products")
