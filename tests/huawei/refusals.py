"""The codes of the Huawei KMS with their HTTP status (reference 4 and 4.1), and how to see that an answer has one."""

from tests.huawei.raw import Answer

_BY_STATUS: dict[int, str] = {
    400: (
        "0105 0106 0201 0202 0204 0205 0206 0208 0209 0210 0211 0212 0214 0308 0309 0310 0311 0312 0313 0315 0317 0318"
        " 0319 0320 0323 0324 0325 0327 0329 0331 0332 0334 0335 0338 0339 0340 0341 0401 0402 0403 0404 0405 0406 0407"
        " 0408 0409 0410 0411 0412 0413 0414 0415 0417 0418 1101 1102 1103 1104 1105 1108 1109 1110 1114 1115 1201 1301"
        " 1401 1402 1404 1501 1601 1602 1603 1801 1802 1901 1902 1903 1904 2001 2101 2102 2103 2104 2105 2106 2108 2201"
        " 2202 2203 2204 2601 2602 2603 2604 2605 2606 2608 2609 2610 2701 2702 2801 2901 3001 8003"
    ),
    403: "0301 0302 0303 0304 0305 0306 0307 0314 0321 0322 0326 0328 0330",
    404: "0207 0316 0416",
    405: "0215",
    # That cloud's own is 400; 413 is what HTTP has for it.
    413: "0203",
}
DOCUMENTED = {f"KMS.{number}": status for status, numbers in _BY_STATUS.items() for number in numbers.split()}


def problem(answer: Answer) -> str:
    """What is wrong with an answer that may be a success or a documented refusal of the service; empty if nothing."""
    if answer.status in (200, 201, 204):
        return ""
    if DOCUMENTED.get(answer.code) != answer.status:
        return f"{answer.status} {answer.code} is not documented"
    error = answer.json["error"]
    return "" if error.keys() == {"error_code", "error_msg"} and error["error_msg"] else f"{error} is no error"


def names(answer: Answer, code: str, parameter: str) -> bool:
    """Whether it is this refusal and names this parameter."""
    return (answer.status, answer.code) == (400, code) and parameter in answer.json["error"]["error_msg"]
