import json
import shutil
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from connect_errors import catalog
from connect_errors.catalog import errors, outcomes
from connect_errors.paths import OUTPUT_SCHEMA, SCHEMAS
from connect_errors.site import clear_caches
from connect_errors.site.data import errors_data
from connect_errors.site.data_schemas import data_schemas
from connect_errors.site.report_schemas import report_schemas
from connect_errors.site.schema_words import schema_path
from connect_errors.site.schemas import parameter_table

from tests.helpers.built_site import Build
from tests.helpers.html import parse
from tests.helpers.paths import ROOT
from tests.helpers.site import SITE, pages

BASE = "http://site.test/deep/base/"


def test_every_link_and_anchor_of_the_built_site_resolves(site: Path) -> None:
    ids: dict[Path, set[str]] = {}
    for page in pages(site):
        ids[page] = {one.attributes["id"] for one in parse(page.read_text()).walk() if "id" in one.attributes}
    broken, count = [], 0
    for page in pages(site):
        address = urljoin(BASE, page.relative_to(site).as_posix().removesuffix("index.html"))
        for element in parse(page.read_text()).walk():
            for name in ("href", "src"):
                link = element.attributes.get(name)
                if link is None or link.startswith(("javascript:", "mailto:")):
                    continue
                target = urlsplit(urljoin(address, link))
                if target.netloc != "site.test":
                    continue
                count += 1
                path = site / unquote(target.path).removeprefix("/deep/base/")
                path = path / "index.html" if path.is_dir() else path
                exists = target.path.startswith("/deep/base/") and path.is_file()
                if not exists or (target.fragment and unquote(target.fragment) not in ids.get(path, {"__"})):
                    broken.append(f"{page.relative_to(site)}: {link}")
    assert not broken
    assert count > 500


def test_pages_load_nothing_from_other_hosts(site: Path) -> None:
    loaded = {"script": "src", "img": "src", "iframe": "src", "link": "href", "source": "src"}
    for page in pages(site):
        for element in parse(page.read_text()).walk():
            if element.tag in loaded and element.attributes.get("rel") != "canonical":
                address = element.attributes.get(loaded[element.tag], "")
                assert not urlsplit(address).netloc, (page, address)


WARNINGS = [
    ("docs/errors.md", "\n[no such anchor](reference/rules.md#nowhere)\n", "does not contain an anchor '#nowhere'"),
    ("docs/errors.md", "\n[no such page](nowhere.md)\n", "'nowhere.md', but the target is not found"),
    ("docs/errors.md", "\n[absolute](/errors/)\n", "absolute link '/errors/'"),
    ("docs/left-out.md", "# Left out\n", 'not included in the "nav" configuration'),
]
ERROR = [("docs/errors.md", "\n<!-- nothing -->\n", "<!-- nothing --> has no section")]


@pytest.mark.slow
@pytest.mark.parametrize("wrong", [WARNINGS, ERROR], ids=["warnings", "an error"])
def test_the_build_fails_on_warnings_and_errors(
    build: Build, tmp_path: Path, wrong: list[tuple[str, str, str]]
) -> None:
    """Every warning is one that ends a strict build; an error ends it before any."""
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    shutil.copytree(ROOT / "overrides", tmp_path / "overrides")
    for name in ("mkdocs.yml", "mkdocs_hooks.py", "CHANGELOG.md", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    for path, text, _ in wrong:
        with (tmp_path / path).open("a") as page:
            page.write(text)
    result = build(tmp_path, tmp_path / "site")
    assert result.returncode == 1
    lines = [line for line in result.stderr.splitlines() if not line.startswith("INFO")]
    assert [message for _, _, message in wrong if not any(message in line for line in lines)] == []


def test_each_schema_is_published_at_its_id(site: Path) -> None:
    repository = {path.relative_to(ROOT): path for path in (ROOT / "schemas").rglob("*.json")}
    repository[Path("schemas/output/v1.json")] = OUTPUT_SCHEMA
    generated = {
        Path("schemas/redirect.bundled.json"),
        *(Path(schema_path(name)) for name in (data_schemas() | report_schemas())),
    }
    published = {path.relative_to(site): path for path in (site / "schemas").rglob("*.json")}
    assert published.keys() == repository.keys() | generated
    assert len(published) == 24
    for name, path in published.items():
        schema = json.loads(path.read_text())
        assert schema.pop("$id") == SITE + name.as_posix()
        assert name in generated or schema == json.loads(repository[name].read_text())


def test_references_between_published_schemas_resolve(site: Path) -> None:
    text = (site / "schemas/redirect.json").read_text()
    references = {line.split('"')[3] for line in text.splitlines() if '"$ref"' in line}
    assert references == {outcome.path for outcome in outcomes().values()}
    assert all((site / "schemas" / reference).is_file() for reference in references)


def test_the_handbook_is_published_as_data(site: Path) -> None:
    data = json.loads((site / "errors.json").read_text())
    assert data == errors_data()
    assert [error["code"] for error in data["errors"]] == list(errors())
    (denied,) = (error for error in data["errors"] if error["code"] == "access_denied")
    assert denied["who_acts"] == "vehicle-owner"
    assert denied["retry"] == "ask-again"
    assert denied["message"]["button"] == "Review permissions"
    assert denied["page"] == "https://connect-errors.github.io/errors/access_denied/"
    assert denied["schema"] == "https://connect-errors.github.io/schemas/errors/access_denied.json"
    assert [(one["name"], one["required"], one["branch"]) for one in denied["parameters"]] == [
        ("error", True, True),
        ("error_description", True, False),
        ("state", False, False),
        ("external_id", False, False),
    ]


def test_each_page_is_published_as_markdown_and_listed(site: Path) -> None:
    listed = {
        line.split("](")[1].split(")")[0] for line in (site / "llms.txt").read_text().splitlines() if "](" in line
    }
    markdown = {SITE + path.relative_to(site).as_posix() for path in site.rglob("*.md")}
    assert markdown <= listed
    assert len(markdown) == len(pages(site))
    for path in site.rglob("*.md"):
        text = path.read_text()
        assert text.startswith("# "), path
        assert "<!--" not in text, path
        assert "](../" not in text, path


def test_an_edited_schema_takes_effect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(SCHEMAS, tmp_path / "schemas")
    path = tmp_path / "schemas/errors/no_vehicles.json"
    path.write_text(path.read_text().replace("A description of the error, for developers.", "Edited."))
    assert "Edited." not in parameter_table(errors()["no_vehicles"])
    monkeypatch.setattr(catalog, "SCHEMAS", tmp_path / "schemas")
    try:
        clear_caches()
        assert "Edited." in parameter_table(errors()["no_vehicles"])
    finally:
        monkeypatch.undo()
        clear_caches()
