"""Why a file is not accepted, said so that the person can mend it. Codes go into logs and rows, sentences to people."""

from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

MESSAGES: dict[str, Any] = {
    "wrong_type": _("This kind of file is not accepted here. Choose a file of one of these kinds: {accepted}."),
    "heic": _(
        "This is an iPhone photo in HEIC form. Take it again inside this page, or save it as JPG and choose it again."
    ),
    "empty": _("The file is empty. Choose it again, or take the picture again."),
    "too_large": _(
        "The file is {size} MB, the limit is {limit} MB. Take the pictures at a lower quality or split the paper into two files."
    ),
    "quota_files": _(
        "You have sent {count} files within 24 hours, which is the limit. Try again tomorrow or come to the counter."
    ),
    "quota_bytes": _(
        "The files you sent within 24 hours are more than {limit} MB. Try again tomorrow or come to the counter."
    ),
    "cannot_store": _(
        "The file could not be stored just now. What you typed is kept; send the file again in a few minutes."
    ),
    "content_differs": _(
        "What is inside the file does not match its name ({ending}). Open it on your device, save it as PDF and choose it again."
    ),
    "too_complex": _("The file is too complex to be checked. Print it to PDF, or take pictures of the pages."),
    "pdf_locked": _(
        "The PDF is locked by a password. Remove the password (open it, then print to PDF) and choose it again."
    ),
    "pdf_script": _(
        "The PDF holds a program or an interactive form. Open it, print it to PDF and choose the new file."
    ),
    "pdf_launch": _(
        "The PDF would start something on the reader's device. Open it, print it to PDF and choose the new file."
    ),
    "pdf_attachment": _(
        "The PDF has other files attached. Take them out, or print it to PDF, and send each paper by itself."
    ),
    "pdf_broken": _(
        "The PDF is damaged or did not arrive whole. Open it on your device, save it again and choose the new file."
    ),
    "pdf_too_complex": _("The PDF is too complex. Print it to PDF again, or split it into several files."),
    "pdf_too_many_pages": _("The PDF has more than 1,000 pages. Split it into several files."),
    "office_locked": _(
        "The file is locked by a password or saved in an old form. Save it as PDF, or as .docx or .xlsx without a password."
    ),
    "office_active": _("The file holds a macro or another file. Save it as PDF and choose it again."),
    "office_links": _("The file loads something from outside. Save it as PDF and choose it again."),
    "office_broken": _("The file is damaged or did not arrive whole. Open it, save it again and choose the new file."),
    "office_too_complex": _("The file would become too large when opened. Save it as PDF and choose it again."),
    "image_broken": _("The picture is damaged or did not arrive whole. Take it again or choose another."),
    "image_too_many_pixels": _("The picture is too large (over 50 million dots). Take it again at a lower resolution."),
    "no_pictures": _("Choose at least one picture."),
    "too_many_pictures": _("At most {limit} pictures can become one PDF. Make two files."),
    "not_a_picture": _("Only JPG and PNG pictures can be put together. Send the other files one by one."),
    # Found later, by the scan: the row's reason, shown where the file is listed.
    "infected": _("A virus was found in this file, so it was put aside. Check your device and send a clean copy."),
    "too_large_to_scan": _("The file is too large to be scanned for viruses. Split it and send it again."),
}
WARNINGS: dict[str, Any] = {
    "image_dark": _("The picture is very dark and may not be readable. Take it again in a light place if you can."),
    "image_flat": _(
        "The picture shows almost nothing. Look at it once more and take it again if the paper is not on it."
    ),
}


class UploadRefused(Exception):
    """A file was not accepted. `code` is the rule, `message` the lazily translated sentence: what is wrong, how to mend it."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.message = sentence(code, **values)


def sentence(code: str, **values: object) -> Promise | str:
    """The sentence of a code, filled in; an unknown code gets the general one about a damaged file."""
    text = MESSAGES.get(code) or MESSAGES["too_complex"]
    return format_lazy(text, **values) if values else text


def warning(code: str) -> Promise | str:
    """The sentence beside an accepted file that may be hard to read; empty when there is none."""
    return WARNINGS.get(code, "")
