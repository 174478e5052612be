"""The JSON object of `keyreeve instance add`, and of what is sealed, as an Instance.

A refusal names the field and never repeats what stands in it.
"""

import re
import ssl

import msgspec

from keyreeve.crypto.secret import Secret
from keyreeve.errors import StartRefused
from keyreeve.instances.hosts.keys import is_open_private_key, pinned_key
from keyreeve.instances.hosts.names import USER_NAME
from keyreeve.instances.model import DEFAULT_PORTS, Engine, Instance, Tls, TlsMode

_MAX_BYTES = 1 << 20
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_HOST = re.compile(r"[A-Za-z0-9._:-]{1,253}")
_MAX_PORT = 65535
_MAX_USER = 128
_MAX_PASSWORD = 1024
_MAX_TEXT = 65536
_FIELD = re.compile(r"`\$\.([a-z_.]+)")
_NAMED = re.compile(r"field `([A-Za-z0-9_-]{1,40})`")
_TYPES = {"port": "a number", "tls": 'true, false, {"ca": "PEM"} or {"verify": false}'}


class _TlsObject(msgspec.Struct, forbid_unknown_fields=True):
    ca: str | None = None
    verify: bool = True


class _Fields(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    id: str
    engine: str
    host: str
    user: str
    port: int | None = None
    password: str | None = None
    private_key: str | None = None
    host_key: str | None = None
    tls: bool | _TlsObject = False


def parse_instance(text: bytes | str) -> Instance:
    """Raises StartRefused."""
    if len(text) > _MAX_BYTES:
        raise StartRefused("the instance is longer than 1 MiB")
    try:
        fields = msgspec.json.decode(text, type=_Fields)
    except msgspec.ValidationError as error:
        raise StartRefused(_told(str(error))) from None
    except (msgspec.DecodeError, UnicodeError):
        raise StartRefused("the instance is not a JSON object: keyreeve instance add --help shows one") from None
    return _checked(fields)


def instance_as_json(instance: Instance) -> Secret:
    """What `parse_instance` reads; it holds the secrets."""
    tls: bool | _TlsObject = instance.tls.mode is TlsMode.VERIFIED
    if instance.tls.mode is TlsMode.UNVERIFIED:
        tls = _TlsObject(verify=False)
    elif instance.tls.ca is not None:
        tls = _TlsObject(ca=instance.tls.ca)
    fields = _Fields(
        id=instance.instance_id,
        engine=instance.engine.value,
        host=instance.host,
        user=instance.user,
        port=instance.port,
        password=_revealed(instance.password),
        private_key=_revealed(instance.private_key),
        host_key=instance.host_key,
        tls=tls,
    )
    return Secret(msgspec.json.encode(fields))


def _checked(fields: _Fields) -> Instance:
    if fields.engine not in set(Engine):
        raise StartRefused("engine is one of mariadb, mysql, postgresql, ssh")
    engine = Engine(fields.engine)
    _require(_ID.fullmatch(fields.id), "id is 1-64 letters, digits, . _ -")
    _require(_HOST.fullmatch(fields.host), "host is a name or an IP address")
    port = DEFAULT_PORTS[engine] if fields.port is None else fields.port
    _require(1 <= port <= _MAX_PORT, "port is a number from 1 to 65535")
    _require_credential(fields, engine)
    return Instance(
        instance_id=fields.id,
        engine=engine,
        host=fields.host,
        port=port,
        user=fields.user,
        password=_secret(fields.password),
        private_key=_secret(fields.private_key),
        host_key=_host_key(fields.host_key, engine),
        tls=_tls(fields.tls, engine),
    )


def _require_credential(fields: _Fields, engine: Engine) -> None:
    is_host = engine is Engine.SSH
    if is_host:
        _require(USER_NAME.fullmatch(fields.user), "user is 1-32 letters, digits, . _ -, the first no digit, for ssh")
    _require(0 < len(fields.user) <= _MAX_USER and fields.user.isprintable(), "user is 1-128 printable characters")
    if fields.private_key is not None:
        _require(is_host, "private_key is for ssh only: a database takes a password")
        _require(fields.password is None, "password and private_key: give one of them")
        _require(len(fields.private_key) <= _MAX_TEXT, "private_key is too long")
        _require(is_open_private_key(fields.private_key), "private_key is no PEM or OpenSSH key, or it is encrypted")
        return
    _require(fields.password is not None, f"password{' or private_key' if is_host else ''} is missing")
    password = fields.password or ""
    _require(0 < len(password) <= _MAX_PASSWORD, "password is 1-1024 characters")
    _require(not set(password) & set("\0\r\n"), "password is one line")


def _host_key(line: str | None, engine: Engine) -> str | None:
    if engine is not Engine.SSH:
        _require(line is None, "host_key is for ssh only")
        return None
    if line is None:
        raise StartRefused("host_key is missing: the host's line of known_hosts, which ssh-keyscan HOST prints")
    try:
        _require(len(line) <= _MAX_TEXT, "host_key is too long")
        pinned_key(line)
    except ValueError:
        raise StartRefused("host_key is not a line of known_hosts: names, kind and key") from None
    return line.strip()


def _tls(given: bool | _TlsObject, engine: Engine) -> Tls:
    if given is False:
        return Tls()
    _require(engine is not Engine.SSH, "tls is for databases only")
    if given is True:
        return Tls(TlsMode.VERIFIED)
    _require(given.ca is None or given.verify, "tls: ca and verify false exclude each other")
    if not given.verify:
        return Tls(TlsMode.UNVERIFIED)
    _require(given.ca is None or _is_ca(given.ca), "tls.ca is not a PEM certificate")
    return Tls(TlsMode.VERIFIED, given.ca)


def _is_ca(text: str) -> bool:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=text)
    except (ssl.SSLError, ValueError):
        return False
    return True


def _require(holds: object, refusal: str) -> None:
    if not holds:
        raise StartRefused(refusal)


def _secret(text: str | None) -> Secret | None:
    return None if text is None else Secret(text.encode())


def _revealed(secret: Secret | None) -> str | None:
    return None if secret is None else secret.reveal().decode()


def _told(message: str) -> str:
    """What msgspec says as ours: it may hold a value only where a field is one of few, and none is here."""
    named = _NAMED.search(message)
    if named and "unknown" in message:
        return f"the instance has an unknown field {named[1]}"
    if named:
        return f"{named[1]} is missing"
    at = _FIELD.search(message)
    if at is None:
        return "the instance has an unknown field or is not a JSON object"
    return f"{at[1]} is {_TYPES.get(at[1], 'true or false' if at[1] == 'tls.verify' else 'text')}"
