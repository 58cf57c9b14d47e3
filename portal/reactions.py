"""Who acts on which news. The one place where upper rooms are tied to what happens in lower ones.

Each function takes `common.outbox.News`, only inserts durable rows, and is idempotent.
"""

from dossiers.notices import news_told
from dossiers.workflow import acts

TELL = "dossiers.notices.tell"
FORM = "dossiers.services.issuing.order_form"
RETURN_ONLINE = "dossiers.services.endings.return_online"

REACTIONS: dict[str, tuple[str, ...]] = {}


def _add(name: str, *paths: str) -> None:
    REACTIONS[name] = (*REACTIONS.get(name, ()), *paths)


for _name in sorted(news_told()):
    _add(_name, TELL)
for _name in sorted({act.news for act in acts().values() if act.form}):
    _add(_name, FORM)
for _name in ("dossier.resolved", "dossier.rejected"):
    _add(_name, RETURN_ONLINE)
