"""The plugin as its users have it: installed, found by cleankit, judged by cleankit's own kit."""

from __future__ import annotations

from importlib.resources import files

import pytest
from cleankit_shop._rating import AverageRating

import cleankit
from cleankit.plugins import load_registry
from cleankit.testing import Case, assert_none, cases, check_plugin, check_python_rule, document

PARAGRAPHS = (
    "The council met on Monday, and after a long debate its members agreed on a new budget for the harbour.",
    "Nobody in the room had expected the talks to go on for so long, but all of them stayed to the end.",
    "By then the rain had stopped, and the caretaker, who wanted to go home, began to switch off the lamps.",
)


def test_the_plugin_is_installed() -> None:
    registry = load_registry(("shop",))
    assert ("shop", "cleankit-shop") in {(p.name, p.distribution) for p in registry.plugins}
    assert {"cart", "stock", "review", "others"} <= {
        i.split("/")[1] for i in registry.rules if i.startswith("shop/") and i.count("/") == 2
    }


@pytest.mark.parametrize("case", cases(files("cleankit_shop") / "rules"))
def test_each_example_works_and_each_keep_stays(case: Case) -> None:
    case.check()


def test_the_plugin_keeps_the_laws() -> None:
    """And no rule, of whomever, takes what a rule of ours spares."""
    assert_none(check_plugin("shop", examples=10))


LINES = [
    "Customers who bought this item also bought", "Frequently bought together", "Write a customer review", "Was this review helpful?",
    "Wurde oft zusammen gekauft", "Kunden, die diesen Artikel gekauft haben, kauften auch", "In den Warenkorb", "Ajouter au panier", "Añadir al carrito",
    "12 people found this helpful", "Free shipping on orders over $50", "Only 3 left in stock - order soon.", "加入购物车", "カートに入れる",
    "Choosing a selection results in a full page refresh.", "Decrease quantity for Blue Mug", "Be the first to review “Blue Mug”", "Showing 1–12 of 40 results",
    "Skip to the end of the images gallery", "Track Your Order", "4.5 out of 5 stars", "Rated 4.80 out of 5 based on 12 customer ratings", "4,5 von 5 Sternen",
]  # fmt: skip


@pytest.mark.parametrize("line", LINES)
def test_furniture_of_shops_goes(line: str) -> None:
    text = cleankit.clean("\n\n".join((PARAGRAPHS[0], line, *PARAGRAPHS[1:])))
    assert line not in text
    assert all(p in text for p in PARAGRAPHS)


@pytest.mark.parametrize(
    "line",
    [
        "Weight: 1.2 kg",
        "Material: oak",
        "Price: $12.00",
        "SKU: 1204",
        "What is in the box",
        "Great boat, would buy again",
        "Return Policy",
        "Shipping & Returns",
        "Returns are free for thirty days.",
        "Sold out",
        "Auf Lager",
        "Regular price $19.99",
    ],
)
def test_what_is_said_of_the_thing_stays(line: str) -> None:
    registry = load_registry(("shop",))
    from cleankit.matchers import PatternRule, line_facts

    ours = [
        r
        for i, r in registry.rules.items()
        if i.startswith("shop/") and i.count("/") == 2 and isinstance(r, PatternRule)
    ]
    assert ours and not any(r.hits(0, line_facts(line)) for r in ours)


def test_the_rule_in_python_keeps_to_the_protocol() -> None:
    text = f"{PARAGRAPHS[0]}\n\n4.5 out of 5 stars\n"
    assert list(AverageRating().propose(document(text)))
    assert_none(check_python_rule(AverageRating(), [text]))


LISTS = {
    "prices": "Blue Mug\n$12.00\nRed Mug\n$14.00\nPlate\n$9.50\n4.5 out of 5 stars\n",
    "prices after": "Tasse\n12,00 €\nKanne\nab 14 €\nTeller\n9,50 €\n4,5 von 5 Sternen\n",
    "ratings": "Blue Mug\n4.5 out of 5 stars 12\nRed Mug\n4.8 out of 5 stars 1,204\nPlate\n3.9 out of 5 stars 7\n",
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_products_keeps_its_ratings(name: str) -> None:
    assert not list(AverageRating().propose(document(LISTS[name])))
    assert cleankit.clean(LISTS[name]) == LISTS[name]


@pytest.mark.parametrize("line", ["4 out of 5 stars", "4.5 out of 5", "3 of 5", "$4.50 out of 5"])
def test_what_is_no_average_of_ratings_stays(line: str) -> None:
    assert not list(AverageRating().propose(document(f"{PARAGRAPHS[0]}\n\n{line}\n")))
