"""Every operation answers what the official client understands, all of it and nothing else."""

import inspect

import pytest
from alibabacloud_ram20150501 import models

from keyreeve.catalogue import IDENTITY_CATALOGUE
from keyreeve.operations import Service
from tests.ram.calls import Ram
from tests.ram.sdk import understood
from tests.ram.world import World, good_requests, make_world
from tests.support.server import Server

DECLARED = {one.name: one for one in IDENTITY_CATALOGUE.values() if one.service is Service.RAM}
operations = pytest.mark.parametrize("name", sorted(DECLARED))


def wire_names(operation: str) -> set[str]:
    request = getattr(models, f"{operation}Request")
    attributes = [name for name in inspect.signature(request.__init__).parameters if name not in ("self", "tag")]
    named = set(request(**{name: name for name in attributes}).to_map())
    has_tags = "tag" in inspect.signature(request.__init__).parameters
    return (named - {"Tag"}) | ({"Tag"} if has_tags else set())


@operations
def test_an_operation_has_the_parameters_of_the_client(name: str):
    assert {parameter.name for parameter in DECLARED[name].parameters} == wire_names(name)


@operations
def test_an_operation_and_its_parameters_are_documented(name: str):
    texts = [DECLARED[name].summary.strip(), *(parameter.description for parameter in DECLARED[name].parameters)]
    assert all(text.endswith(".") and len(text) > 9 for text in texts), texts


@operations
def test_an_answer_is_what_the_client_knows(server: Server, name: str):
    ram = Ram(server.address, server.account)
    body = ram.call(name, **good_requests(make_world(ram))[name])
    assert understood(name, body) == body
    assert len(body) > 1 or name.startswith(("Delete", "Add", "Remove", "Attach", "Detach", "Set", "UpdateAccessKey"))


@operations
def test_an_answer_can_be_had_as_xml(server: Server, name: str):
    ram = Ram(server.address, server.account, version=1)
    answer = ram.answer(name, Format="XML", **good_requests(make_world(ram))[name])
    assert answer.status == 200
    assert f"<{name}Response><RequestId>".encode() in answer.body


def test_every_operation_has_a_good_request():
    assert set(good_requests(World("1", "2", "3"))) == set(DECLARED)
