"""Money is whole Vietnamese đồng (VND); there is no smaller unit in use."""


def vnd(amount: int) -> str:
    """`50000` → `50.000 đ`, as written on Vietnamese papers and screens."""
    return f"{amount:,}".replace(",", ".") + " đ"


def in_words(amount: int) -> str:
    """The amount in Vietnamese words with a capital first letter, as receipts require ("Năm mươi nghìn đồng")."""
    from num2words import num2words

    words = str(num2words(amount, lang="vi"))
    return f"{words[:1].upper()}{words[1:]} đồng"
