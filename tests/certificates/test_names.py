"""Distinguished names by RFC 2253, in texts, in DER, and as OpenSSL reads them."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from keyreeve.crypto.x509.names import CN, DC, OU, UID, Attribute, C, Name, O, decode_name, encode_name, is_same_name
from keyreeve.crypto.x509.rfc2253 import NameMalformed, format_name, parse_name
from tests.certificates.conftest import Authorities
from tests.certificates.held import Held
from tests.keys.still import StillServer

REST = ",OU=b,O=c,C=CN"
# RFC 2253 section 5, and what section 4 asks to be understood.
READ = {
    "CN=Steve Kille,O=Isode Limited,C=GB": "CN=Steve Kille,O=Isode Limited,C=GB",
    "OU=Sales+CN=J. Smith,O=Widget Inc.,C=US": "OU=Sales+CN=J. Smith,O=Widget Inc.,C=US",
    r"CN=L. Eagle,O=Sue\, Grabbit and Runn,C=GB": r"CN=L. Eagle,O=Sue\, Grabbit and Runn,C=GB",
    r"CN=Before\0DAfter,O=Test,C=GB": None,
    r"CN=Lu\C4\8Di\C4\87": "CN=Lučić",
    "CN=中文,O=香港": "CN=中文,O=香港",
    'CN="a, b + \\" c",O=d': r"CN=a\, b \+ \" c,O=d",
    "CN = a ; O = b": "CN=a,O=b",
    "cn=a,o=b": "CN=a,O=b",
    "OID.2.5.4.3=a,2.5.4.10=b": "CN=a,O=b",
    "CN=#0c0161": "CN=a",
    "CN=#1303616263 ,O=b": "CN=abc,O=b",
    r"CN=\#a\ ,O=\ b": r"CN=\#a\ ,O=\ b",
    r"CN=a\20\20 ": r"CN=a \ ",
    "CN=a=b#c": "CN=a=b#c",
    "UID=x,DC=example,STREET=s,L=l,ST=t": "UID=x,DC=example,STREET=s,L=l,ST=t",
}
REFUSED = [
    *("", ",", "CN", "CN=", "=a", "CN=a,", "CN=a,,O=b", "CN=a+", "CN=a+CN=b", ",CN=a", "CN=a\\", "CN=a\\z"),
    *("CN=a<b", "CN=a>b", 'CN=a"b', 'CN="a', 'CN="a"b', "CN=\\ff", "CN=#", "CN=#0", "CN=#0c", "CN=#0c0261", "CN=#0201"),
    *("CN=#020101", "CN=a\0", "CN=a\nb", "CN=a\x7f", "CN=a\x85", "C=C", "C=CNN", "C=C1", "C=中文", "DC=é", "X=a"),
    *("1.2.3=a", "2.5.4.3.=a", "EMAIL=a@b.c", "CN=" + "a" * 65, "O=" + "中" * 65, "ST=" + "a" * 129, "CN-x=a"),
]
# Not any character: building that table takes seconds.
_TEXT = st.text(' ,+"\\<>;=#aB0é中\U0001d49c\u0301\u200f', min_size=1, max_size=20)
_ATTRIBUTES = {
    **dict.fromkeys((CN, O, OU, UID), _TEXT),
    C: st.text("ABCN", min_size=2, max_size=2),
    DC: st.text("abc-,+# ", min_size=1, max_size=63),
}
_RDN = st.lists(st.sampled_from(sorted(_ATTRIBUTES)), min_size=1, max_size=3, unique=True).flatmap(
    lambda oids: st.tuples(*(st.builds(Attribute, st.just(oid), _ATTRIBUTES[oid]) for oid in oids))
)
_NAMES = st.lists(_RDN, min_size=1, max_size=5).map(tuple)
# On a busy machine the first draws may take a second.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("text", READ)
def test_a_name_is_read_as_rfc_2253_says(text: str):
    written = READ[text]
    if written is None:
        with pytest.raises(NameMalformed):
            parse_name(text)
    else:
        assert format_name(parse_name(text)) == written


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_name_is_refused(text: str):
    with pytest.raises(NameMalformed):
        parse_name(text)


@patient
@given(_NAMES)
def test_a_name_that_is_written_is_read_again(name: Name):
    assert parse_name(format_name(name)) == name


@patient
@given(_NAMES)
def test_a_name_survives_der_and_the_order_inside_an_rdn_is_der_s(name: Name):
    found = decode_name(encode_name(name))
    assert [set(rdn) for rdn in found] == [set(rdn) for rdn in name]
    assert encode_name(found) == encode_name(name)
    assert is_same_name(found, name)


@patient
@given(st.text(max_size=40) | st.text('CN=ab,+\\"#;< 0', max_size=30))
def test_any_text_is_a_name_or_refused(text: str):
    try:
        name = parse_name(text)
    except NameMalformed:
        return
    assert parse_name(format_name(name)) == name


def test_names_are_the_same_whatever_their_case_and_spaces():
    one = parse_name("CN=Some  Name,O=X")
    assert is_same_name(one, parse_name("CN=some name,O=x"))
    assert not is_same_name(one, parse_name("O=X,CN=Some Name"))
    assert not is_same_name(one, parse_name("CN=SomeName,O=X"))


@pytest.fixture(scope="module")
def as_openssl_shows(shared: StillServer, authorities: Authorities) -> Callable[[str], str]:
    """The name in a request for a subject."""
    authority = authorities("EC_P256")

    def show(subject: str) -> str:
        authority.openssl.put("named.csr", Held.made(shared, "EC_P256", Subject=subject).csr)
        shown = authority.openssl.run("req -in named.csr -noout -subject -nameopt RFC2253,-esc_msb,utf8").decode()
        return shown.removeprefix("subject=").rstrip("\n")

    return show


@settings(max_examples=10, deadline=None, phases=(Phase.explicit, Phase.generate), derandomize=True)
@given(_NAMES)
def test_openssl_shows_a_name_that_makes_the_same_der(as_openssl_shows: Callable[[str], str], name: Name):
    # OpenSSL writes no backslash before a value that is one sign.
    assume(all(attribute.value not in ("#", " ") for rdn in name for attribute in rdn))
    text = format_name(name) + ",CN=x,OU=y,O=z,C=CN"
    assert encode_name(parse_name(as_openssl_shows(text))) == encode_name(parse_name(text))


def test_the_parts_that_a_subject_must_have_are_named(shared: StillServer):
    for subject, reason in (
        ("OU=b,O=c,C=CN", "CN is missing"),
        ("CN=a,OU=b,O=c", "C is missing"),
        ("CN=a,OU=b,C=CN", "O is missing"),
        ("CN=a,O=c,C=CN", "OU is missing"),
        ("CN=a,O=c,C=CN,OU=b,,", "not in the form of RFC 2253 at character 20"),
        ("CN=a,SN=b" + REST, "SN is not among"),
        ("CN=a" + REST + "X", "C is the two letters of a country"),
        ("x" * 2049, ""),
    ):
        answer = shared.answer("CreateCertificate", KeySpec="EC_P256", Subject=subject)
        assert (answer.status, answer.code) == (400, "InvalidParameter")
        assert '"Subject"' in answer.json["Message"]
        assert reason in answer.json["Message"]


def test_a_country_is_a_printable_string_and_other_values_are_utf_8():
    der = encode_name(parse_name("CN=a" + REST))
    assert bytes.fromhex("0603550406") + b"\x13\x02CN" in der
    assert bytes.fromhex("0603550403") + b"\x0c\x01a" in der
