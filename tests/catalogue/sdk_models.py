"""What the official client knows of operations: wire names and types of parameters, shapes of answers."""

import importlib
import inspect
from collections.abc import Iterator
from typing import Any

from alibabacloud_kms20160120 import models


def parameter_types(operation: str) -> dict[str, str]:
    """The parameters by wire name with the client's own annotation: int, bool, str or Dict[str, Any].

    A structure's members are parameters of their own, as the client sends them; a list of structures is a List.
    """
    request = getattr(models, f"{operation}Request", None)
    return _older_types(operation) if request is None else dict(_flat(_described(request).to_map()))


def _older_types(operation: str) -> dict[str, str]:
    """Of an operation that only the older client has: everything is sent as a text."""
    try:
        module = importlib.import_module(f"aliyunsdkkms.request.v20160120.{operation}Request")
    except ModuleNotFoundError:
        return {}
    setters = [name for name in vars(getattr(module, f"{operation}Request")) if name.startswith("set_")]
    return {name.removeprefix("set_"): "str" for name in setters}


def _described(model: type[Any]) -> Any:
    """An instance whose values are their own annotations; its to_map knows the wire names."""
    signature = inspect.signature(model.__init__)
    annotations = {name: str(one.annotation) for name, one in signature.parameters.items() if name != "self"}
    return model(**{name: _value(annotation) for name, annotation in annotations.items()})


def _value(annotation: str) -> Any:
    if annotation.startswith("List[main_models."):
        return []
    if annotation.startswith("main_models."):
        return _described(getattr(models, annotation.removeprefix("main_models.")))
    return annotation


def _flat(members: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in members.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value or "List"


def understood(operation: str, body: dict[str, Any]) -> Any:
    """What of a JSON answer the client's model keeps; the older client hands on the text."""
    model = getattr(models, f"{operation}ResponseBody", None)
    return body if model is None else model().from_map(body).to_map()
