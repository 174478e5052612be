from abc import ABC, abstractmethod


class DatabaseTarget(ABC):
    """A database server. Every operation connects anew, is bounded in time, and raises TargetError."""

    @abstractmethod
    def log_in(self, account: str, password: str) -> None:
        """Prove that the password is the account's. Raises LoginRefused or TargetUnreachable."""

    @abstractmethod
    def set_password(self, account: str, password: str) -> None:
        """As the administrator; again with the same password changes nothing."""

    @abstractmethod
    def check(self) -> list[str]:
        """Log in as the administrator and say what works, a line each."""
