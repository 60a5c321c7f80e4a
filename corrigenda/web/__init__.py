"""The shared shell: base page, components, sites, sign-in, security headers, htmx helpers."""
