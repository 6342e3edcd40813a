"""Says in one sentence what is wrong with a setting."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from vidpred.errors import as_yaml, did_you_mean, pinpoint, reason, shown

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
        hint = _in_another_section(where[-1], sections) or did_you_mean(where[-1], known)
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


def _in_another_section(name: str, sections: type[BaseModel]) -> str:
    """Return `` (did you mean 'train.seed'?)`` where a section has a setting of this name, else nothing."""
    found = [
        repr(f"{section}.{name}")
        for section, field in sections.model_fields.items()
        if name in getattr(field.annotation, "model_fields", ())
    ]
    return f" (did you mean {' or '.join(found)}?)" if found else ""
