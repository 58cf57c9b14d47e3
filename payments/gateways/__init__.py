"""Payment gateways: VNPay; one file per vendor behind `base.PaymentGateway`."""
