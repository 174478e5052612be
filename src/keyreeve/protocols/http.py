from msgspec import Struct


class HttpRequest(Struct, frozen=True):
    """A request as it came: `target` is raw, header names are lower-case, repeated headers joined with commas."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    peer: str
    secure: bool = False


class HttpResponse(Struct, frozen=True, gc=False):
    status: int
    content_type: str
    body: bytes
    request_id: str = ""
