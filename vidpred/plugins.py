"""Plug-ins: users' own parts, loaded because they are installed or because the user names them.

The plug-ins recorded in a config or a checkpoint are compared and shown, but never imported.
"""

import hashlib
import importlib
import importlib.util
import shlex
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from importlib.machinery import SourceFileLoader
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from vidpred.errors import Note, VidpredError
from vidpred.machine.files import from_home, real_path, sha256_of

GROUP = "vidpred.parts"  # of the entry points of installed plug-ins
PACKAGE = Path(__file__).parent
KINDS = (  # modules of vidpred's own parts, which are registered first: no plug-in may take their names
    *("data", "discriminators", "generators", "losses", "metrics", "metrics.features", "predictors", "tasks"),
    "training.augmentations",
)
LONGEST_SHOWN = 300  # characters of a name or version read from a file


class PluginWarning(Note):
    """An installed plug-in cannot be loaded, or a plug-in has changed."""


@dataclass(frozen=True)
class Plugin:
    """The origin of parts, as recorded in settings."""

    kind: Literal["distribution", "module", "file"]  # how it is loaded
    name: str  # of the distribution, dotted name of the module, or path of the file
    version: str  # of the distribution, else the SHA-256 of its source
    parts: tuple[str, ...]  # each by kind and name, such as "predictor unet"

    @property
    def source(self) -> tuple[str, ...]:
        """What identifies a plug-in, wherever it is loaded from."""
        return (self.name, self.version) if self.kind == "distribution" else (self.version,)


@dataclass(frozen=True)
class _Entry:
    part: str
    undo: Callable[[], object]


class Plugins:
    """Loads plug-ins, and knows which part came from which plug-in."""

    def __init__(self) -> None:
        self._loaded: dict[str, Plugin] = {}  # by module or by file
        self._origins: dict[str, Plugin] = {}  # by part
        self._imported: dict[str, str] = {}  # the module of each part that a user's own code registered, by part
        self._broken: set[str] = set()  # names of distributions
        self._recorded: dict[str, Plugin] = {}  # by part: from the settings that were read last
        self._entries: list[_Entry] | None = None  # of the plug-in that is being loaded
        self._searched = False
        self._lock = threading.RLock()

    def load(self, name: str) -> Plugin:
        """Load a plug-in that the user names; one that is already loaded is not loaded again.

        Args:
            name: path of a Python file, or dotted name of a module, installed or in the current folder.

        Raises:
            VidpredError: there is none, it raises an error, it registers no part, or a name is taken.
        """
        with self._lock:
            self.load_installed()
            file = from_home(name)
            if file.suffix == ".py" or file.is_file():
                if not file.is_file():
                    raise VidpredError(f"there is no plug-in {_shown(name)}; name a Python file that exists")
                path = real_path(file)
                return self._load("file", str(path), str(path), lambda: _import_file(path))
            if str(Path.cwd()) not in sys.path:
                sys.path.append(str(Path.cwd()))  # last, so that nothing in it shadows another module
            return self._load("module", name, name, lambda: _import_module(name))

    def load_installed(self) -> None:
        """Load all installed plug-ins, once; broken ones are skipped with a warning."""
        with self._lock:
            if self._searched:
                return
            self._searched = True
            for entry in entry_points(group=GROUP):
                name, version = (entry.dist.name, entry.dist.version) if entry.dist else (entry.name, "")
                try:
                    self._load("distribution", name, entry.module, entry.load, version)
                except VidpredError as error:
                    self._broken.add(name)
                    warnings.warn(f"{error}; its parts are missing until then", PluginWarning, stacklevel=1)

    def enter(self, part: str, value: Any, undo: Callable[[], object]) -> None:
        """Record a part that is being registered.

        Args:
            part: its kind and name.
            value: the part.
            undo: removes it from its registry again.
        """
        if self._entries is not None:
            self._entries.append(_Entry(part, undo))
        elif not (module := getattr(value, "__module__", "")).startswith("vidpred."):
            self._imported[part] = module

    def origins(self, parts: Iterable[str]) -> list[Plugin]:
        """Return the plug-ins that ``parts`` came from, each listing only those of its parts."""
        used: dict[Plugin, list[str]] = {}
        for part in dict.fromkeys(parts):
            if (plugin := self._origin(part)) is not None:
                used.setdefault(replace(plugin, parts=()), []).append(part)
        return [replace(plugin, parts=tuple(sorted(own))) for plugin, own in used.items()]

    def any_foreign(self, parts: Iterable[str]) -> bool:
        """Return whether any of ``parts`` is not vidpred's own: from a plug-in, or from code that was run."""
        return any(part in self._origins or part in self._imported for part in parts)

    def remember(self, recorded: Iterable[Plugin]) -> None:
        """Remember the plug-ins recorded in settings, to explain missing parts, and warn of those that have changed."""
        for plugin in recorded:
            self._recorded.update(dict.fromkeys(plugin.parts, plugin))
            self._note_changes(plugin, (self._origin(part) for part in plugin.parts))

    def explain_missing(self, part: str) -> str | None:
        """Say in one sentence which plug-in a missing part is from, if the settings that were read record it."""
        plugin = self._recorded.get(part)
        if plugin is None:
            return None
        kind, _, name = part.rpartition(" ")
        start = f"the {kind} {_shown(name)!r} is from the plug-in {_shown(plugin.name)}"
        if any((other.kind, other.name) == (plugin.kind, plugin.name) for other in self._loaded.values()):
            return f"{start}, which is loaded but no longer has it; use the version of the plug-in that had it"
        if plugin.kind == "distribution" and plugin.name in self._broken:
            return f"{start}, which is installed but cannot be loaded; fix it as the warning about it says"
        if plugin.kind == "distribution":
            return (
                f"{start} {_shown(plugin.version)}, which is not installed here; install that package, or name its "
                "module with --plugin, if you trust it"
            )
        return (
            f"{start}, which is not loaded; add --plugin {shlex.quote(_shown(plugin.name))} to the command (in Python: "
            "vidpred.plugins.load_plugin), if you trust it"
        )

    def _note_changes(self, then: Plugin, now: Iterable[Plugin | None]) -> None:
        """Warn of plug-ins that have replaced the one recorded as ``then``."""
        for plugin in dict.fromkeys(now):
            if plugin is not None and plugin.source != then.source:
                warnings.warn(
                    f"what was trained with {_described(then)} now runs with {_described(plugin)}; results may differ",
                    PluginWarning,
                    stacklevel=1,
                )

    def _load(self, kind: Any, name: str, place: str, read: Callable[[], ModuleType], version: str = "") -> Plugin:
        if place in self._loaded:
            return self._loaded[place]
        for own in KINDS:
            importlib.import_module(f"vidpred.{own}")  # from here on, whatever is registered is the plug-in's
        outer, self._entries = self._entries, []
        before, module = place in sys.modules, None
        try:
            module = read()
            parts = [entry.part for entry in self._entries]
            if not parts and not before:
                raise VidpredError("it registers no part; decorate one, as with @PREDICTORS.register('my_predictor')")
        except (Exception, SystemExit) as error:
            for entry in self._entries:
                entry.undo()
            if module is not None:
                sys.modules.pop(module.__name__, None)  # so that it is read again once it is fixed
            raise VidpredError(f"cannot load the plug-in {_shown(name)}: {_reason(error)}") from error
        finally:
            self._entries = outer
        plugin = Plugin(kind, name, version or source_hash(module), tuple(parts))
        self._loaded[place] = plugin
        self._origins.update(dict.fromkeys(parts, plugin))
        for then in dict.fromkeys(self._recorded[part] for part in parts if part in self._recorded):
            self._note_changes(then, [plugin])
        return plugin

    def _origin(self, part: str) -> Plugin | None:
        if part in self._origins:
            return self._origins[part]
        if part not in self._imported:
            return None
        self.load_installed()  # a script may have imported an installed one by itself
        module = f"{self._imported[part]}."
        return next((plugin for place, plugin in self._loaded.items() if module.startswith(f"{place}.")), None)


PLUGINS = Plugins()
load_plugin = PLUGINS.load


def as_options(plugins: Iterable[Plugin]) -> str:
    """Return the command-line options that load ``plugins``, with a leading space; none for installed ones."""
    return "".join(f" --plugin {shlex.quote(plugin.name)}" for plugin in plugins if plugin.kind != "distribution")


def _import_file(path: Path) -> ModuleType:
    """Import a file under a name that no other module has."""
    name = f"{path.stem}_{hashlib.sha256(str(path).encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"
    spec = importlib.util.spec_from_file_location(name, path, loader=SourceFileLoader(name, str(path)))
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _import_module(name: str) -> ModuleType:
    missing = VidpredError(
        "there is neither such a file nor such a module; name a Python file, such as my_parts.py, or a module that is "
        "installed or in the current folder, such as my_package.parts"
    )
    if not all(word.isidentifier() for word in name.split(".")):
        raise missing
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if f"{name}.".startswith(f"{error.name}."):
            raise missing from None
        raise


def source_hash(module: ModuleType) -> str:
    """Return the SHA-256 of a module's source; of a package, that of all of its files together."""
    if module.__file__ is None:
        return ""
    file = Path(module.__file__)
    if not hasattr(module, "__path__"):
        return sha256_of(file)
    files = sorted(file.parent.rglob("*.py"))
    return hashlib.sha256("".join(map(sha256_of, files)).encode()).hexdigest()


def _reason(error: BaseException) -> str:
    """Say what went wrong while a plug-in was imported, and where in it."""
    text = " ".join(str(error).split())
    if isinstance(error, VidpredError):
        return text
    outside = (str(PACKAGE), str(Path(importlib.__file__).parent), "<")
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not frame.filename.startswith(outside)]
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(Path(frames[0].filename).parent)]
    place = f" in {Path(own[-1].filename).name}, line {own[-1].lineno}" if own else ""
    return f"{type(error).__name__}{place}: {text or 'no message'}; fix it, or see more with --debug"


def _described(plugin: Plugin) -> str:
    version = plugin.version if plugin.kind == "distribution" else f"(SHA-256 {plugin.version[:12]})"
    return f"the plug-in {_shown(plugin.name)} {_shown(version)}"


def _shown(text: str) -> str:
    """Return text from a file, shortened and without control characters, so that it can only be read as a name."""
    return "".join(letter if letter.isprintable() else "?" for letter in text[:LONGEST_SHOWN])
