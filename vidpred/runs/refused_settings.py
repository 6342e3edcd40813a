"""Says in one sentence what is wrong with a setting."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from vidpred.errors import as_yaml, did_you_mean, reason, shown

A_KEY = "[key]"  # where pydantic complains about the key of a map, not about its value


def explain(problem: Mapping[str, Any], tree: Any, sections: type[BaseModel]) -> str:
    """Turn one of pydantic's complaints about ``tree`` into one sentence, with values as YAML has them.

    Args:
        problem: the complaint.
        tree: of settings, as people wrote it.
        sections: what it was to be.
    """
    steps, where = list(problem["loc"]), list[str]()
    if of_key := problem["type"] == "invalid_key" or steps[-1] == A_KEY:
        steps = steps[: -2 if steps[-1] == A_KEY else -1]
    for step in steps:
        if not isinstance(tree, Mapping) or step not in tree:
            break  # below a setting, pydantic goes on with the types it has tried
        where.append(str(step))
        tree = tree[step]
    told = problem["input"]
    for step in problem.get("ctx", {}).get("below", ()):  # to true or false in a map or a list
        where.append(str(step))
        told = told[step]
    setting, value = ".".join(where), as_yaml(told)
    if problem["type"] == "extra_forbidden":
        known = _names_beside(where, sections)
        return f"there is no setting {shown(setting)}{did_you_mean(where[-1], known)}; there are: {', '.join(known)}"
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
