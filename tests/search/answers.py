"""Read the search's pages: titles, cards, counts and links out of the HTML."""

from urllib.parse import parse_qs, urlsplit

from django.test import Client
from lxml import html


def get(client: Client, path: str, **query: object) -> html.HtmlElement:
    response = client.get(path, query)
    assert response.status_code == 200
    return html.document_fromstring(response.content.decode())


def text(tree: html.HtmlElement, xpath: str) -> list[str]:
    return [" ".join(found.text_content().split()) for found in tree.xpath(xpath)]


def titles(tree: html.HtmlElement) -> list[str]:
    return text(tree, "//ul[contains(@class, 'results')]/li/h3")


def rows(tree: html.HtmlElement) -> list[html.HtmlElement]:
    found: list[html.HtmlElement] = tree.xpath("//ul[contains(@class, 'results')]/li")
    return found


def count(tree: html.HtmlElement) -> str:
    (words,) = text(tree, "//main//*[contains(@class, 'count')][@role='status']")
    return words


def queries(tree: html.HtmlElement, xpath: str) -> list[dict[str, list[str]]]:
    """Return the query of each link."""
    return [parse_qs(urlsplit(link).query) for link in tree.xpath(f"{xpath}/@href")]
