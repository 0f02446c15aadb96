"""Random numbers are right, keyed, uniform and independent."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobsim.draws import Stream, philox, philox4x32, uniform
from jobsim.draws.philox import key_words, unit_interval
from tests.draws.statistics import TOLERANCE, dependence, non_uniformity

ONES = 0xFFFFFFFF
WORD = st.integers(0, ONES)
SAMPLE = 100_000
WHO = {"seed": 1, "stream": 6, "n": 0, "origin": 0, "group_key": 1, "replication": 0}


def philox_by_hand(counter, key):
    """Philox4x32-10 from the paper's definition, in Python's own integers."""
    (a, b, c, d), (k0, k1) = counter, key
    for _ in range(10):
        high_a, low_a = divmod(a * 0xD2511F53, 2**32)
        high_c, low_c = divmod(c * 0xCD9E8D57, 2**32)
        a, b, c, d = high_c ^ b ^ k0, low_c, high_a ^ d ^ k1, low_a
        k0, k1 = (k0 + 0x9E3779B9) % 2**32, (k1 + 0xBB67AE85) % 2**32
    return a, b, c, d


def uniform_by_hand(seed, *, stream, n, k, origin, group_key, replication):
    """The model's number for one key, in Python's own numbers."""
    counter = (k, origin * 256 + group_key, stream * 2**24 + n, replication)
    x0, x1, _, _ = philox_by_hand(counter, (seed % 2**32, seed // 2**32))
    return ((x0 // 64) * 2**26 + x1 // 64 + 0.5) / 2**52


def sample(size=SAMPLE, **key):
    """Numbers of `size` persons, one key for all but their place k."""
    return uniform(**{**WHO, "k": np.arange(size), **key})


class TestKnownAnswers:
    @pytest.mark.parametrize(
        ("counter", "key", "words"),
        [
            ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
            ((ONES,) * 4, (ONES,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
            (
                (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
                (0xA4093822, 0x299F31D0),
                (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
            ),
        ],
    )
    def test_published_vectors(self, counter, key, words):
        assert tuple(int(word) for word in philox4x32(counter, key)) == words
        assert philox_by_hand(counter, key) == words

    @settings(max_examples=200)
    @given(st.lists(st.tuples(WORD, WORD, WORD, WORD), min_size=10, max_size=40), WORD, WORD)
    def test_vector_agrees_with_python_integers(self, counters, low, high):
        found = philox4x32(tuple(np.array(counters, dtype=np.uint32).T), (low, high))
        by_hand = [philox_by_hand(counter, (low, high)) for counter in counters]
        assert np.array(found).T.tolist() == [list(words) for words in by_hand]

    @given(
        seed=st.integers(0, 2**64 - 1),
        stream=st.integers(1, 255),
        n=st.integers(0, 2**24 - 1),
        k=st.lists(WORD, min_size=1, max_size=30),
        origin=st.integers(0, 2**24 - 1),
        group_key=st.integers(0, 255),
        replication=WORD,
    )
    def test_uniform_agrees_with_python_numbers(self, k, **key):
        found = uniform(**key, k=np.array(k))
        assert found.tolist() == [uniform_by_hand(**key, k=one) for one in k]

    @pytest.mark.parametrize(
        ("seed", "words"), [(0, (0, 0)), (2**64 - 1, (ONES, ONES)), (2**32 + 5, (5, 1))]
    )
    def test_seed_is_split_low_word_first(self, seed, words):
        assert key_words(seed) == words
        by_hand = uniform_by_hand(**{**WHO, "seed": seed}, k=7)
        assert uniform(**{**WHO, "seed": seed}, k=7).tolist() == [by_hand]


class TestUnitInterval:
    @staticmethod
    def one(x0, x1):
        return float(unit_interval(np.array([x0], np.uint32), np.array([x1], np.uint32))[0])

    def test_all_ones_stay_below_one(self):
        assert self.one(ONES, ONES) == 1.0 - 2.0**-53

    def test_all_zeros_stay_above_zero(self):
        assert self.one(0, 0) == 2.0**-53

    @given(WORD, WORD)
    def test_numbers_are_odd_multiples_of_the_smallest(self, x0, x1):
        times = self.one(x0, x1) * 2.0**53
        assert times == int(times)
        assert int(times) % 2 == 1


class TestKeying:
    """The same key gives the same number in any order, batch or company."""

    def test_order_does_not_matter(self):
        order = np.random.default_rng(1).permutation(20_000)
        assert np.array_equal(sample(k=order), sample(20_000)[order])

    def test_batches_do_not_matter(self):
        whole = sample(20_000)
        parts = [sample(k=np.arange(start, start + 777)) for start in range(0, 20_000, 777)]
        assert np.array_equal(np.concatenate(parts)[:20_000], whole)

    def test_more_people_change_nobody(self):
        assert np.array_equal(sample(30_000)[:100], sample(100))

    def test_arrays_may_vary_in_every_place_of_the_key(self):
        varying = {name: np.array([3, 5]) for name in ("n", "origin", "group_key", "replication")}
        one_by_one = [
            uniform(**{**WHO, **{name: int(value[i]) for name, value in varying.items()}}, k=9)[0]
            for i in (0, 1)
        ]
        assert uniform(**{**WHO, **varying}, k=9).tolist() == one_by_one

    def test_largest_keys_keep_to_their_own_bits(self):
        largest = {"n": 2**24 - 1, "origin": 2**24 - 1, "group_key": 255, "replication": ONES}
        key = {"seed": 2**64 - 1, "stream": 255, "k": ONES, **largest}
        assert uniform(**key).tolist() == [uniform_by_hand(**key)]


NEIGHBOURS = {
    "stream": [(a, b) for a in Stream for b in Stream if a < b],
    "n": [(0, 1), (1, 2), (0, 2**23)],
    "origin": [(0, 1), (1, 2), (2, 3), (0, 256)],
    "group_key": [(0, 1), (1, 2), (1, 128)],
    "replication": [(0, 1), (1, 2), (0, 2**31)],
    "seed": [(0, 1), (1, 2), (1, 1 + 2**32), (0, 2**64 - 1)],
}


class TestChance:
    """Every figure lies within TOLERANCE standard errors of what chance would give."""

    @pytest.mark.parametrize("stream", [*Stream, 64, 255])
    def test_each_stream_is_uniform(self, stream):
        assert non_uniformity(sample(stream=stream)) < TOLERANCE

    @pytest.mark.parametrize("name", ["n", "origin", "group_key", "replication"])
    def test_uniform_along_each_part_of_the_key(self, name):
        count = 256 if name == "group_key" else SAMPLE
        key = {**WHO, "k": 0, name: np.arange(count)}
        assert non_uniformity(uniform(**key), bins=16) < TOLERANCE

    @pytest.mark.parametrize(
        ("name", "one", "other"),
        [(name, *pair) for name, pairs in NEIGHBOURS.items() for pair in pairs],
    )
    def test_neighbouring_keys_are_independent(self, name, one, other):
        size = 20_000
        assert dependence(sample(size, **{name: one}), sample(size, **{name: other})) < TOLERANCE

    @pytest.mark.parametrize("apart", [1, 2, 3, 1000])
    def test_neighbouring_persons_are_independent(self, apart):
        u = sample()
        assert dependence(u[:-apart], u[apart:]) < TOLERANCE

    def test_the_two_halves_of_a_number_are_independent(self):
        x0, x1, _, _ = philox4x32((np.arange(SAMPLE), 0, 0, 0), (1, 0))
        assert dependence(x0 / 2.0**32, x1 / 2.0**32) < TOLERANCE

    def test_last_bits_are_even(self):
        bits = (sample() * 2.0**52).astype(np.int64)
        for place in range(8):
            ones = int(((bits >> place) & 1).sum())
            assert abs(ones - SAMPLE / 2) < TOLERANCE * SAMPLE**0.5 / 2


class TestNegativeControls:
    """The same distances must see what is not chance."""

    def test_the_counter_itself_is_no_chance(self):
        counter = (np.arange(SAMPLE) + 0.5) / SAMPLE
        assert non_uniformity(counter) > TOLERANCE  # too even
        assert dependence(counter[:-1], counter[1:]) > TOLERANCE

    def test_streams_that_share_a_code_are_seen(self):
        assert dependence(sample(stream=6), sample(stream=6)) > TOLERANCE

    @pytest.mark.parametrize("name", NEIGHBOURS)
    def test_a_key_that_ignored_a_part_is_seen(self, name):
        def ignoring(**key):
            return sample(20_000, **{**key, name: WHO[name]})

        one, other = (ignoring(**{name: value}) for value in NEIGHBOURS[name][0])
        assert dependence(one, other) > TOLERANCE

    def test_a_small_bias_is_seen(self):
        assert non_uniformity(sample() ** 1.02) > TOLERANCE

    def test_a_weak_bond_is_seen(self):
        u, v = sample(stream=6), sample(stream=7)
        assert dependence(u, np.where(v < 0.03, u, v)) > TOLERANCE

    @pytest.mark.parametrize("rounds", [1, 2])
    def test_too_few_rounds_are_seen(self, rounds, monkeypatch):
        monkeypatch.setattr(philox, "ROUNDS", rounds)
        u = sample()
        assert max(non_uniformity(u), dependence(u[:-1], u[1:])) > TOLERANCE
