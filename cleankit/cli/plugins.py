"""`cleankit plugins`: what was found, what it brought, and what is wrong with it."""

from __future__ import annotations

import json
import sys
import warnings

import click

__all__ = ["command"]


@click.command("plugins", epilog="Exit codes: 0 all loaded, 1 one did not load, 2 two claim the same name.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(as_json: bool) -> None:
    """List the plugins that were found, with the number of their rules, or with what keeps them from loading."""
    from cleankit.plugins import PluginWarning, load_registry

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PluginWarning)  # they are listed
        found = load_registry(None).plugins
    if as_json:
        keys = ("name", "distribution", "version", "rules", "error")
        click.echo(json.dumps([{key: getattr(p, key) for key in keys} for p in found], ensure_ascii=True, indent=2))
    else:
        for plugin in found:
            state = f"does not load: {plugin.error}" if plugin.error else f"{plugin.rules} rules"
            click.echo(f"{plugin.name}  {plugin.distribution} {plugin.version}  {state}")
    sys.exit(1 if any(p.error for p in found) else 0)
