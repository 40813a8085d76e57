"""Intervals."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st
from pytest import approx  # noqa: PT013

from pratique.evaluate.statistics import macro, quantile, upper_bound, wilson


def test_wilson_gives_the_published_interval():
    """Newcombe 1998, table I: 81 of 263 gives 0.2553 to 0.3662."""
    rate = wilson(81, 263)

    assert (rate.value, rate.low, rate.high) == (
        approx(0.3080, abs=1e-4),
        approx(0.2553, abs=1e-4),
        approx(0.3662, abs=1e-4),
    )


def test_nothing_tried_leaves_everything_possible():
    rate = wilson(0, 0)

    assert (rate.value, rate.low, rate.high, upper_bound(0, 0)) == (0.0, 0.0, 1.0, 1.0)


@given(st.integers(0, 500), st.integers(1, 500))
def test_an_interval_holds_its_value(successes, trials):
    rate = wilson(min(successes, trials), trials)

    assert 0 <= rate.low <= rate.value <= rate.high <= 1


@given(st.integers(1, 5000))
def test_no_alarm_bounds_the_rate_by_about_three_over_n(trials):
    """The exact bound is 1 - 0.05^(1/n), a little below the rule of three."""
    assert math.isclose(upper_bound(0, trials), 1 - 0.05 ** (1 / trials), rel_tol=1e-6)
    assert upper_bound(0, trials) <= 3 / trials


@given(st.integers(0, 20), st.integers(21, 600))
def test_more_alarms_raise_the_bound(alarms, trials):
    assert alarms / trials < upper_bound(alarms, trials) < upper_bound(alarms + 1, trials) <= 1


def test_exact_bound_of_one_alarm():
    """Clopper and Pearson: 1 of 100 gives 4.656 % one-sided at 95 %."""
    assert upper_bound(1, 100) == approx(0.04656, abs=1e-5)


def test_macro_counts_each_group_once():
    """Three of four in one group and none of one in another: a mean of 0.375 over two groups."""
    pairs = [("a", True), ("a", True), ("a", True), ("a", False), ("b", False)]

    assert macro(pairs) == (0.75, 2)


def test_nearest_rank_quantiles():
    assert [quantile([4, 1, 3, 2], share) for share in (0.0, 0.5, 0.95, 1.0)] == [1, 2, 4, 4]
    assert quantile([], 0.5) == 0.0
