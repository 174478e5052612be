"""Lines of authorized_keys (sshd(8)): found, added, taken out; the others stay as they are.

The text is bytes read as Latin-1, so that a comment in whatever encoding comes back as it was.
"""

import re
from dataclasses import dataclass

from keyreeve.instances.errors import TargetRefused
from keyreeve.instances.hosts.keys import require_public_key

_KEY = r"(?P<kind>(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]+)[ \t]+(?P<blob>[A-Za-z0-9+/]+)=*(?:[ \t\r\n]|\Z)"
_OPTIONS = r'(?P<options>(?:\\"|"(?:\\"|[^"])*"|[^\s"])+)[ \t]+'
_PLAIN_LINE = re.compile(rf"[ \t]*{_KEY}")
# Only this ends a line: str.splitlines knows many more ends.
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_LINE_WITH_OPTIONS = re.compile(rf"[ \t]*{_OPTIONS}{_KEY}")


@dataclass(frozen=True, slots=True)
class PublicKey:
    kind: str
    blob: str


@dataclass(frozen=True, slots=True)
class _Entry:
    key: PublicKey
    options: str


def read_public_key(text: str) -> PublicKey:
    """A key as `ssh-ed25519 AAAA... comment`. Raises TargetRefused."""
    found = _entry(text.strip())
    if found is None or found.options or "\n" in text.strip():
        raise TargetRefused("the public key is not one line of kind and key")
    try:
        require_public_key(f"{found.key.kind} {_padded(found.key.blob)}")
    except ValueError:
        raise TargetRefused("the public key cannot be read") from None
    return found.key


def with_key(text: str, key: PublicKey, like: PublicKey | None) -> str:
    """The key in a line at the end if it is in none, under the options (from=, command= ...) of `like`'s line."""
    entries = [entry for line in _LINES.findall(text) if (entry := _entry(line))]
    if any(entry.key == key for entry in entries):
        return text
    options = next((entry.options for entry in entries if entry.key == like), "")
    gap = "" if not text or text.endswith("\n") else "\n"
    return f"{text}{gap}{options}{' ' if options else ''}{key.kind} {_padded(key.blob)}\n"


def without_key(text: str, key: PublicKey) -> str:
    """Without the lines of that key, whatever their options and comments."""
    return "".join(line for line in _LINES.findall(text) if (entry := _entry(line)) is None or entry.key != key)


def _entry(line: str) -> _Entry | None:
    # sshd too looks for a key first, and for options before it only if there is none.
    found = _PLAIN_LINE.match(line) or _LINE_WITH_OPTIONS.match(line)
    if found is None or line.lstrip().startswith("#"):
        return None
    return _Entry(PublicKey(found["kind"], found["blob"]), found.groupdict().get("options") or "")


def _padded(blob: str) -> str:
    return blob + "=" * (-len(blob) % 4)
