"""The command line. Exit codes: 0 done, 1 failed, 2 misuse. Long work shows progress on a terminal."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

import click

from bot.settings import Misconfigured, Settings, read_settings
from storage.errors import StorageError

T = TypeVar("T")


class _Group(click.Group):
    """Turns what can go wrong into one clear line and the right exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Misconfigured as error:
            raise _Told(str(error), 2) from None
        except StorageError as error:
            raise _Told(str(error), 1) from None
        except KeyboardInterrupt:
            raise _Told("stopped", 1) from None


class _Told(click.ClickException):
    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.__dict__["exit_code"] = code  # click declares it on the class; each of ours has its own

    def show(self, file: Any = None) -> None:
        click.echo(f"taruna: {self.message}", err=True)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="taruna")
def main() -> None:
    """Taruna helps people without an employer join BPJS Ketenagakerjaan, by chat."""


def run(work: Callable[[Settings], Coroutine[Any, Any, T]]) -> T:
    """Read the settings and run something with them."""
    return asyncio.run(work(read_settings()))


@main.command()
def serve() -> None:
    """Serve the bot, the simulator, the forms and the admin pages."""
    from bot.serving import serve as serve_until_stopped

    serve_until_stopped(read_settings())


@main.command()
@click.option("--save", type=click.Path(dir_okay=False, path_type=Path), help="Write the transcript to this file.")
@click.option("--language", type=click.Choice(["id", "en"]), default="id", show_default=True)
@click.option("--like-whatsapp", is_flag=True, help="Ask private things on the secure form, as WhatsApp does.")
def chat(save: Path | None, language: str, like_whatsapp: bool) -> None:
    """Talk to the bot in this terminal: the same conversation, the same pipeline, nothing sent anywhere."""
    from bot.chatting import chat_here

    run(lambda settings: chat_here(settings, save, language, "whatsapp" if like_whatsapp else ""))


@main.command()
@click.argument("name", default="registration")
def flow(name: str) -> None:
    """Print a conversation's outline, and the same as a Mermaid drawing."""
    from conversations.forms import FORMS
    from conversations.outline import mermaid, outline

    if name not in FORMS:
        raise _Told(f"there is no conversation called {name}; there is {', '.join(FORMS)}", 2)
    click.echo(outline(FORMS[name]))
    click.echo()
    click.echo(mermaid(FORMS[name]))


@main.command()
def lint() -> None:
    """Check every conversation and every text in every language."""
    from bot.wording_check import findings

    found = findings()
    for finding in found:
        click.echo(str(finding))
    click.echo(f"{len(found)} findings" if found else "every text is there, and fits")
    sys.exit(1 if found else 0)


@main.command()
def migrate() -> None:
    """Bring the database to this program's schema."""
    from storage.migrate import migrate as bring_up

    async def work(settings: Settings) -> None:
        await bring_up(settings.database_url)

    run(work)
    click.echo("the database is up to date")


@main.command()
def doctor() -> None:
    """Check settings, database, keys and channels, and say what to fix."""
    from bot.doctor import examine

    results = run(examine)
    for result in results:
        click.echo(f"{'ok  ' if result.well else 'FIX '} {result.what}: {result.finding}")
    sys.exit(0 if all(result.well for result in results) else 1)


@main.command()
@click.option(
    "--batch", "number", type=click.IntRange(1), required=True, help="Which batch; the desk shows its number."
)
@click.option("--format", "kind", type=click.Choice(["xlsx", "csv", "jsonl"]), default="xlsx", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to write; default: batch-N.*")
@click.option("--force", is_flag=True, help="Overwrite the file if it is there.")
@click.option("--lock", is_flag=True, help="Ask for a password and lock the XLSX with it.")
@click.option("--anyway", is_flag=True, help="Write it even where it does not say what was sealed.")
def export(
    number: int, kind: Literal["xlsx", "csv", "jsonl"], output: Path | None, force: bool, lock: bool, anyway: bool
) -> None:
    """Write a sealed batch and its manifest. The file holds personal data: keep it locked away."""
    from bot.batch_export import NoBatch, NotWhatWasSealed, export_batch

    path = output or Path(f"batch-{number}.{kind}")
    if path.exists() and not force:
        raise _Told(f"{path} exists; choose another --output, or say --force", 2)
    password = _new_password(kind) if lock else ""
    if_changed: Literal["refuse", "write"] = "write" if anyway else "refuse"
    try:
        done = run(
            lambda settings: export_batch(
                settings, number, kind, path, _progress(), password=password, if_changed=if_changed
            )
        )
    except NoBatch as none:
        raise _Told(str(none), 2) from None
    except NotWhatWasSealed as changed:
        raise _Told(f"{changed}; nothing was written. Find out why, or say --anyway", 1) from None
    click.echo(f"batch {number}: {done.rows} rows written to {path}, the manifest to {done.manifest}")
    click.echo(f"sha256 {done.sha256}{' (before it was locked)' if lock else ''}: {_VERDICTS[done.verdict]}")
    if done.missing:
        click.echo(f"{done.missing} of its people were let go of since: their rows are not in it", err=True)


_VERDICTS = {
    "same": "what was sealed",
    "let_go": "NOT what was sealed, because people were let go of since",
    "packed_otherwise": "the rows are what was sealed, packed by another release of the library that writes them",
    "changed": "NOT what was sealed, and nobody was let go of",
}


def _new_password(kind: str) -> str:
    from bot.sheets.lock import LONGEST, SHORTEST

    if kind != "xlsx":
        raise _Told(f"--lock is for xlsx; a {kind} cannot be locked", 2)
    password: str = click.prompt("A password for the file", hide_input=True, confirmation_prompt=True, err=True)
    if not SHORTEST <= len(password) <= LONGEST:
        raise _Told(f"the password needs {SHORTEST} to {LONGEST} characters", 2)
    return password


@main.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--listed-on", type=click.DateTime(["%Y-%m-%d"]), help="The day the list is of; default: today.")
@click.option("--apply", "what", flag_value="apply", default="look", help="Apply it and tell people, once it is read.")
def import_file(file: Path, listed_on: datetime | None, what: str) -> None:
    """Read a list of the agency's answers (XLSX, XLS, CSV) and match it. Nothing is applied without --apply."""
    from bot.results.command_line import import_list
    from bot.results.sheet import NotRead

    day = listed_on.date() if listed_on else None
    try:
        read = run(lambda settings: import_list(settings, file, day, what, _progress()))
    except NotRead as error:
        raise _Told(f"{file} cannot be read: {error.trouble.replace('_', ' ')}", 1) from None
    if read.before:
        click.echo(f"this list was applied on {read.before:%Y-%m-%d %H:%M} UTC; nothing changes")
        return
    for found, count in read.counts.items():
        click.echo(f"{count:>8} {found.replace('_', ' ')}")
    if read.done is not None:
        click.echo(f"applied: {read.done['kept']} people, {read.done['told']} to be told")
    else:
        click.echo(f"nothing is applied yet: look at /admin/results/{read.import_id}, or say --apply")


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write everything to one file that `restore` reads, on either database. The keys are not in it."""
    from storage.backup import backup as write

    if file.exists():
        raise _Told(f"{file} exists; choose another name, backups are never overwritten", 2)
    rows = run(lambda settings: write(settings.database_url, file, _progress()))
    click.echo(f"{rows} rows written to {file}. Keep the keys elsewhere: without them it cannot be read")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace what the database holds now.")
def restore(file: Path, force: bool) -> None:
    """Read a backup into the database. Refuses one that holds people, unless forced."""
    from storage.backup import restore as read

    rows = run(lambda settings: read(settings.database_url, file, "replace" if force else "into_empty", _progress()))
    click.echo(f"{rows} rows restored from {file}")


@main.command()
@click.option("--dry-run", is_flag=True, help="Only say what would go now, in 7 and in 30 days.")
def retention(dry_run: bool) -> None:
    """Let go of what may no longer be kept. The serving program does so every hour."""
    from bot.retaining import forecast, let_go, table

    now = datetime.now(UTC)
    if dry_run:
        click.echo(table(run(lambda settings: forecast(settings, now))))
        return
    gone = {kind: count for kind, count in run(lambda settings: let_go(settings, now)).items() if count}
    click.echo(", ".join(f"{count} {kind}" for kind, count in gone.items()) or "nothing was due")


@main.command()
@click.option("--dry-run", is_flag=True, required=True, help="Say what would go out; the serving program sends.")
def reminders(dry_run: bool) -> None:
    """List the reminders that would go out until midnight, by kind and channel, and what they cost."""
    from bot.reminders import table, today

    assert dry_run
    click.echo(table(run(lambda settings: today(settings, datetime.now(UTC)))))


@main.group()
def keys() -> None:
    """The keys that guard personal data."""


@keys.command()
def rotate() -> None:
    """Wrap every person's key with the first key of DATA_KEYS. Can be stopped and run again."""
    from bot.house_keeping import rotate_keys

    click.echo(f"{run(lambda settings: rotate_keys(settings, _progress()))} keys wrapped anew")


@main.group()
def staff() -> None:
    """The people who use the admin pages."""


@staff.command()
@click.option("--role", default="admin", show_default=True)
def add(role: str) -> None:
    """Print a one-time link with which somebody sets up their own login."""
    from bot.house_keeping import invite

    click.echo(run(lambda settings: invite(settings, role)))


@main.group()
def audit() -> None:
    """The record of who saw and did what."""


@audit.command()
def verify() -> None:
    """Check that no entry was changed, removed or put in between; names the first that was."""
    from bot.house_keeping import verify_audit

    broken = run(verify_audit)
    if broken:
        raise _Told(f"the chain breaks at entry {broken}: it or the one before it was changed", 1)
    click.echo("the chain is whole")


@main.command()
@click.option("--area", required=True, help="A kota, kecamatan or kelurahan by its code: 31.75.07.1003.")
@click.option("--out", "folder", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--size", type=click.Choice(["a4", "a6", "square", "slip"]), default="a4", show_default=True)
@click.option("--format", "kind", type=click.Choice(["pdf", "png"]), default="pdf", show_default=True)
@click.option("--language", type=click.Choice(["id", "en"]), default="id", show_default=True)
def poster(
    area: str, folder: Path, size: Literal["a4", "a6", "square", "slip"], kind: Literal["pdf", "png"], language: str
) -> None:
    """Draw the poster of every active volunteer in an area. Files are named by the volunteers' codes."""
    from bot.posters.area import draw_all, posters_of
    from conversations.rules import areas

    if areas.named(area) is None:
        raise _Told(f"{area} is no area of Jakarta; give a code like 31.75.07.1003 (see the desk's page of an area)", 2)
    if not read_settings().public_url:
        click.echo("taruna: PUBLIC_URL is not set, so the codes lead to this machine only", err=True)
    posters = run(lambda settings: posters_of(settings, area, language))
    count = draw_all(posters, folder, size, kind, language, _progress())
    click.echo(f"{count} posters written to {folder}")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--apply", "what", flag_value="apply", default="look", help="Keep what was matched, once it is read.")
def outlines(file: Path, what: Literal["apply", "look"]) -> None:
    """Read outlines of areas (GeoJSON) for the map of the coverage. Nothing is kept without --apply."""
    from bot.coverage.command_line import read_outlines
    from bot.coverage.geojson import NotOutlines

    try:
        read = run(lambda settings: read_outlines(settings, file, what))
    except NotOutlines as error:
        facts = ", ".join(f"{name} {value}" for name, value in error.facts.items())
        trouble = error.trouble.replace("_", " ")
        raise _Told(f"{file} cannot be read: {trouble}{f' ({facts})' if facts else ''}", 1) from None
    for line in read.report:
        click.echo(line)
    if what == "apply":
        click.echo(f"{read.kept} outlines are in use")
    else:
        click.echo(f"nothing is kept yet: look at /admin/coverage/outlines/{read.file_id}, or say --apply")
    if not read.matched:
        sys.exit(1)


def _progress() -> Callable[[int, int], None]:
    """Show progress on a terminal; be quiet in a pipe."""
    if not sys.stderr.isatty():
        return lambda _done, _total: None

    def show(done: int, total: int) -> None:
        share = f"{done * 100 // total}%" if total else ""
        click.echo(f"\r{done} of {total or '?'} {share}".ljust(40), nl=False, err=True)
        if total and done >= total:
            click.echo(err=True)

    return show


if __name__ == "__main__":
    main()
