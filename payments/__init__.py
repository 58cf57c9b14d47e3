"""Fees, receipts, refunds, reconciliation with the gateways."""
