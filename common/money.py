"""Money is whole Vietnamese đồng (VND); there is no smaller unit in use."""


def vnd(amount: int) -> str:
    """`50000` → `50.000 đ`, as written on Vietnamese papers and screens."""
    return f"{amount:,}".replace(",", ".") + " đ"


DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
SCALES = ("", "nghìn", "triệu", "tỷ", "nghìn tỷ", "triệu tỷ")


def in_words(amount: int) -> str:
    """The amount in Vietnamese words with a capital first letter, as receipts require ("Năm mươi nghìn đồng").

    Written here because the libraries tried read 1.015.021 wrongly ("một triệu không trăm mười lăm nghìn không trăm hai mươi
    mốt" is right). Raises ValueError below 0 and from 10^18 on.
    """
    if not 0 <= amount < 10**18:
        raise ValueError("An amount in words lies between 0 and 10^18 đồng.")
    words = " ".join(_groups(amount)) or DIGITS[0]
    return f"{words[:1].upper()}{words[1:]} đồng"


def _groups(amount: int) -> list[str]:
    """The groups of three digits with their scale; every group but the first is read with its hundreds."""
    groups = []
    while amount:
        amount, group = divmod(amount, 1000)
        groups.append(group)
    first = len(groups) - 1
    read = [(n, _three(group, full=n != first), SCALES[n]) for n, group in enumerate(groups) if group]
    return [f"{words} {scale}".strip() for _n, words, scale in reversed(read)]


def _three(group: int, *, full: bool) -> str:
    hundreds, rest = divmod(group, 100)
    tens, ones = divmod(rest, 10)
    words = [DIGITS[hundreds], "trăm"] if hundreds or full else []
    if tens:
        words += ["mười"] if tens == 1 else [DIGITS[tens], "mươi"]
    elif ones and words:
        words.append("lẻ")
    return " ".join([*words, *_ones(tens, ones)])


def _ones(tens: int, ones: int) -> list[str]:
    """1 after 20… is "mốt", 5 after 10… is "lăm"."""
    if not ones:
        return []
    if ones == 1 and tens > 1:
        return ["mốt"]
    return ["lăm"] if ones == 5 and tens else [DIGITS[ones]]
