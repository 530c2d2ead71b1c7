"""visagist inspect: what a file says of itself. visagist credentials: whose certificate signs what is exported."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import VisagistError

if TYPE_CHECKING:
    from engine.export.credentials import Credentials
    from engine.export.inspection import Inspection


def register(commands: Any) -> None:
    inspect = commands.add_parser(
        "inspect",
        help="what a picture or a video says of itself",
        description="Tell whether a file is synthetic, by which program and model, of which recipe or project, and "
        "whose content credentials it has.",
    )
    inspect.add_argument("file", metavar="FILE", type=Path, help="a picture or a video")
    inspect.add_argument("--json", action="store_true", help="as JSON")
    inspect.add_argument(
        "--save", metavar="FILE", type=Path, help="write the recipe (.json) or the project (.visagist) that it carries"
    )
    inspect.set_defaults(run=run_inspect)

    credentials = commands.add_parser(
        "credentials",
        help="sign what is exported",
        description="Content credentials (C2PA): pictures and videos are signed with your certificate once one is set "
        "up. It needs the extra c2pa.",
    )
    choices = credentials.add_subparsers(dest="what", metavar="WHAT", required=True)
    use = choices.add_parser("use", help="sign with this certificate from now on")
    use.add_argument("certificate", metavar="CERTIFICATE", type=Path, help="the chain, yours first (PEM)")
    use.add_argument(
        "key", metavar="KEY", type=Path, help="its private key, without a password (PEM); it stays where it is"
    )
    use.set_defaults(run=run_use)
    choices.add_parser("off", help="sign no more").set_defaults(run=run_off)
    choices.add_parser("show", help="which certificate is used").set_defaults(run=run_show)


def run_inspect(args: argparse.Namespace) -> int:
    """One fact a line."""
    from engine.export.inspection import inspect

    found = inspect(args.file)
    if args.save is not None:
        save(found, args.file, args.save)
    if args.json:
        print(json.dumps(as_json(found), indent=2))
    else:
        for name, text in lines_of(found):
            print(f"{name + ':':13}{text}")
    return 0


def save(found: Inspection, path: Path, target: Path) -> None:
    """Write what the file carries; VisagistError where it carries nothing."""
    from engine.paths import write_atomically
    from engine.project_file import write_project

    if found.project is not None:
        write_project(target, found.project)
    elif found.provenance is not None:
        write_atomically(target, found.provenance.recipe.to_json())
    else:
        raise VisagistError(f"{path}: it carries neither a recipe nor a project")


def lines_of(found: Inspection) -> list[tuple[str, str]]:
    """What a person reads."""
    said = [("synthetic", "yes, a trained model made it" if found.synthetic else "it does not say so")]
    said += [("program", found.program)] if found.program else []
    said += [("description", found.description)] if found.description else []
    made, project = found.provenance, found.project
    if made is not None:
        said += [("model", f"{made.title or 'untitled'}, {made.model}"), ("rendered", rendered(found))]
        many = len(made.recipes)
        said += [("recipe", made.recipe.to_json().decode()) if many == 1 else ("recipes", f"{many}, of a sheet")]
    if project is not None:
        said += [("model", f"{project.model.title or 'untitled'}, {project.model.hash}"), ("project", told(found))]
    if made is None and project is None:
        said.append(("recipe", found.unread or "none inside"))
    said.append(("credentials", signature(found.credentials)))
    return said


def rendered(found: Inspection) -> str:
    made = found.provenance
    assert made is not None
    return f"{made.size} px, {made.device}, {made.precision}"


def told(found: Inspection) -> str:
    """A project in a few words."""
    assert found.project is not None
    timeline = found.project.board.timeline
    if timeline is None:
        return "without a timeline"
    from engine.timeline import frames

    count, keys = frames(timeline), len(timeline.recipes.keys)
    seconds = float(count / timeline.fps)
    return f"{seconds:.2f} s, {count} frames, {keys} keyframes; `visagist FILE` opens it"


def signature(credentials: Credentials | None) -> str:
    """Credentials in a few words."""
    if credentials is None:
        return "none that can be read here"
    who = " of ".join(filter(None, (credentials.name, credentials.issuer))) or "nobody"
    problems = f" ({', '.join(credentials.problems)})" if credentials.problems else ""
    return f"{credentials.state}, signed by {who}{problems}"


def as_json(found: Inspection) -> dict[str, Any]:
    """What a program reads."""
    import msgspec

    made, project = found.provenance, found.project
    return {
        "synthetic": found.synthetic,
        "source": found.source,
        "program": found.program,
        "description": found.description,
        "provenance": None if made is None else json.loads(made.to_json()),
        "project": None if project is None else json.loads(msgspec.json.encode(project)),
        "credentials": None if found.credentials is None else asdict(found.credentials),
        "unread": found.unread,
    }


def run_use(args: argparse.Namespace) -> int:
    """A trial tells at once whether it works."""
    from engine.export.credentials import Identity, use

    found = use(Identity(str(args.certificate.absolute()), str(args.key.absolute())))
    print(f"what is exported from now on is signed: {signature(found)}")
    return 0


def run_off(args: argparse.Namespace) -> int:
    from engine.export.credentials import forget

    forget()
    print("what is exported is not signed any more")
    return 0


def run_show(args: argparse.Namespace) -> int:
    from engine.export.credentials import identity

    who = identity()
    print("no certificate is set up" if who is None else f"certificate: {who.certificate}\nkey: {who.key}")
    return 0
