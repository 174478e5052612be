"""Which kind of rotation a managed secret has."""

from sqlalchemy import Connection

from keyreeve.instances import store as instances
from keyreeve.instances.databases.target import DatabaseTarget
from keyreeve.instances.errors import TargetRefused
from keyreeve.instances.model import Engine, Instance
from keyreeve.instances.targets import open_target
from keyreeve.secrets.managed import Config, Credential, EcsConfig, EcsSubType, RamConfig, RdsConfig, RdsSubType
from keyreeve.secrets.rotation.databases import DatabaseAccount, reset_password
from keyreeve.secrets.rotation.hosts import KeyOfUser, PasswordOfUser, next_key, next_password
from keyreeve.secrets.rotation.target import Successor, Target
from keyreeve.storage.root_key.sealer import Sealer

_SUCCESSORS: dict[RdsSubType | EcsSubType, Successor] = {
    RdsSubType.SINGLE_USER: reset_password,
    RdsSubType.DOUBLE_USERS: reset_password,
    EcsSubType.PASSWORD: next_password,
    EcsSubType.SSH_KEY: next_key,
}


def successor_of(config: RdsConfig | EcsConfig) -> Successor:
    return _SUCCESSORS[config.sub_type]


def replaced_of(config: RdsConfig | EcsConfig, current: Credential, previous: Credential | None) -> Credential:
    """Whose place the new credential takes: with two accounts that of the one not in use, so that nobody is cut off."""
    if config.sub_type is RdsSubType.DOUBLE_USERS and previous is not None:
        return previous
    return current


def instance_of(connection: Connection, sealer: Sealer, account_id: str, config: Config) -> Instance:
    """The instance that a secret names, of its own account. Raises TargetRefused."""
    assert not isinstance(config, RamConfig), "RAM users are no instance"
    instance = instances.read_instance(connection, sealer, account_id, config.instance_id)
    if instance is None:
        raise TargetRefused(f"no instance {config.instance_id[:64]} is configured: see keyreeve instance add")
    return instance


def target_of(config: Config, instance: Instance) -> Target:
    """Raises TargetRefused if the instance is not of the kind that the secret needs."""
    if (instance.engine is Engine.SSH) != isinstance(config, EcsConfig):
        raise TargetRefused(f"instance {instance.instance_id} is {instance.engine}, not what the secret's type needs")
    target = open_target(instance)
    if isinstance(target, DatabaseTarget):
        return DatabaseAccount(instance, target)
    kind = PasswordOfUser if config.sub_type is EcsSubType.PASSWORD else KeyOfUser
    return kind(instance, target)
