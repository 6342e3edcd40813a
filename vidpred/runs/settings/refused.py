"""Says in one sentence what is wrong with a setting."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from vidpred.errors import as_yaml, did_you_mean, pinpoint, reason, shown

SYNONYMS = {"learning_rate": "lr", "iterations": "steps"}  # what others call a setting
A_KEY = "[key]"  # where pydantic complains about the key of a map, not about its value


def explain(problem: Mapping[str, Any], tree: Any, sections: type[BaseModel]) -> str:
    """Turn one of pydantic's complaints about ``tree`` into one sentence, with values as YAML has them.

    Args:
        problem: the complaint.
        tree: of settings, as people wrote it.
        sections: what it was to be.
    """
    location, told = list(problem["loc"]), problem["input"]
    if of_key := problem["type"] == "invalid_key" or location[-1] == A_KEY:
        location = location[: -2 if location[-1] == A_KEY else -1]
    where, _ = pinpoint(tree, location)
    for step in problem.get("ctx", {}).get("below", ()):  # to true or false in a map or a list
        where.append(str(step))
        told = told[step]
    setting, value = ".".join(where), as_yaml(told)
    if problem["type"] == "extra_forbidden":
        known = _names_beside(where, sections)
        hint = _hint(where[-1], known, sections)
        return f"there is no setting {shown(setting)}{hint}; there are: {', '.join(known)}"
    if of_key:
        place = f"setting {setting} has" if where else "there is"
        return f"{place} the key {value}, which is no name; write it in quotes, if it is one, or take it away"
    return f"setting {setting} is {value}, which is not accepted: {reason(problem)}"


def _names_beside(where: Sequence[str], sections: type[BaseModel]) -> list[str]:
    for name in where[:-1]:
        annotation = sections.model_fields[name].annotation
        assert isinstance(annotation, type)
        sections = annotation
    return list(sections.model_fields)


def settings_called(name: str, sections: type[BaseModel]) -> list[str]:
    """Return what sections have under a name, or under another one for the same, such as ``train.seed``."""
    kinds = {section: field.annotation for section, field in sections.model_fields.items()}
    return [
        f"{section}.{meant(name)}"
        for section, kind in kinds.items()
        if isinstance(kind, type) and issubclass(kind, BaseModel) and meant(name) in kind.model_fields
    ]


def meant(name: str) -> str:
    """Return what a setting is called here that others may call so."""
    return SYNONYMS.get(name, name)


def _hint(name: str, known: Sequence[str], sections: type[BaseModel]) -> str:
    """Return `` (did you mean 'train.seed'?)`` for a setting that is another one, here or elsewhere, else nothing."""
    if meant(name) in known:
        return f" (did you mean {meant(name)!r}?)"
    if elsewhere := settings_called(name, sections):
        return f" (did you mean {' or '.join(map(repr, elsewhere))}?)"
    return did_you_mean(name, known)
