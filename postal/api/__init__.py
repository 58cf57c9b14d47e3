"""The parcel over the API."""
