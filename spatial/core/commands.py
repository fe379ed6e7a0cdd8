"""What all commands share: progress on a terminal only, a summary, ``--json``, exit codes."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError, CommandParser

from spatial.core.errors import WanmiError
from spatial.core.jobs import Progress, silent


class WanmiCommand(BaseCommand):
    """A command whose ``work`` returns a summary as a flat dictionary.

    A coded error is printed and ends the command with exit code 1. ``--json`` prints the summary,
    or the error, as one JSON object on standard output.
    """

    # What a command stands on. Checks of addresses, pages and forms load the whole site, which took
    # longer than the rest of the start; whoever serves the site runs them all.
    requires_system_checks = (Tags.compatibility, Tags.models)
    example = ""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Add the example to ``--help``."""
        text = f"example: {prog_name} {subcommand} {self.example}" if self.example else None
        return super().create_parser(prog_name, subcommand, epilog=text, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        """Arguments of every command."""
        parser.add_argument("--json", action="store_true", help="print the summary as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run ``work``, then print the summary or the coded error."""
        self.as_json = options["json"]
        try:
            summary = self.work(**options)
        except WanmiError as error:
            if self.as_json:
                self.stdout.write(json.dumps({"error": error.as_dict()}, ensure_ascii=False))
            raise CommandError(str(error)) from error
        self._print(summary)

    def work(self, **options: Any) -> dict[str, Any]:
        """Do what the command is for and return the summary."""
        raise NotImplementedError

    def progress(self) -> Progress:
        """A progress line on a terminal; nothing when piped or with ``--json``."""
        if self.as_json or not sys.stderr.isatty():
            return silent
        return self._draw

    def _draw(self, done: int, total: int, message: str = "") -> None:
        share = f"{done / total:4.0%}" if total else f"{done:,}"
        self.stderr.write(f"\r{share}  {message:<60.60}", ending="\n" if done == total else "")
        self.stderr.flush()

    def _print(self, summary: dict[str, Any]) -> None:
        if self.as_json:
            self.stdout.write(json.dumps(summary, ensure_ascii=False, default=str))
            return
        for key, value in summary.items():
            shown = f"{value:,}" if isinstance(value, int) else value
            self.stdout.write(f"{key.replace('_', ' '):<28} {shown}")
