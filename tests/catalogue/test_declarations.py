"""What the catalogue declares, against the official client's models and the shapes of its answers."""

import re

import msgspec
import pytest

from keyreeve.catalogue import CATALOGUE
from keyreeve.operations import Operation
from tests.catalogue.sdk_models import parameter_types
from tests.catalogue.world import World, good_requests

# CreateKey of the older documents; the client has only its newer name.
OLDER_NAMES = {("CreateKey", "KeyStoreId")}
# Ours beside what any client has (docs/divergences.md).
OUR_OWN = {("CreateCertificate", "ProtectionLevel")}

operations = pytest.mark.parametrize("operation", CATALOGUE.values(), ids=lambda operation: operation.name)


def is_a_sentence(text: str) -> bool:
    return bool(re.fullmatch(r"\S.{8,}\.", text, re.DOTALL))


@operations
def test_an_operation_and_each_of_its_parameters_is_documented(operation: Operation):
    assert is_a_sentence(operation.summary.strip())
    undocumented = [one.name for one in operation.parameters if not is_a_sentence(one.description)]
    assert undocumented == []


@operations
def test_an_operation_has_the_parameters_that_the_client_sends(operation: Operation):
    ours = {parameter.name for parameter in operation.parameters}
    older = {name for of, name in OLDER_NAMES | OUR_OWN if of == operation.name}
    assert ours - older == set(parameter_types(operation.name))


@operations
def test_an_operation_takes_the_types_that_the_client_sends(operation: Operation):
    """The client sends numbers as decimals and booleans as True and False."""
    types = parameter_types(operation.name)
    values = {"int": "8", "bool": "True"}
    fields = msgspec.structs.fields(operation.request)
    for field in fields:
        text = values.get(types.get(field.encode_name, ""))
        if text is not None:
            msgspec.convert(text, field.type, strict=False)


def test_every_operation_has_a_good_request_in_the_tests():
    assert set(good_requests(World())) == set(CATALOGUE)


def test_good_requests_name_only_parameters_that_there_are():
    for name, request in good_requests(World()).items():
        assert set(request) <= {parameter.name for parameter in CATALOGUE[name].parameters}
