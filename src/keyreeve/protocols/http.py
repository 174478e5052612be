from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request as it came: `target` is raw, header names are lower-case, repeated headers joined with commas."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    peer: str


@dataclass(frozen=True, slots=True)
class HttpResponse:
    status: int
    content_type: str
    body: bytes
    request_id: str = ""
