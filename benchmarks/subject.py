"""The delegated change that is timed: ordinary modules and tests, a spec, and the commit that follows it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from repositories import committed

if TYPE_CHECKING:
    from pathlib import Path

PRODUCT = '''\
"""Prices, discounts and stock of department {n}."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

log = logging.getLogger(__name__)

RATES = {{"basic": 0, "member": 5, "staff": {percent}}}
MINIMUM = {n} + 1


class OutOfStock(Exception):
    """There is less of an article than was asked for."""

    def __init__(self, sku: str, wanted: int, there: int) -> None:
        super().__init__(f"{{sku}}: {{wanted}} wanted, {{there}} there")
        self.sku = sku
        self.wanted = wanted
        self.there = there


@dataclass(frozen=True)
class Line:
    """One line of an order; the price is in cents."""

    sku: str
    count: int
    price: int

    @property
    def total(self) -> int:
        return self.count * self.price


@dataclass
class Order:
    """What one customer wants."""

    customer: str
    lines: list[Line] = field(default_factory=list)
    note: str = ""

    def add(self, sku: str, count: int, price: int) -> Line:
        """Append a line and return it; a count below one is refused."""
        if count < 1:
            raise ValueError(f"count must be positive, not {{count}}")
        line = Line(sku, count, price)
        self.lines.append(line)
        return line

    def total(self) -> int:
        return sum(line.total for line in self.lines)

    def skus(self) -> list[str]:
        return sorted({{line.sku for line in self.lines}})


class Stock:
    """How much there is of every article."""

    def __init__(self, amounts: dict[str, int] | None = None) -> None:
        self.amounts = dict(amounts or {{}})

    def take(self, sku: str, count: int) -> int:
        """Take some of an article away and return what is left."""
        there = self.amounts.get(sku, 0)
        if there < count:
            raise OutOfStock(sku, count, there)
        self.amounts[sku] = there - count
        return self.amounts[sku]

    def refill(self, amounts: dict[str, int]) -> None:
        for sku, count in amounts.items():
            self.amounts[sku] = self.amounts.get(sku, 0) + count


def discount(total: int, kind: str) -> int:
    """The discount in cents, rounded down; unknown kinds get none."""
    percent = RATES.get(kind, 0)
    return total * percent // 100


def shipping(total: int, express: bool = False) -> int:
    """Shipping in cents."""
    if total >= {free}:
        return 0
    base = 490 if total < 2000 else 290
    return base + (600 if express else 0)


def invoice(order: Order, kind: str = "basic", express: bool = False) -> dict[str, int]:
    """All the sums of one order."""
    total = order.total()
    less = discount(total, kind)
    log.debug("invoice for %s: %s", order.customer, total)
    return {{
        "total": total,
        "discount": less,
        "shipping": shipping(total - less, express),
        "due": total - less + shipping(total - less, express),
    }}


def fulfil(order: Order, stock: Stock) -> list[str]:
    """Take every line from the stock, or nothing at all."""
    before = dict(stock.amounts)
    try:
        for line in order.lines:
            stock.take(line.sku, line.count)
    except OutOfStock:
        stock.amounts = before
        raise
    return order.skus()
'''

BLOCK = '''\
    if total >= {free}:
        return 0
    base = 490 if total < 2000 else 290
'''

TESTS = '''\
"""Department {n}: sums, stock and orders."""

from unittest import mock

import pytest

from shop import department{n}
from shop.department{n} import Line, Order, OutOfStock, Stock, discount, fulfil, invoice, shipping


@pytest.fixture
def order():
    order = Order("ann")
    order.add("cup", 2, 450)
    order.add("plate", 1, 1200)
    return order


@pytest.fixture
def stock():
    return Stock({{"cup": 5, "plate": 2}})


def assert_unchanged(stock):
    assert stock.amounts["cup"] == 5
    assert stock.amounts["plate"] == 2


def test_a_line_knows_its_total():
    line = Line("cup", 3, 450)
    assert line.total == 1350
    assert line.sku == "cup"


def test_an_order_adds_up(order):
    assert order.total() == 2100
    assert order.skus() == ["cup", "plate"]
    assert len(order.lines) == 2


@pytest.mark.parametrize("count", [0, -1, -20])
def test_a_count_below_one_is_refused(order, count):
    with pytest.raises(ValueError, match="must be positive"):
        order.add("cup", count, 450)
    assert order.total() == 2100


@pytest.mark.parametrize(
    ("total", "kind", "expected"),
    [(1000, "basic", 0), (1000, "member", 50), (999, "member", 49), (1000, "nobody", 0), (0, "member", 0)],
)
def test_discounts(total, kind, expected):
    assert discount(total, kind) == expected


def test_shipping_of_a_small_order():
    assert shipping(100) == 490
    assert shipping(100, express=True) == 1090


def test_shipping_of_a_middling_order():
    assert shipping(2500) == 290
    assert shipping(2500, express=True) == 890


def test_shipping_is_free_from_a_certain_sum():
    assert shipping({free}) == 0
    assert shipping({free} - 1) == 290


def test_an_invoice_has_all_the_sums(order):
    sums = invoice(order, "member")
    assert sums["total"] == 2100
    assert sums["discount"] == 105
    assert sums["due"] == sums["total"] - sums["discount"] + sums["shipping"]
    assert set(sums) == {{"total", "discount", "shipping", "due"}}


def test_an_invoice_is_logged(order):
    with mock.patch.object(department{n}, "log") as log:
        invoice(order)
    log.debug.assert_called_once_with("invoice for %s: %s", "ann", 2100)


def test_the_average_price(order):
    average = order.total() / sum(line.count for line in order.lines)
    assert average == pytest.approx(700, abs=0.01)


def test_taking_from_the_stock(stock):
    assert stock.take("cup", 2) == 3
    assert stock.amounts == {{"cup": 3, "plate": 2}}


def test_taking_too_much(stock):
    with pytest.raises(OutOfStock) as caught:
        stock.take("plate", 3)
    assert caught.value.sku == "plate"
    assert caught.value.there == 2
    assert_unchanged(stock)


def test_refilling(stock):
    stock.refill({{"cup": 1, "bowl": 4}})
    assert stock.amounts == {{"cup": 6, "plate": 2, "bowl": 4}}


class TestFulfil:
    def test_takes_every_line(self, order, stock):
        assert fulfil(order, stock) == ["cup", "plate"]
        assert stock.amounts == {{"cup": 3, "plate": 1}}

    def test_takes_nothing_when_one_is_missing(self, order, stock):
        order.add("bowl", 1, 800)
        with pytest.raises(OutOfStock, match="bowl"):
            fulfil(order, stock)
        assert_unchanged(stock)

    def test_an_empty_order(self, stock):
        assert fulfil(Order("bob"), stock) == []
        assert_unchanged(stock)
'''

TEST_BLOCK = '''\
def test_shipping_is_free_from_a_certain_sum():
    assert shipping({free}) == 0
    assert shipping({free} - 1) == 290
'''

HEADING = """\
### {number}. {path}
Replace
```python
{old}```
with
```python
{new}```
"""

SPEC = """\
TASK BENCH-1: shipping is free from 50 on

CONTEXT:
- shop/department0.py: what a department is

EXISTING BEHAVIOR THAT MUST BE PRESERVED:
- an order below the sum pays 2.90 or 4.90

CHANGES TO MAKE:

{headings}
VERIFY:
python -m pytest -q

CONSTRAINTS:
- Edit ONLY the listed files.
"""


def product(n: int, free: int = 4000) -> str:
    """One module of 115 lines."""
    return PRODUCT.format(n=n, percent=10 + n % 7, free=free)


def tests(n: int, free: int = 4000) -> str:
    """Its tests, 140 lines."""
    return TESTS.format(n=n, free=free)


def changes() -> list[tuple[str, str, str, str]]:
    """(path, old block, new block, new text) of the 15 modules and 5 tests of the change."""
    modules = [(f"shop/department{n}.py", BLOCK, product(n, 5000)) for n in range(15)]
    checks = [(f"tests/test_department{n}.py", TEST_BLOCK, tests(n, 5000)) for n in range(5)]
    return [(path, block.format(free=4000), block.format(free=5000), text) for path, block, text in modules + checks]


def repository(repo: Path) -> tuple[str, str]:
    """Base and head of the change; the head claims a spec that gives every block exactly."""
    files = {f"shop/department{n}.py": product(n) for n in range(200)}
    files |= {f"tests/test_department{n}.py": tests(n) for n in range(60)}
    headings = [
        HEADING.format(number=number, path=path, old=old, new=new)
        for number, (path, old, new, _) in enumerate(changes(), 1)
    ]
    text = SPEC.format(headings="\n".join(headings))
    base = committed(repo, {**files, ".delegation/specs/BENCH-1.md": text})
    digest = hashlib.sha256(text.encode()).hexdigest()
    head = committed(
        repo, {path: new for path, _, _, new in changes()},
        f"Shipping is free from 50 on\n\nDelegation-Spec: BENCH-1@sha256:{digest}\n",
    )  # fmt: skip
    return base, head
