"""visagist directions label, learn and evaluate; visagist measurer: sliders that mean what they say."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.checks import parse_rows
from engine.commands.parsing import parse_amount, parse_seed, parse_seeds
from engine.commands.progress import busy, follow
from engine.errors import VisagistError
from engine.models.catalogue import resolve_model
from engine.paths import check_place

if TYPE_CHECKING:
    from engine.directions.evaluate import Rescoring
    from engine.directions.learn import Finding
    from engine.directions.measures import Measurer
    from engine.models.model import Model

PSI = 0.7


def register_directions(inner: Any) -> None:
    """The commands about a model's directions."""
    labelling = inner.add_parser("label", help="label a model's pictures by programs that measure them")
    add_model(labelling)
    labelling.add_argument("-o", "--output", metavar="FILE", type=Path, required=True, help="the table, CSV")
    labelling.add_argument("--count", metavar="N", type=int, default=4000, help="seeds from 1 on (default 4000)")
    add_measurers(labelling)
    labelling.set_defaults(run=run_label)

    learning = inner.add_parser("learn", help="learn directions from a table of labels")
    add_model(learning)
    learning.add_argument("labels", type=Path, help="CSV or parquet: seed, and a column for each attribute")
    learning.add_argument("-o", "--output", metavar="FILE", type=Path, required=True, help="the pack")
    learning.add_argument("--attributes", metavar="A,B", help="the columns to learn (default: all)")
    learning.add_argument("--rows", metavar="ROWS", help="style rows to act on, like 0-4 (default: they are chosen)")
    learning.add_argument("--seed", metavar="N", default="0", help="seed of the cross-validation (default 0)")
    learning.add_argument("--on-pictures", action="store_true", help="set units and rows by measuring pictures again")
    add_measurers(learning)
    learning.set_defaults(run=run_learn)

    evaluating = inner.add_parser("evaluate", help="measure what each direction does to every attribute")
    add_model(evaluating)
    evaluating.add_argument("pack", type=Path, help="the directions")
    evaluating.add_argument("--seeds", metavar="SEEDS", default="900001-900200", help="of the pictures to move")
    evaluating.add_argument(
        "--amounts", metavar="X,Y", default="-2,-1,1,2", help="units to move by (default -2,-1,1,2)"
    )
    evaluating.add_argument("-o", "--output", metavar="FILE", type=Path, help="write the whole table as CSV")
    evaluating.add_argument(
        "--identity-by",
        metavar="FILE",
        type=Path,
        help="a face recogniser as ONNX (needs onnxruntime): is it the same person? (default: edges)",
    )
    add_measurers(evaluating)
    evaluating.set_defaults(run=run_evaluate)


def register(commands: Any) -> None:
    """The command that makes a measurer."""
    parser = commands.add_parser("measurer", help="train a network that reads a data set's labels off pictures")
    parser.add_argument("dataset", type=Path, help="a packed data set with labels")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, required=True, help="where to")
    parser.add_argument("--passes", metavar="N", type=int, default=12, help="times each picture is shown (default 12)")
    parser.set_defaults(run=run_measurer)


def add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar="MODEL", help="a known model, or a file")
    parser.add_argument("--psi", metavar="X", type=float, default=PSI, help=f"of the pictures (default {PSI})")
    parser.add_argument("--device", metavar="DEVICE", help="cuda, mps or cpu (default: the best there is)")
    parser.add_argument("--precision", metavar="PRECISION", help="f32, bf16 or fp16 (default: the device's fastest)")


def add_measurers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--labels-by",
        metavar="FILE",
        type=Path,
        action="append",
        default=[],
        help="a measurer made by `visagist measurer`; pixels are measured besides (may be repeated)",
    )


def run_label(args: argparse.Namespace) -> int:
    """Every number that can be measured becomes a column."""
    if not 1 <= args.count <= 1_000_000:
        raise VisagistError(f"--count is {args.count} and should be from 1 to 1000000")
    check_place(args.output)
    measurer = measurers(args.labels_by)
    model = opened(args)
    from engine.directions.labels import write_labels
    from engine.directions.pictures import label

    table = follow(label(model, measurer, range(1, args.count + 1), args.psi))
    write_labels(args.output, table)
    print(f"{args.output}: {len(table.seeds)} seeds, {len(table.names)} attributes")
    return 0


def run_learn(args: argparse.Namespace) -> int:
    """Directions that w does not tell are left out, and it is said why."""
    rows = None if args.rows is None else parse_rows(args.rows)
    seed = parse_seed(args.seed)
    check_place(args.output)
    attributes = [] if args.attributes is None else [name.strip() for name in args.attributes.split(",")]
    from engine.directions.labels import read_labels
    from engine.directions.words import is_offered

    labels = read_labels(args.labels, attributes)
    offered = attributes or [name for name in labels.names if is_offered(name)]
    if not offered:
        raise VisagistError(f"{args.labels} has no attribute that a slider is made of without being asked")
    measurer = measurers(args.labels_by) if args.on_pictures else None
    model = opened(args)
    from engine.directions.learn import learn
    from engine.directions.pack import save_pack

    lesson = follow(learn(model, labels, attributes=offered, rows=rows, psi=args.psi, seed=seed, measurer=measurer))
    for finding in lesson.findings:
        print(told(finding))
    for name in sorted(set(labels.names) - set(offered)):
        print(f"{name:20}  left out: no slider is made of it unless --attributes names it")
    save_pack(args.output, lesson.pack)
    print(f"{args.output}: {len(lesson.pack.directions)} directions")
    return 0


def run_evaluate(args: argparse.Namespace) -> int:
    """A line a direction; the whole table in a file."""
    seeds = parse_seeds(args.seeds)
    amounts = [parse_amount(part, args.amounts) for part in args.amounts.split(",")]
    if args.output is not None:
        check_place(args.output)
    measurer = measurers(args.labels_by)
    from engine.directions.evaluate import evaluate, write_rescoring
    from engine.directions.likeness import Recogniser
    from engine.directions.pack import load_pack

    pack = load_pack(args.pack)
    tells = None if args.identity_by is None else Recogniser(args.identity_by)
    table = follow(evaluate(opened(args), pack, measurer, seeds, psi=args.psi, amounts=amounts, descriptor=tells))
    print("\n".join(lines_of(table)))
    print(f"likeness by {table.descriptor}; two different faces have {table.strangers:.2f}")
    if args.output is not None:
        write_rescoring(args.output, table)
    return 0


def run_measurer(args: argparse.Namespace) -> int:
    """Prints how well each label is read on pictures held out."""
    check_place(args.output)
    with busy("opening the data set"):
        from engine.training.dataset import Dataset
        from engine.training.measurer import LEGIBLE, save_measurer, train_measurer

        dataset = Dataset(args.dataset)
    made = follow(train_measurer(dataset, passes=args.passes))
    for name, r2 in sorted(zip(made.card.labels, made.card.r2, strict=True), key=lambda one: -one[1]):
        print(f"{name:20}  R2 {r2:5.2f}" + ("" if r2 >= LEGIBLE else "  (not measured: it cannot be read off)"))
    save_measurer(args.output, made)
    print(f"{args.output}: {len(made.names)} of {len(made.card.labels)} labels")
    return 0


def opened(args: argparse.Namespace) -> Model:
    path = resolve_model(args.model)
    with busy("opening the model"):
        from engine.devices import choose
        from engine.models.model import open_model

        return open_model(path, choose(args.device, args.precision))


def measurers(files: list[Path]) -> Measurer:
    """The networks in these files, and the measures of pixels."""
    from engine.directions.measures import Together, pixel_measures
    from engine.training.measurer import load_measurer

    return Together([*(load_measurer(path) for path in files), pixel_measures()])


def told(finding: Finding) -> str:
    """A line about one attribute."""
    score = f"{finding.attribute:20}  {finding.kind:7}  {finding.score.name:3} {finding.score.value:5.2f}"
    if finding.direction is None:
        return f"{score}  left out: {finding.why}"
    one = finding.direction
    return f"{score}  {one.low:+5.1f} … {one.high:+5.1f}  {one.method:8}  {one.group}"


def lines_of(table: Rescoring) -> list[str]:
    """What each direction moves, and the three other attributes that it moves most at its furthest amount."""
    lines = []
    far = max(range(len(table.amounts)), key=lambda place: table.amounts[place])
    for place, name in enumerate(table.directions):
        own, moves = table.own(place), table.moves(place)
        order = sorted(range(len(table.attributes)), key=lambda other: -abs(table.changes[place, far, other]))
        most = [other for other in order if other != own][:3]
        said = ", ".join(f"{table.attributes[other]} {table.changes[place, far, other]:+.2f}" for other in most)
        reach = "its attribute is not measured" if moves is None else f"moves {moves:+.2f}"
        alike, beside = (float(one[place][table.near()].mean()) for one in (table.likeness, table.outside))
        kept = f"likeness {alike:.2f}, outside the face {beside:.1f} levels"
        at_far = f"at {table.amounts[far]:+g}: {said}"
        lines.append(f"{name:20}  {reach}; at 1: others {table.others(place):.2f}, {kept}; {at_far}")
    return lines
