"""Wrong answers that are a right one with a few words changed."""


def changed(text: str, *pairs: tuple[str, str]) -> str:
    """The text with each old part replaced by a new one; ValueError where there is no such part."""
    for old, new in pairs:
        if old not in text:
            raise ValueError(f"there is no {old!r} in\n{text}")
        text = text.replace(old, new)
    return text
