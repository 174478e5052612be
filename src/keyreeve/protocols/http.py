from msgspec import Struct


class HttpRequest(Struct, frozen=True):
    """A request as it came: `target` is raw, header names are lower-case, repeated headers joined with commas."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    peer: str
    secure: bool = False

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]


class HttpResponse(Struct, frozen=True, gc=False):
    """`headers` are those beside the ones that every response has."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
