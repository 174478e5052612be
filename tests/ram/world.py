"""Something of every kind in an account, and a request of every operation that succeeds there once."""

import random
from dataclasses import dataclass

from tests.ram.calls import Ram, policy, trust

SYSTEM_POLICY = "AliyunKMSCryptoUserAccess"


@dataclass(frozen=True)
class World:
    """Names are new each time. `member` is in `group`, and has an AccessKey; `policy` is attached to all three."""

    account_id: str
    suffix: str
    access_key_id: str

    def name(self, kind: str) -> str:
        return f"{kind}-{self.suffix}"


def make_world(ram: Ram) -> World:
    suffix = f"{random.randrange(10**12):012d}"
    account_id = ram.account.account_id
    for kind in ("member", "other", "idle"):
        ram.call("CreateUser", UserName=f"{kind}-{suffix}")
        ram.call("CreateGroup", GroupName=f"{kind}-{suffix}")
        ram.call("CreateRole", RoleName=f"{kind}-{suffix}", AssumeRolePolicyDocument=trust(account_id))
        ram.call("CreatePolicy", PolicyName=f"{kind}-{suffix}", PolicyDocument=policy())
    made = ram.call("CreateAccessKey", UserName=f"member-{suffix}")["AccessKey"]
    ram.call("AddUserToGroup", UserName=f"member-{suffix}", GroupName=f"member-{suffix}")
    ram.call("CreatePolicyVersion", PolicyName=f"member-{suffix}", PolicyDocument=policy())
    for kind in ("User", "Group", "Role"):
        named = {"PolicyName": f"member-{suffix}", "PolicyType": "Custom", f"{kind}Name": f"member-{suffix}"}
        ram.call(f"AttachPolicyTo{kind}", **named)
    return World(account_id, suffix, made["AccessKeyId"])


def good_requests(world: World) -> dict[str, dict[str, str]]:
    member, other, idle, new = (world.name(kind) for kind in ("member", "other", "idle", "new"))
    access_key = {"UserName": member, "UserAccessKeyId": world.access_key_id}
    own, custom = {"PolicyName": member}, {"PolicyName": member, "PolicyType": "Custom"}
    return {
        "CreateUser": {"UserName": new, "DisplayName": "d", "Comments": "c"},
        "GetUser": {"UserName": member},
        "UpdateUser": {"UserName": member, "NewDisplayName": "e"},
        "DeleteUser": {"UserName": idle},
        "ListUsers": {"MaxItems": "1"},
        "CreateAccessKey": {"UserName": member},
        "UpdateAccessKey": {**access_key, "Status": "Inactive"},
        "DeleteAccessKey": access_key,
        "ListAccessKeys": {"UserName": member},
        "CreateGroup": {"GroupName": new, "Comments": "c"},
        "GetGroup": {"GroupName": member},
        "UpdateGroup": {"GroupName": member, "NewComments": "d"},
        "DeleteGroup": {"GroupName": idle},
        "ListGroups": {"MaxItems": "1"},
        "AddUserToGroup": {"UserName": other, "GroupName": member},
        "RemoveUserFromGroup": {"UserName": member, "GroupName": member},
        "ListGroupsForUser": {"UserName": member},
        "ListUsersForGroup": {"GroupName": member},
        "CreateRole": {"RoleName": new, "AssumeRolePolicyDocument": trust(world.account_id), "Description": "d"},
        "GetRole": {"RoleName": member},
        "UpdateRole": {"RoleName": member, "NewMaxSessionDuration": "7200"},
        "DeleteRole": {"RoleName": idle},
        "ListRoles": {"MaxItems": "1"},
        "CreatePolicy": {"PolicyName": new, "PolicyDocument": policy(), "Description": "d"},
        "GetPolicy": custom,
        "UpdatePolicyDescription": {**own, "NewDescription": "d"},
        "DeletePolicy": {"PolicyName": idle},
        "ListPolicies": {"MaxItems": "1"},
        "CreatePolicyVersion": {**own, "PolicyDocument": policy(), "SetAsDefault": "true"},
        "GetPolicyVersion": {**custom, "VersionId": "v2"},
        "DeletePolicyVersion": {**own, "VersionId": "v2"},
        "SetDefaultPolicyVersion": {**own, "VersionId": "v2"},
        "ListPolicyVersions": custom,
        "AttachPolicyToUser": {**custom, "UserName": other},
        "AttachPolicyToGroup": {**custom, "GroupName": other},
        "AttachPolicyToRole": {**custom, "RoleName": other},
        "DetachPolicyFromUser": {**custom, "UserName": member},
        "DetachPolicyFromGroup": {**custom, "GroupName": member},
        "DetachPolicyFromRole": {**custom, "RoleName": member},
        "ListPoliciesForUser": {"UserName": member},
        "ListPoliciesForGroup": {"GroupName": member},
        "ListPoliciesForRole": {"RoleName": member},
        "ListEntitiesForPolicy": custom,
    }


def resources(operation: str, request: dict[str, str]) -> list[str]:
    """What the documents say a right is needed on, behind `acs:ram::<account>:`."""
    kinds = [kind for kind in ("User", "Group", "Role", "Policy") if f"{kind}Name" in request]
    if operation in ("CreateUser", "CreateGroup", "CreateRole", "CreatePolicy") or not kinds:
        container = {"User": "user", "Group": "group", "Role": "role", "Poli": "policy"}
        return [next(f"{name}/*" for word, name in container.items() if word in operation)]
    return [f"{kind.lower()}/{request[f'{kind}Name']}" for kind in kinds]
