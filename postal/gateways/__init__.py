"""The post: orders out, tracking in; one file per carrier behind `base.PostalGateway`."""
