"""Reading of bodies: whatever is sent is a clean value or a problem."""

import json
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.parsers import JSONParser, MultiPartParser

from common.api.problems import Problem


class CleanJsonParser(JSONParser):
    """JSON of at most DATA_UPLOAD_MAX_MEMORY_SIZE bytes, not too deep, of characters the database can take."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """The value; raises Problem (400, 413)."""
        raw = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise Problem(413)
        try:
            found = json.loads(raw.decode("utf-8"), parse_constant=_no_number)
            text = json.dumps(found, ensure_ascii=False)
            text.encode("utf-8")
        except (ValueError, RecursionError):
            raise Problem(400) from None
        if "\\u0000" in json.dumps(found):
            raise Problem(400, detail=_("A text contains a zero character."))
        return found


def _no_number(name: str) -> Any:
    raise ValueError(name)


class FilesParser(MultiPartParser):
    """Files with their fields (multipart/form-data)."""
