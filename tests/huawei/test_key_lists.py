"""list-keys by that cloud's own SDK: pages and filters (reference 1.3)."""

from itertools import pairwise
from typing import Any

from tests.huawei.sdk import Huawei, create

ENABLED, DISABLED, PLANNED, WAITING = "2", "3", "4", "5"


def test_lists_are_paged_by_a_marker_that_is_empty_at_the_end(huawei: Huawei):
    made = [create(huawei, f"k{number}") for number in range(5)]
    for limit in ("2", 2, "5", "1000"):
        pages, marker = list[Any](), ""
        while True:
            page = huawei.call("list_keys", limit=limit, **({"marker": marker} if marker else {}))
            pages.append(page)
            marker = page.next_marker
            if not marker:
                break
        found = [key_id for page in pages for key_id in page.keys]
        assert sorted(found) == sorted(made)
        assert [one.key_id for page in pages for one in page.key_details] == found
        assert {page.total for page in pages} == {5}
        assert [page.truncated for page in pages] == ["true"] * (len(pages) - 1) + ["false"]
        assert all(int(a.creation_date) >= int(b.creation_date) for p in pages for a, b in pairwise(p.key_details))
    behind = huawei.call("list_keys", limit="2", marker="5")
    assert (behind.keys, behind.next_marker, behind.truncated, behind.total) == ([], "", "false", 5)


def test_lists_are_of_aes_256_unless_they_are_of_something_else(huawei: Huawei):
    aes, sm4, rsa = (create(huawei, spec, key_spec=spec) for spec in ("AES_256", "SM4", "RSA_2048"))
    external = create(huawei, "external", origin="external")
    huawei.call("disable_key", key_id=sm4)

    def listed(**filters: str) -> set[str]:
        return set(huawei.call("list_keys", **filters).keys)

    assert listed() == listed(key_spec="AES_256") == {aes, external}
    assert listed(key_spec="ALL") == listed(key_spec="ALL", enterprise_project_id="0") == {aes, sm4, rsa, external}
    assert listed(key_spec="RSA_2048") == {rsa}
    assert listed(key_spec="ALL", key_state=ENABLED) == {aes, rsa}
    assert listed(key_spec="SM4", key_state=DISABLED) == {sm4}
    assert listed(key_state=WAITING) == {external}
    assert listed(key_state="1") == listed(key_state=PLANNED) == listed(key_spec="RSA_3072") == set()
    for filters in ({"key_state": "6"}, {"key_spec": "X"}, {"enterprise_project_id": "1"}):
        assert huawei.refused("list_keys", **filters) == "KMS.0308"
