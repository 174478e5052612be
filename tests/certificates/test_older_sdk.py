"""The older SDK, the only one that has these operations, against a CA of OpenSSL's command line."""

from tests.certificates.conftest import Authorities
from tests.sdk.certificates import certificate_is_held
from tests.sdk.classic import Classic
from tests.sdk.sdk import Recorded
from tests.support.server import Server


def test_it_drives_the_whole_life_of_a_certificate(server: Server, authorities: Authorities, kind: str):
    authority = authorities(kind)
    life = Recorded(Classic(server.address, server.account))

    def issue(csr: str) -> tuple[str, str]:
        certificate = authority.issue(csr)
        assert authority.trusts(certificate, authority.chain)
        return certificate, authority.chain

    certificate_is_held(life, kind, issue)
