"""VNPay 2.1.0 as the portal meets it: pay page, notices (IPN), querydr, refund."""

from sandbox.vnpay import api, pages

__all__ = ["api", "pages"]
