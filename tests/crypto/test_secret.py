"""Secrets do not leak by habit."""

import copy
import json
import pickle
import traceback

import msgspec
import pytest

from keyreeve.crypto.secret import Secret

VALUE = b"correct horse"


@pytest.mark.parametrize("show", [repr, str, ascii, format, "{}".format, "%s".__mod__])
def test_no_text_form_shows_the_value(show: object):
    assert callable(show)
    assert show(Secret(VALUE)) == "Secret(...)"


def test_containers_do_not_show_the_value():
    assert "horse" not in repr([Secret(VALUE), {"a": (Secret(VALUE),)}])


def test_a_traceback_does_not_show_the_value():
    error = ValueError(Secret(VALUE))
    assert "horse" not in "".join(traceback.format_exception(error))


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_it_is_not_pickled(protocol: int):
    with pytest.raises(TypeError):
        pickle.dumps(Secret(VALUE), protocol)


@pytest.mark.parametrize("use", [copy.copy, copy.deepcopy, json.dumps, msgspec.json.encode, hash, bytes, vars])
def test_it_is_not_copied_encoded_hashed_or_taken_apart(use: object):
    assert callable(use)
    with pytest.raises(TypeError):
        use(Secret(VALUE))


def test_it_is_not_compared():
    one = Secret(VALUE)
    with pytest.raises(TypeError):
        assert one == Secret(VALUE)
    with pytest.raises(TypeError):
        assert one != Secret(VALUE)
    with pytest.raises(TypeError):
        [one].index(Secret(VALUE))


def test_it_is_revealed_on_purpose_only():
    assert Secret(VALUE).reveal() == VALUE
