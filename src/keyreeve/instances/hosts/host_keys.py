import asyncssh


def pinned_key(line: str) -> asyncssh.SSHKey:
    """The key of a known_hosts line, whatever names stand before it. Raises ValueError."""
    words = line.split()
    if line.strip() != line.strip("\r\n \t") or "\n" in line.strip() or len(words) < 3:  # noqa: PLR2004  # names, kind, key
        raise ValueError("not one line of names, kind and key")
    if words[0].startswith(("@", "#")):
        raise ValueError("a marker or comment, not a host's own key")
    try:
        key = asyncssh.import_public_key(f"{words[1]} {words[2]}")
    except asyncssh.KeyImportError:
        raise ValueError("no key that can be read") from None
    return key
