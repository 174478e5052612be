"""What a rotation reaches outside: one class for each kind of managed secret that lives on an instance."""

from collections.abc import Callable
from typing import Protocol

from keyreeve.secrets.managed import Credential


class Target(Protocol):
    """Every step may be done again after a crash. All raise TargetError."""

    def install(self, new: Credential, former: Credential) -> None:
        """Make the new credential of the same account work, with the rights of the former one."""
        ...

    def prove(self, new: Credential) -> None:
        """Log in with it. Raises LoginRefused."""
        ...

    def undo(self, new: Credential, former: Credential) -> None:
        """Make the former credential of the same account work again, and the new one not."""
        ...

    def retire(self, old: Credential) -> None:
        """Make the credential that was current stop working, where it still does; the new one is current."""
        ...


Successor = Callable[[Callable[[int], bytes], Credential], Credential]
"""From randomness and the credential that is replaced: the new one, of the same account."""
