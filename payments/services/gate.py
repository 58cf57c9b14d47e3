"""Which gateways there are, by the name that stands in the rows."""

from payments.gateways import vnpay
from payments.gateways.base import PaymentGateway


def gateway(name: str = vnpay.VnpayGateway.name) -> PaymentGateway:
    """The gateway of that name as the settings describe it; raises KeyError for an unknown one."""
    return {vnpay.VnpayGateway.name: vnpay.from_settings}[name]()
