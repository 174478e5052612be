"""Random lives of a handful of keys, at the running server and in a model, told apart by nothing."""

import json
import random
from time import gmtime, strftime
from uuid import uuid4

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from tests.keys.imports import new_material, parameters_for, wrapping
from tests.keys.life_model import KeyFacts, Model
from tests.support.client import Answer, Client
from tests.support.server import Server, create_account

SPEC = "Aliyun_AES_256"
UNKNOWN = "5f5f5f5f-0000-4000-8000-000000000000"
number = st.integers(0, 4)
text = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20)
years_2100_to_2200 = st.integers(4_102_444_800, 7_258_118_400)
tag_names = st.sampled_from(["team", "env", "a b", "ключ"])


class Life(RuleBasedStateMachine):
    """A number names a key; one behind the last names a key that does not exist."""

    client: Client

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.made: list[str] = []
        self.blobs: list[tuple[str, str]] = []
        self.materials: dict[str, bytes] = {}
        self.prefix = f"alias/{uuid4().hex[:8]}-"

    def key(self, index: int) -> str:
        return self.made[index] if index < len(self.made) else UNKNOWN

    def name(self, index: int, alias: int | None) -> str:
        return self.key(index) if alias is None else f"{self.prefix}{alias % 3}"

    def same(self, expected: str, operation: str, /, **given: str) -> Answer:
        answer = self.client.answer(operation, **given)
        assert answer.code == expected, (operation, given)
        for name in {given.get("KeyId", ""), *self.model.aliases.values()} & set(self.made):
            self.same_metadata(name)
        return answer

    def same_metadata(self, key_id: str) -> None:
        found = self.client.call("DescribeKey", KeyId=key_id)["KeyMetadata"]
        facts = self.model.keys[key_id]
        seconds = None if facts.interval is None else f"{facts.interval}s"
        assert found["KeyState"] == facts.state
        assert found["Description"] == facts.description
        assert found["DeletionProtection"] == ("Enabled" if facts.protected else "Disabled")
        assert found.get("DeletionProtectionDescription", "") == facts.protection_text
        assert found["AutomaticRotation"] == facts.rotation
        assert found.get("RotationInterval") == seconds
        assert ("NextRotationDate" in found) == (facts.interval is not None)
        assert bool(found["DeleteDate"]) == (facts.state == "PendingDeletion")
        assert ("PrimaryKeyVersion" in found) == facts.bound
        shown = "" if facts.expires is None else strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(facts.expires))
        assert found["MaterialExpireTime"] == shown

    @precondition(lambda self: len(self.made) < 4)
    @rule(description=text, external=st.booleans())
    def create_key(self, description: str, external: bool) -> None:
        origin = "EXTERNAL" if external else "Aliyun_KMS"
        key_id = self.client.create_key(Description=description, Origin=origin)
        self.made.append(key_id)
        facts = KeyFacts("Enabled", description)
        if external:
            facts = KeyFacts("PendingImport", description, external=True, bound=False, material=False)
        self.model.keys[key_id] = facts

    @rule(index=number, expires=st.none() | years_2100_to_2200)
    def import_material(self, index: int, expires: int | None) -> None:
        """The first material that comes is the key's; later it comes again."""
        key_id = self.key(index)
        material = self.materials.setdefault(key_id, new_material(SPEC))
        self.imports(key_id, material, expires, same=True)

    @precondition(lambda self: self.materials)
    @rule(index=number)
    def import_other_material(self, index: int) -> None:
        key_id = self.key(index)
        if key_id in self.model.keys and self.model.keys[key_id].bound:
            self.imports(key_id, new_material(SPEC), None, same=False)

    def imports(self, key_id: str, material: bytes, expires: int | None, *, same: bool) -> None:
        facts = self.model.keys.get(key_id)
        given = {"KeyId": key_id, "ImportToken": "eA==", "EncryptedKeyMaterial": "eA=="}
        if facts is not None and facts.external:
            given = parameters_for(self.client, key_id, SPEC, material)
        expected = self.model.import_material(key_id, expires, same=same)
        self.same(expected, "ImportKeyMaterial", **given, KeyMaterialExpireUnix=str(expires or 0))

    @rule(index=number)
    def ask_for_import(self, index: int) -> None:
        key_id = self.key(index)
        self.same(self.model.ask_for_import(key_id), "GetParametersForImport", KeyId=key_id, **wrapping(SPEC))

    @rule(index=number)
    def delete_material(self, index: int) -> None:
        self.same(self.model.delete_material(self.key(index)), "DeleteKeyMaterial", KeyId=self.key(index))

    @rule(index=number, on=st.booleans())
    def switch(self, index: int, on: bool) -> None:
        expected = self.model.switch(self.key(index), "Enabled" if on else "Disabled")
        self.same(expected, "EnableKey" if on else "DisableKey", KeyId=self.key(index))

    @rule(index=number)
    def schedule(self, index: int) -> None:
        self.same(self.model.schedule(self.key(index)), "ScheduleKeyDeletion", KeyId=self.key(index))

    @rule(index=number)
    def cancel(self, index: int) -> None:
        self.same(self.model.cancel(self.key(index)), "CancelKeyDeletion", KeyId=self.key(index))

    @rule(index=number, on=st.booleans(), words=text)
    def protect(self, index: int, on: bool, words: str) -> None:
        expected = self.model.protect(self.key(index), words, on=on)
        given = {"KeyId": self.key(index), "EnableDeletionProtection": str(on).lower()}
        self.same(expected, "SetDeletionProtection", **given, DeletionProtectionDescription=words)

    @rule(index=number, description=text)
    def describe(self, index: int, description: str) -> None:
        expected = self.model.describe(self.key(index), description)
        self.same(expected, "UpdateKeyDescription", KeyId=self.key(index), Description=description)

    @rule(index=number, tags=st.dictionaries(tag_names, st.sampled_from(["x", "y"]), min_size=1))
    def tag(self, index: int, tags: dict[str, str]) -> None:
        listed = [{"TagKey": name, "TagValue": value} for name, value in tags.items()]
        expected = self.model.tag(self.key(index), tags)
        self.same(expected, "TagResource", KeyId=self.key(index), Tags=json.dumps(listed))

    @rule(index=number, names=st.lists(tag_names, min_size=1))
    def untag(self, index: int, names: list[str]) -> None:
        expected = self.model.untag(self.key(index), names)
        self.same(expected, "UntagResource", KeyId=self.key(index), TagKeys=json.dumps(names))

    @rule(index=number, days=st.none() | st.integers(7, 730))
    def rotate_every(self, index: int, days: int | None) -> None:
        expected = self.model.rotate_every(self.key(index), None if days is None else days * 86_400)
        given = {"EnableAutomaticRotation": "false"}
        if days is not None:
            given = {"EnableAutomaticRotation": "true", "RotationInterval": f"{days}d"}
        self.same(expected, "UpdateRotationPolicy", KeyId=self.key(index), **given)

    @rule(index=number, alias=number, operation=st.sampled_from(["CreateAlias", "UpdateAlias"]))
    def name_a_key(self, index: int, alias: int, operation: str) -> None:
        change = self.model.create_alias if operation == "CreateAlias" else self.model.update_alias
        name = self.name(index, alias)
        self.same(change(name, self.key(index)), operation, AliasName=name, KeyId=self.key(index))

    @rule(alias=number)
    def delete_alias(self, alias: int) -> None:
        name = self.name(0, alias)
        self.same(self.model.delete_alias(name), "DeleteAlias", AliasName=name)

    @rule(index=number, alias=st.none() | number)
    def encrypt(self, index: int, alias: int | None) -> None:
        name = self.name(index, alias)
        answer = self.same(self.model.use(name), "Encrypt", KeyId=name, Plaintext="aGVsbG8=")
        if answer.status == 200:
            self.blobs.append((answer.json["KeyId"], answer.json["CiphertextBlob"]))

    @rule(index=number, alias=st.none() | number)
    def generate(self, index: int, alias: int | None) -> None:
        name = self.name(index, alias)
        self.same(self.model.use(name), "GenerateDataKeyWithoutPlaintext", KeyId=name)

    @precondition(lambda self: self.blobs)
    @rule(which=st.integers(0, 99))
    def decrypt(self, which: int) -> None:
        key_id, blob = self.blobs[which % len(self.blobs)]
        answer = self.same(self.model.use(key_id), "Decrypt", CiphertextBlob=blob)
        assert answer.status != 200 or answer.json["Plaintext"] == "aGVsbG8="

    def teardown(self) -> None:
        for key_id, facts in self.model.keys.items():
            self.same_metadata(key_id)
            tags = self.client.call("ListResourceTags", KeyId=key_id)["Tags"]["Tag"]
            assert {tag["TagKey"]: tag["TagValue"] for tag in tags} == facts.tags
            listed = self.client.call("ListAliasesByKeyId", KeyId=key_id)["Aliases"]["Alias"]
            named = {alias for alias, target in self.model.aliases.items() if target == key_id}
            assert {alias["AliasName"] for alias in listed} == named
            versions = self.client.call("ListKeyVersions", KeyId=key_id)["TotalCount"]
            assert versions == (1 if facts.bound else 0)


def test_keys_live_as_the_reference_tells(sqlite_server: Server):
    account = create_account(sqlite_server.data, str(random.randrange(10**15, 10**16)))
    Life.client = Client(sqlite_server.address, account)
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
        ),
    )
