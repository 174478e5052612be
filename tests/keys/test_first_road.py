from tests.support.client import Client


def test_what_encrypt_made_decrypt_returns(client: Client):
    key_id = client.create_key()
    blob = client.call("Encrypt", KeyId=key_id, Plaintext="aGVsbG8=")["CiphertextBlob"]
    answer = client.call("Decrypt", CiphertextBlob=blob)
    assert answer["Plaintext"] == "aGVsbG8="
    assert answer["KeyId"] == key_id
