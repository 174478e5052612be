from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")


def null_for_null(function: Callable[P, R]) -> Callable[P, R]:
    """None for None in a required argument, as SQL has it. The types do not offer what only SQL's callers need."""
    parameters = signature(function).parameters.values()
    required = [parameter.name for parameter in parameters if parameter.default is Parameter.empty]

    @wraps(function)
    def answer(*args: P.args, **kwargs: P.kwargs) -> R:
        given = (*args[: len(required)], *(kwargs[name] for name in required if name in kwargs))
        return cast("R", None) if any(value is None for value in given) else function(*args, **kwargs)

    return answer
