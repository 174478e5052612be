"""An attachment names its holder by the id alone, so no two kinds may share one."""

from keyreeve.access.identities.model import HolderKind, new_id


def test_ids_are_18_digits_and_kinds_are_told_apart_by_the_first():
    ids = {kind: {new_id(kind) for _ in range(1000)} for kind in HolderKind}
    assert all(len(one) == 18 and one.isdecimal() for of_kind in ids.values() for one in of_kind)
    first = [{one[0] for one in of_kind} for of_kind in ids.values()]
    assert [len(digits) for digits in first] == [1, 1, 1]
    assert len(set.union(*first)) == 3
    assert all(len(of_kind) == 1000 for of_kind in ids.values())
