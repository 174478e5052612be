"""What the official client knows of operations: wire names and types of parameters, shapes of answers."""

import inspect
from typing import Any

from alibabacloud_kms20160120 import models


def parameter_types(operation: str) -> dict[str, str]:
    """The parameters by wire name with the client's own annotation: int, bool, str or Dict[str, Any]."""
    request = getattr(models, f"{operation}Request", None)
    if request is None:
        return {}
    signature = inspect.signature(request.__init__)
    attributes = [name for name in signature.parameters if name != "self"]
    # Its to_map knows the wire names, and keeps the values it is given.
    by_attribute = request(**{name: name for name in attributes}).to_map()
    return {wire: str(signature.parameters[name].annotation) for wire, name in by_attribute.items()}


def understood(operation: str, body: dict[str, Any]) -> Any:
    """What of a JSON answer the client's model keeps."""
    return getattr(models, f"{operation}ResponseBody")().from_map(body).to_map()
