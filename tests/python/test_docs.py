"""The documents cannot lie: what they name exists, and what exists is named."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from warehouses import ROOT

from strata.cli import app
from strata.load import SOURCES

LAYERS = sorted(p.name for p in (ROOT / "models").iterdir() if p.name[0] != "_")
FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
TABLE = "(?:stg_strata__|core_|feat_|score_|tier_|tag_|metric_)"
CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.DOTALL | re.MULTILINE)


def documents() -> list[Path]:
    """Every document of the project."""
    folders = ("docs", "models", "seeds", "analyses", "tests", "macros", "examples")
    nested = (path for each in folders for path in (ROOT / each).rglob("*.md"))
    return sorted([*ROOT.glob("*.md"), *nested])


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def code(document: Path) -> str:
    """The code spans and blocks of a document."""
    return "\n".join(CODE.findall(document.read_text(encoding="utf-8")))


def table_rows(name: str) -> list[list[str]]:
    """The cells of all table rows of a document; of a cell that is code, the code."""
    lines = (line for line in text(name).splitlines() if line.startswith("| "))
    return [
        [re.sub(r"^`([^`]*)`$", r"\1", cell.strip()) for cell in line.split("|")[1:-1]]
        for line in lines
    ]


def models() -> Iterator[dict[str, Any]]:
    """The YAML entry of every model."""
    for path in (ROOT / "models").rglob("*.yml"):
        yield from yaml.safe_load(path.read_text(encoding="utf-8")).get("models", [])


def seed(name: str) -> list[dict[str, str]]:
    path = ROOT / f"seeds/rules/strata__{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def of_program(rows: list[dict[str, str]], program: str) -> list[dict[str, str]]:
    return [row for row in rows if row["program_code"] == program]


PROGRAMS = sorted({row["program_code"] for row in seed("programs")})


def page(program: str) -> str:
    return f"docs/programs/{program}.md"


# Configuration


def test_the_table_of_variables_is_the_project_file():
    project = yaml.safe_load(text("dbt_project.yml"))["vars"]["strata"]
    documented = [
        row for row in table_rows("docs/configuration.md") if row[0][:8] == "strata__"
    ]
    assert [row[0] for row in documented] == list(project)
    defaults = {
        name: "null" if value is None else str(value) for name, value in project.items()
    }
    assert {row[0]: row[1] for row in documented} == defaults


def test_the_table_of_the_environment_is_what_the_code_reads():
    scripts = [p for folder in ("src", "tests") for p in (ROOT / folder).rglob("*.py")]
    read = set()
    for path in (ROOT / "profiles.yml", ROOT / "Makefile", *scripts):
        said = path.read_text(encoding="utf-8")
        read |= set(re.findall(r"\bSTRATA_[A-Z_]*[A-Z]\b", said))
    rows = table_rows("docs/configuration.md")
    assert {row[0] for row in rows if row[0].startswith("STRATA_")} == read


def test_every_rule_seed_is_in_the_table_of_own_rules():
    named = {row[0] for row in table_rows("docs/configuration.md")}
    assert stems("seeds", "csv") - named == set()


# Programs


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_has_a_page_that_shows_its_tiers(program):
    rows = table_rows(page(program))
    for tier in of_program(seed("tiers"), program):
        columns = ("tier_code", "tier_rank", "benefits", "benefit_cost_per_month")
        assert [tier[column] for column in columns] in rows


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_conditions_on_the_page_are_those_of_the_rules(program):
    lines = {(row[0], row[1]): row[2:] for row in table_rows(page(program))}
    for rule in of_program(seed("tier_rules"), program):
        bounds = [rule[column] for column in ("low", "high", "text_value")]
        values = [value for value in bounds if value]
        asked = " ".join([f"`{rule['feature_code']}`", rule["operator"], *values])
        (asks,) = lines[rule["tier_code"], rule["condition"]]
        assert asked in asks.split(", "), f"{page(program)}: {asked} is not there"


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_page_of_a_program_says_how_it_is_reviewed(program):
    (row,) = of_program(seed("programs"), program)
    said = text(page(program))
    assert f"`{row['review_grain']}`" in said
    assert f"`{row['downgrade_policy']}`" in said
    assert f"`validity_reviews` {row['validity_reviews']}" in said


# Models


@pytest.mark.parametrize("layer", LAYERS)
def test_every_layer_has_a_readme(layer):
    assert text(f"models/{layer}/README.md").startswith(f"# {layer}: ")


def test_every_description_of_a_model_begins_with_its_grain():
    wrong = [
        model["name"]
        for model in models()
        if "description" in model and not model["description"].startswith("One row")
    ]
    assert wrong == []


def test_every_model_has_a_description():
    described = {model["name"] for model in models() if model.get("description")}
    assert stems("models", "sql") - described == set()


def test_every_public_model_is_in_the_documents():
    public = [
        model["name"]
        for model in models()
        if model.get("config", {}).get("access") == "public"
    ]
    assert public
    pages = ("README.md", "docs/definitions.md", "docs/capabilities.md")
    named = "\n".join(text(page) for page in pages)
    assert [name for name in public if f"`{name}`" not in named] == []


# What the documents name


@pytest.mark.parametrize("document", documents(), ids=shown)
def test_every_relative_link_leads_somewhere(document):
    prose = FENCED.sub("", document.read_text(encoding="utf-8"))
    broken = []
    for link in LINK.findall(prose):
        target, _, heading = link.partition("#")
        if re.match(r"[a-z]+:", link):
            continue
        path = document.parent / target if target else document
        if not path.exists() or (heading and heading not in headings(path)):
            broken.append(link)
    assert broken == []


def headings(document: Path) -> set[str]:
    """The anchors of a document, as GitHub makes them."""
    found = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in found}


def test_every_command_in_the_documents_exists():
    commands = {
        each.name or each.callback.__name__
        for each in app.registered_commands
        if each.callback
    }
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    for document in documents():
        said = code(document)
        named = set(re.findall(r"(?:^|[`/\s])strata ([a-z][a-z-]*)", said))
        sources = set(re.findall(r"\bstrata load ([a-z][a-z-]*)", said))
        made = set(re.findall(r"(?:^|`)make ([a-z]+)", said, re.MULTILINE))
        assert named <= commands, document
        assert sources <= set(SOURCES), document
        assert made <= targets, document


def test_the_readme_says_how_many_people_the_demo_simulates():
    (users,) = re.findall(r"strata simulate --users (\d+)", text("Makefile"))
    for name in ("README.md", "README.zh-CN.md"):
        (row,) = (row for row in table_rows(name) if row[0] == "make demo")
        assert f"{int(users):,}" in row[1]


def test_every_table_in_the_documents_exists():
    columns = {
        column["name"]
        for entry in (*models(), *raw_tables())
        for column in entry.get("columns", [])
    }
    known = stems("models", "sql") | stems("seeds", "csv") | columns | planned()
    known |= {column for header in seed_headers().values() for column in header}
    known |= set(PROGRAMS)
    for document in documents():
        named = set(re.findall(rf"\b{TABLE}\w+\b(?!\*)", code(document)))
        assert named - known == set(), document


def test_every_column_of_the_rule_files_is_explained():
    common = {"label_en", "label_zh", "valid_from", "valid_to", "rationale"}
    explained: dict[str, set[str]] = {}
    name = ""
    for first, columns, *_ in table_rows("docs/rules.md"):
        name = first or name
        explained.setdefault(name, set()).update(re.findall(r"\w+", columns))
    boxes = {f"{score}_{end}" for score in "rfm" for end in ("low", "high")}
    explained["strata__rfm_segments"] |= boxes
    explained.pop("file", None)
    assert explained == {
        seed: set(header) - common for seed, header in seed_headers().items()
    }


def seed_headers() -> dict[str, list[str]]:
    """The columns of each rule file."""
    return {
        path.stem: path.read_text(encoding="utf-8").splitlines()[0].split(",")
        for path in (ROOT / "seeds/rules").glob("*.csv")
    }


def stems(folder: str, suffix: str) -> set[str]:
    """The names of the files of a kind, without the prefix of the project."""
    files = (ROOT / folder).rglob(f"*.{suffix}")
    return {path.stem.removeprefix("strata__") for path in files}


def raw_tables() -> list[dict[str, Any]]:
    contract = yaml.safe_load(text("models/staging/_strata__sources.yml"))
    return contract["sources"][0]["tables"]


def planned() -> set[str]:
    """The names of what the page of capabilities says is planned."""
    rows = [row for row in table_rows("docs/capabilities.md") if len(row) == 4]
    said = [row[3] for row in rows if row[2] == "planned"]
    said += [row[3].partition("Planned: ")[2] for row in rows if row[2] == "part"]
    return set(re.findall(r"\w+", " ".join(said)))


def test_the_chinese_readme_follows_the_english_one():
    def skeleton(name: str) -> list[list[str]]:
        said = text(name)
        heads = [line.split()[0] for line in said.splitlines() if line.startswith("#")]
        blocks = [b for b in FENCED.findall(said) if "flowchart" not in b]
        numbers = re.findall(r"\d[\d,.]*\d", said)
        return [heads, blocks, sorted(set(numbers))]

    assert skeleton("README.zh-CN.md") == skeleton("README.md")
