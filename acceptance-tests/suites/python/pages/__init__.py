"""The pages in docs/: made by tfplugindocs from the provider's schema, templates/ and examples/.

`generate` makes them, `folder` says where they stand and which of the files there they are,
`__main__` puts new ones in their place.
"""
