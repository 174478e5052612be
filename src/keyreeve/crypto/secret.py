from typing import NoReturn, final


@final
class Secret:
    """Bytes that must not leak by habit: no text form, no comparison, no pickling."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = value

    def reveal(self) -> bytes:
        return self._value

    def __repr__(self) -> str:
        return "Secret(...)"

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError("secrets are compared with hmac.compare_digest, on purpose")

    __hash__ = None  # type: ignore[assignment]  # unhashable, as it has no equality

    def __reduce__(self) -> NoReturn:
        raise TypeError("secrets are not pickled")
