"""The life of keys as the API reference tells it, in a few dictionaries: what the server is compared with."""

from dataclasses import dataclass, field

OK = "OK"
CHANGE_REFUSED = "Rejected.StateModifiedFailed"
NO_KEY, NO_ALIAS = "Forbidden.KeyNotFound", "Forbidden.AliasNotFound"


@dataclass
class KeyFacts:
    """`bound`: whether it ever had material; `expires`: when its material goes, in seconds since 1970."""

    state: str
    description: str = ""
    protected: bool = False
    protection_text: str = ""
    interval: int | None = None
    external: bool = False
    bound: bool = True
    material: bool = True
    expires: int | None = None
    tags: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def rotation(self) -> str:
        if self.interval is None:
            return "Disabled"
        return "Enabled" if self.state == "Enabled" else "Suspended"


@dataclass
class Model:
    """Every method is an operation: it changes the facts if it may, and returns the code of the answer."""

    keys: dict[str, KeyFacts] = field(default_factory=dict[str, KeyFacts])
    aliases: dict[str, str] = field(default_factory=dict[str, str])

    def resolve(self, name: str) -> tuple[str, KeyFacts | None]:
        if name.startswith("alias/"):
            if name not in self.aliases:
                return NO_ALIAS, None
            name = self.aliases[name]
        return (OK, self.keys[name]) if name in self.keys else (NO_KEY, None)

    def use(self, name: str) -> str:
        code, key = self.resolve(name)
        if key is None:
            return code
        return OK if key.state == "Enabled" else f"Rejected.{key.state}"

    def switch(self, name: str, state: str) -> str:
        code, key = self.resolve(name)
        if key is None:
            return code
        if key.state not in ("Enabled", "Disabled"):
            return CHANGE_REFUSED
        key.state = state
        return OK

    def schedule(self, name: str) -> str:
        code, key = self.resolve(name)
        if key is None:
            return code
        if key.state == "PendingDeletion" or key.protected:
            return CHANGE_REFUSED
        key.state = "PendingDeletion"
        return OK

    def cancel(self, name: str) -> str:
        code, key = self.resolve(name)
        if key is None:
            return code
        if key.state != "PendingDeletion":
            return CHANGE_REFUSED
        key.state = "Enabled" if key.material else "PendingImport"
        return OK

    def _external(self, name: str) -> tuple[str, KeyFacts | None]:
        code, key = self.resolve(name)
        if key is not None and not key.external:
            return "Unsupported.Origin", None
        return code, key

    def ask_for_import(self, name: str) -> str:
        return self._external(name)[0]

    def import_material(self, name: str, expires: int | None, *, same: bool) -> str:
        code, key = self._external(name)
        if key is None:
            return code
        if key.state == "PendingDeletion":
            return CHANGE_REFUSED
        if key.bound and not same:
            return "InvalidKeyMaterial"
        if key.state == "PendingImport":
            key.state = "Enabled"
        key.bound = key.material = True
        key.expires = expires
        return OK

    def delete_material(self, name: str) -> str:
        code, key = self._external(name)
        if key is not None:
            key.material, key.expires = False, None
            if key.state != "PendingDeletion":
                key.state = "PendingImport"
        return code

    def _changeable(self, name: str) -> tuple[str, KeyFacts | None]:
        code, key = self.resolve(name)
        if key is not None and key.state == "PendingDeletion":
            return "Rejected.PendingDeletion", None
        return code, key

    def describe(self, name: str, text: str) -> str:
        code, key = self._changeable(name)
        if key is not None:
            key.description = text
        return code

    def protect(self, name: str, text: str, *, on: bool) -> str:
        code, key = self._changeable(name)
        if key is not None:
            key.protected, key.protection_text = on, text if on else ""
        return code

    def tag(self, name: str, tags: dict[str, str]) -> str:
        code, key = self._changeable(name)
        if key is not None:
            key.tags |= tags
        return code

    def untag(self, name: str, names: list[str]) -> str:
        code, key = self._changeable(name)
        if key is not None:
            key.tags = {tag: value for tag, value in key.tags.items() if tag not in names}
        return code

    def rotate_every(self, name: str, seconds: int | None) -> str:
        code, key = self.resolve(name)
        if key is None:
            return code
        if key.state != "Enabled":
            return f"Rejected.{key.state}"
        if key.external:
            return "Rejected.UnsupportedOperation"
        key.interval = seconds
        return OK

    def create_alias(self, alias: str, name: str) -> str:
        code, key = self.resolve(name)
        if key is None:
            return code
        if key.state == "PendingDeletion":
            return CHANGE_REFUSED
        if alias in self.aliases:
            return "AliasAlreadyExists"
        self.aliases[alias] = name
        return OK

    def update_alias(self, alias: str, name: str) -> str:
        if alias not in self.aliases:
            return NO_ALIAS
        code, key = self._changeable(name)
        if key is not None:
            self.aliases[alias] = name
        return code

    def delete_alias(self, alias: str) -> str:
        return OK if self.aliases.pop(alias, None) else NO_ALIAS
