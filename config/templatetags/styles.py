"""How templates name their style sheets."""

from django import template

from config import styles

register = template.Library()


@register.simple_tag
def sheet_address(names: str) -> str:
    """Where these files of static/css are, as one."""
    return styles.sheet_address(names)
