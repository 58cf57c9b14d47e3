"""Writing rules of payments. Locks are always taken in the order dossier, order, attempt."""

from payments.services import cash
from payments.services.asking import query_now
from payments.services.hearing import record_notice
from payments.services.orders import ensure_order
from payments.services.settling import Word, settle
from payments.services.starting import start

__all__ = ["Word", "cash", "ensure_order", "query_now", "record_notice", "settle", "start"]
