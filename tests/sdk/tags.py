"""Tags that a client puts on keys and takes off in one call for several."""

from tests.sdk.sdk import Recorded


def keys_are_tagged_together(life: Recorded, key_id: str) -> None:
    if not life.sdk.offers("TagResources"):
        return
    other = life.call("CreateKey")["KeyMetadata"]["KeyId"]
    both = {"RegionId": "cn-hangzhou", "ResourceType": "key", "ResourceId": [key_id, other]}
    life.call("TagResources", **both, Tag=[{"Key": "together", "Value": "a b"}, {"Key": "brief", "Value": "x"}])
    life.call("UntagResources", **both, TagKey=["brief"])
    listed = life.call("ListTagResources", **both, Tag=[{"Key": "together"}])["TagResources"]["TagResource"]
    assert sorted((one["ResourceId"], one["TagKey"], one["TagValue"]) for one in listed) == sorted(
        (name, "together", "a b") for name in (key_id, other)
    )
    life.call("UntagResources", **both, All=True)
    assert life.call("ListTagResources", **both, Tag=[])["TagResources"] == {"TagResource": []}
