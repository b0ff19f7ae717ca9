"""Hypothesis strategies: texts made of URL fragments, and lines that are nearly equal."""

from connect_errors.catalog import outcomes, recognized_parameters
from hypothesis import strategies as st

# Includes lone surrogates and NUL; weighted towards fragments of URLs.
ALPHABET = st.one_of(
    st.sampled_from("%&=?#+;/:@[].\n\t\0\x1b\x85\u2019\u202e\udc80\udce9\ud800é車"),
    st.sampled_from("0123456789abcdefABCDEF"),
    st.characters(codec=None),
)

PIECES = st.sampled_from(
    [
        *(
            "https://",
            "http://",
            "://",
            "a.example",
            "[::1]:80",
            "user:pw@",
            "/cb",
            "?",
            "&",
            "#",
            "=",
            "%",
            "%2",
            "%0A",
        ),
        *("error=", "access_denied", "error_description=", "User+denied+access+to+application", "code=", "state="),
        *(
            "vehicle_id=",
            "user_id=",
            "vin=",
            "status_code=",
            "%E2%80%99",
            "%C2%85",
            "%ff",
            "%2525",
            "\u202e",
            "\ud800",
            "%C2\udc85",
        ),
    ]
)

TEXT = st.one_of(
    st.text(ALPHABET, max_size=60),
    st.lists(st.one_of(PIECES, st.text(ALPHABET, max_size=6)), max_size=16).map("".join),
    st.lists(st.one_of(PIECES, st.text(ALPHABET, max_size=6)), max_size=16).map(
        lambda all_: f"https://a.example/?{''.join(all_)}"
    ),
)

VALID_TEXT = st.text(st.one_of(st.sampled_from("%&=+;?/ 0aF"), st.characters(codec="utf-8")), max_size=40)

PLAIN = "https://a.example/cb"


# Lines that are nearly equal, with every kind of difference: order, repetition, encoding, case, length.
NAMES = st.sampled_from([*sorted(recognized_parameters()), "a", "State", "st%61te", "", "x://y?state", "state=state"])

VALUES = st.one_of(
    st.sampled_from(
        [
            *("", "1", "2", "0facda3319", "x" * 199, "x" * 200, "x" * 201, "x" * 3000, "-._~", "a+b", "a%20b", "%2525"),
            *("%zz", "%ff", "%0A", "’", "é", "\x7f", "\ud800", '"', "a=b", "?state=1", "#", "/"),
            *("0SCAUDI012FE3B132", "0SCAUDI012FE3B13", "0scaudi012fe3b132", "400", "4000", "٤٠٠", "2008"),
            *("725146a3-69f4-46c8-965d-54b3b6f81eb7", "725146A3-69F4-46C8-965D-54B3B6F81EB7", "725146a3"),
            *(value for outcome in outcomes().values() for value in outcome.examples[-1].values()),
            *(
                "undefined",
                "NULL",
                "None",
                "%6eull",
                "YOUR_STATE",
                "{state}",
                "%7Bstate%7D",
                "[object+Object]",
                "a'",
                "a%22",
            ),
            *("a,", "a.", "a;", "3Da", "3D725146a3-69f4-46c8-965d-54b3b6f81eb7", "ab12", "your-state", "a\\", "a^"),
            *("User+denied+access+to+application", "https%3A%2F%2Fa.example"),
        ]
    ),
    st.text("abcXYZ019-._~%+", max_size=20),
)

BASES = st.sampled_from(
    [
        PLAIN,
        "https://a.example",
        "https://a.example/a&vin=0SCAUDI012FE3B132/cb",
        "https://u&state=1@a.example/",
        "https://a.example/#/route",
        "https://a.example#",
        "# https://a.example/",
        "#",
        "/cb",
        "/cb#",
        "",
        " " + PLAIN,
    ]
)

PARAMETERS = st.lists(st.tuples(NAMES, VALUES).map("=".join), max_size=6).map("&".join)

LINE = st.one_of(
    st.tuples(
        BASES, st.sampled_from("??????#&"), PARAMETERS, st.sampled_from(["", "", "", "#", "#state=1", " ", "\t"])
    ).map("".join),
    st.tuples(
        st.sampled_from(["", '"', "<", "[x](", "https://www.google.com/url?q=", "https%3A%2F%2F"]),
        BASES,
        st.just("?"),
        PARAMETERS.map(lambda text: text.replace("&", "&amp;")) | PARAMETERS,
        st.sampled_from(["", '"', '",', ">", ")", ".", ",", " and more"]),
    ).map("".join),
    TEXT.map(lambda text: text.replace("\n", "")),
    st.sampled_from(["", "# a comment", "#state=1&code=2"]),
)
