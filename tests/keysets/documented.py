"""What MaxCompute's documents show: keysets, their JSON and ciphertexts.

"Encryption and decryption functions" and the pages of the single functions, as stored in 2023 to 2026.
"""

import base64

# NEW_KEYSET('AES-GCM-256', 'hello world').
NEW_KEYSET = bytes.fromhex(
    "0A10577567735A514541554D42776E684C42"
    "12580A330A0B4145532D47434D2D323536122017F7A430B9D4B59B55454FD4B486216059F1B748CE0502D901EBEACEAB656919"
    "180120021001"
    "1A10577567735A514541554D42776E684C4220022A0B68656C6C6F20776F726C64"
)
# The keyset that most pages use.
K1 = bytes.fromhex(
    "0A1072384D715A414541385044643351534C12580A330A0B4145532D47434D2D3235361220"
    "26A8FB1126DF4F5B5DD03C180E6919565D7716CBB291815EFB5BBF30F8BEF9AF"
    "1801200210011A1072384D715A414541385044643351534C20022A0B68656C6C6F20776F726C64"
)
K1_RAW_KEY = bytes.fromhex("26A8FB1126DF4F5B5DD03C180E6919565D7716CBB291815EFB5BBF30F8BEF9AF")
K1_ID = "r8MqZAEA8PDd3QSL"
# KEYSET_TO_JSON of it.
K1_JSON = {
    "key": [
        {
            "description": "hello world",
            "key_id": K1_ID,
            "key_meta_data": {
                "key_material_origin": "Origin_ALIYUN_MAXCOMPUTE",
                "key_material_type": "SYMMETRIC",
                "type": "AES-GCM-256",
                "value": "Jqj7ESbfT1td0DwYDmkZVl13FsuykYFe+1u/MPi++a8=",
            },
            "output_prefix_type": "PREFIX_ALIYUN_MAXCOMPUTE",
            "status": "ENABLED",
        }
    ],
    "primary_key_id": K1_ID,
}
# ENHANCED_SYM_ENCRYPT with it, without additional data.
CIPHERTEXTS = {
    plaintext: base64.b64decode(text)
    for plaintext, text in {
        b"0001": "nLcdDFdjO2T4aATtirvDMVeBD8oSuu4BfM3t+Y8ny0kwQjJlAQAwkVhYOocPQll8LmdzSwkRf3v2iTow+TAmnQ==",
        b"0011": "nLcdDFdjO2T4aATtirvDMVeBD8oSuu4BfM3t+Y8ny0kwQjJlAQBgj1hYOodIPdnyZ0ijZ9RmT+50xbxXh5cwcg==",
        b"0111": "nLcdDFdjO2T4aATtirvDMVeBD8oSuu4BfM3t+Y8ny0kwQjJlAQCwp1hYOoentQgkfUqctPbmX96k9eD018xg9Q==",
        b"1111": "nLcdDFdjO2T4aATtirvDMVeBD8oSuu4BfM3t+Y8ny0kwQjJlAQDQqFhYOodexhRmfh6VieEwePZscC4nUVTJXQ==",
    }.items()
}
