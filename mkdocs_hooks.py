"""MkDocs hooks: a thin adapter from the pages of `docs/` to the functions of `connect_errors.site`."""

import tomllib
from pathlib import Path
from typing import Any

from connect_errors.catalog import errors
from connect_errors.cli.reference import COMMAND_LINE_SECTIONS
from connect_errors.handbook import page as handbook_page
from connect_errors.paths import CatalogError
from connect_errors.site import clear_caches
from connect_errors.site.aliases import alias_page, aliases
from connect_errors.site.check_data import check_json
from connect_errors.site.check_form import add_policy
from connect_errors.site.data_files import published_data
from connect_errors.site.html import postprocess
from connect_errors.site.llms import Entry, llms_full_text, llms_text
from connect_errors.site.markdown import absolute_links, fill_markers
from connect_errors.site.markup import add_markup, put_into_tabs
from connect_errors.site.schemas import published_schemas
from connect_errors.site.search import search_ranking
from connect_errors.site.sections import sections_of
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

_published: dict[str, str] = {}
"""The Markdown of each page by path; written when the build ends."""
_pages: list[Page] = []
"""The pages, in the order of the navigation."""


def on_config(config: MkDocsConfig) -> None:
    """Reload schemas and pages; add the errors to the navigation, and the version to the footer."""
    clear_caches()
    config["extra"]["codes"] = list(errors())
    config["copyright"] = f"{_version(Path(config.config_file_path).parent)} {config['copyright']}"
    nav: list[dict[str, Any]] = config["nav"]
    (group,) = (item for item in nav if "Errors" in item)
    group["Errors"] = [*group["Errors"][:1], *(f"errors/{code}.md" for code in errors())]


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add generated files: schemas, data, the changelog."""
    try:
        generated = published_schemas() | published_data() | {"check.json": check_json()}
    except CatalogError as error:
        raise PluginError(str(error)) from error
    changelog = Path(config.config_file_path).with_name("CHANGELOG.md").read_text(encoding="utf-8")
    generated["reference/changelog.md"] = (
        f"---\ndescription: What changed in connect-errors, by version.\nsearch:\n  boost: 0.1\n---\n{changelog}"
    )
    for path, content in generated.items():
        files.append(File.generated(config, path, content=content))
    _published.clear()
    return files


def _version(root: Path) -> str:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    is_released = f"## {project['version']}" in (root / "CHANGELOG.md").read_text(encoding="utf-8")
    return f"Version {project['version']}{'' if is_released else ', not released yet'}."


def on_pre_page(page: Page, **_: object) -> Page:
    """Remove the edit link from generated pages, and from the home page, which has no room for it."""
    if page.file.generated_by or page.is_homepage:
        page.edit_url = None
    return page


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Replace the markers: with plain Markdown in the published source, with extra markup in the page."""
    path = page.file.src_uri
    if path.startswith("errors/"):
        code = path.removeprefix("errors/").removesuffix(".md")
        page.meta.update(description=handbook_page(code).summary, **search_ranking(code))
    try:
        sections = sections_of(path) | COMMAND_LINE_SECTIONS
        _published[path] = absolute_links(fill_markers(markdown, sections), path).strip() + "\n"
        return put_into_tabs(fill_markers(markdown, sections, lambda name, text: add_markup(path, name, text)))
    except CatalogError as error:
        raise PluginError(f"{path}: {error}") from error


def on_post_page(output: str, page: Page, **_: object) -> str:
    """Finish the page for phones and screen readers; a page with the checker gets a policy that blocks other sites."""
    html = postprocess(output)
    return add_policy(html) if page.meta.get("check") else html


def on_nav(nav: Navigation, **_: object) -> None:
    """Record the order of the pages."""
    _pages[:] = nav.pages


def on_post_build(config: MkDocsConfig) -> None:
    """Publish each page as Markdown, the page lists for language models, and the aliases."""
    entries = [
        Entry(
            next((str(group.title) for group in page.ancestors), "Start"),
            str(page.title),
            page.file.src_uri,
            page.meta["description"],
        )
        for page in _pages
    ]
    texts = _published | {
        "llms.txt": llms_text(config.site_name, str(config.site_description), entries),
        "llms-full.txt": llms_full_text((page.file.src_uri, _published[page.file.src_uri]) for page in _pages),
    }
    texts |= {f"{alias}index.html": alias_page(alias, target) for alias, target in aliases().items()}
    for path, text in texts.items():
        target = Path(config.site_dir, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
