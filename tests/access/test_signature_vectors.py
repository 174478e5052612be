"""Published signatures, reproduced by the code that verifies them."""

from urllib.parse import quote

from keyreeve.access.signatures import acs3, rpc_v1
from keyreeve.crypto.secret import Secret

# The example of the ECS API reference, which most of Alibaba Cloud's documents repeat.
DESCRIBE_REGIONS = {
    "Action": "DescribeRegions",
    "Format": "XML",
    "AccessKeyId": "testid",
    "SignatureMethod": "HMAC-SHA1",
    "SignatureNonce": "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf",
    "SignatureVersion": "1.0",
    "Timestamp": "2016-02-23T12:46:24Z",
    "Version": "2014-05-26",
}
# The example of the KMS API reference, chapter 4; the end of its signature is not printed.
CREATE_KEY = {
    "Action": "CreateKey",
    "Format": "json",
    "AccessKeyId": "testid",
    "SignatureMethod": "HMAC-SHA1",
    "SignatureVersion": "1.0",
    "Timestamp": "2016-03-28T03:13:08Z",
    "Version": "2016-01-20",
}
TEST_SECRET = Secret(b"testsecret")
# The example of "Request syntax and signature method V3".
RUN_INSTANCES_HEADERS = {
    "host": "ecs.cn-shanghai.aliyuncs.com",
    "x-acs-action": "RunInstances",
    "x-acs-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "x-acs-date": "2023-10-26T10:22:32Z",
    "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
    "x-acs-version": "2014-05-26",
}


def version_1(parameters: dict[str, str]) -> str:
    raw = "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters.items())
    return rpc_v1.signature(TEST_SECRET, rpc_v1.string_to_sign("GET", raw))


def test_version_1_gives_the_published_signature_of_describe_regions():
    assert version_1(DESCRIBE_REGIONS) == "OLeaidS1JvxuMvnyHOwuJ+uX5qY="


def test_version_1_gives_what_the_kms_reference_prints_for_create_key():
    assert version_1(CREATE_KEY).startswith("41wk2SSX1GJh7fwnc5eqOfiJPF")


def test_version_1_signs_decoded_values_whatever_their_order_and_encoding():
    escaped = {name: "".join(f"%{byte:02x}" for byte in value.encode()) for name, value in CREATE_KEY.items()}
    raw = "&".join(f"{name}={value}" for name, value in reversed(escaped.items()))
    text = rpc_v1.string_to_sign("GET", f"Signature=ignored&{raw}")
    assert rpc_v1.signature(TEST_SECRET, text) == version_1(CREATE_KEY)


def test_version_1_signs_for_the_command_line_as_it_verifies():
    assert rpc_v1.sign("GET", TEST_SECRET, DESCRIBE_REGIONS) == "OLeaidS1JvxuMvnyHOwuJ+uX5qY="


def test_version_3_gives_the_published_hash_and_signature_of_run_instances():
    query = "ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai"
    signed = ";".join(sorted(RUN_INSTANCES_HEADERS))
    payload = RUN_INSTANCES_HEADERS["x-acs-content-sha256"]
    text = acs3.string_to_sign("POST", "/", query, RUN_INSTANCES_HEADERS, signed, payload)
    assert text == "ACS3-HMAC-SHA256\n7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259"
    expected = "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    assert acs3.signature(Secret(b"YourAccessKeySecret"), text) == expected


def test_an_authorization_header_is_read_with_or_without_spaces_after_its_commas():
    digest = "0123456789abcdef" * 4
    for comma in (",", ", "):
        header = comma.join(
            ["ACS3-HMAC-SHA256 Credential=LTAI1", "SignedHeaders=host;x-acs-date", f"Signature={digest.upper()}"]
        )
        assert acs3.parse_authorization(header) == acs3.Authorization("LTAI1", "host;x-acs-date", digest)


def test_another_algorithm_in_the_authorization_header_is_not_read():
    rest = f" Credential=LTAI1,SignedHeaders=host,Signature={'0' * 64}"
    for algorithm in ("ACS3-HMAC-SM3", "ACS3-RSA-SHA256", "ACS4-HMAC-SHA256", "XACS3-HMAC-SHA256", "Bearer"):
        assert acs3.parse_authorization(algorithm + rest) is None
