"""The page: what is on it, and what happens when somebody does something."""

import shutil
import tempfile
from abc import ABCMeta
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import gradio as gr

from vidpred.applications.web.clips import TICK, Limits, look_at
from vidpred.applications.web.films import write_films
from vidpred.applications.web.futures import MOST_SAMPLES, Question, foresee, known_until, samples
from vidpred.applications.web.panels import WELCOME, moment_panel, player, trouble_panel
from vidpred.applications.web.shelf import Shelf
from vidpred.errors import VidpredError
from vidpred.machine.memory import memory_explained

HERE = Path(__file__).parent
TITLE = (
    "<h1>How does it go on?</h1><p>Give a short clip, pick a moment, and see the frames that a network expects next. "
    "Nothing leaves this machine.</p>"
)
PROGRESS = gr.Progress()  # which Gradio replaces by one that people see
ONE_AT_A_TIME = {"concurrency_limit": 1, "concurrency_id": "computing"}
CAMERA = {"video": {"width": {"ideal": 640}, "height": {"ideal": 480}}}  # else Gradio asks for all it can give
PRIVATE: dict[str, Any] = {"api_visibility": "private"}
HORIZON = 10  # frames that are predicted unless another number is chosen


class Unwritten(type(gr.Slider)):  # type: ignore[misc]
    """Makes classes of components as Gradio does, but writes no interface of theirs (.pyi) beside this file."""

    def __new__(cls, name: str, bases: tuple[type, ...], attributes: dict[str, Any]) -> "Unwritten":
        """Make one."""
        made: Unwritten = ABCMeta.__new__(cls, name, bases, attributes)
        return made


class Slider(gr.Slider, metaclass=Unwritten):  # type: ignore[misc]
    """A slider whose number may be emptied, to type another, without an error: it counts as its least then."""

    is_template = True  # to Gradio, a slider as any other

    def preprocess(self, payload: float | None) -> float:
        """Return the number."""
        number: float = super().preprocess(self.minimum if payload is None else payload)
        return number


class Page:
    """Builds the page and answers it.

    Args:
        shelf: the predictors to choose from.
        limits: what clips are taken.
        folder: where films are written to, and nobody else looks.
        example: a clip to try things on.
    """

    def __init__(self, shelf: Shelf, limits: Limits, folder: Path, example: Path):
        self.shelf, self.limits, self.folder, self.example = shelf, limits, folder, example
        self.is_over = Event()  # once it is set, what is being predicted stops at its next frame

    def build(self) -> gr.Blocks:
        """Lay the page out."""
        offered = list(self.shelf.offered().items())
        plain: dict[str, Any] = {"buttons": []}
        with gr.Blocks(title="vidpred", analytics_enabled=False, fill_width=True) as page:
            gr.HTML(TITLE, elem_id="vp-title")
            with gr.Row(equal_height=False):
                with gr.Column(scale=5, min_width=320):
                    clip = gr.Video(
                        show_label=False,
                        sources=["upload", "webcam"],
                        height=300,
                        elem_id="vp-clip",
                        webcam_options=gr.WebcamOptions(constraints=CAMERA),
                    )
                    example = gr.Button("Try the example clip", size="sm", elem_id="vp-example")
                    moment = Slider(0, 1, 0, step=TICK, label="Moment (seconds)", elem_id="vp-when", **plain)
                    most, usual = self.limits.furthest, min(HORIZON, self.limits.furthest)
                    horizon = Slider(1, most, usual, step=1, label="Frames to predict", **plain)
                    word = gr.Dropdown(offered, value=offered[0][1], label="Predictor", elem_id="vp-predictor")
                    number = Slider(1, MOST_SAMPLES, 4, step=1, label="Futures to sample", visible=False, **plain)
                    go = gr.Button("Predict", variant="primary", elem_id="vp-predict")
                with gr.Column(scale=8, min_width=360):
                    stage = gr.HTML(WELCOME, js_on_load=(HERE / "player.js").read_text(), elem_id="vp-stage")
                    with gr.Row(visible=False) as downloads:
                        compared = gr.DownloadButton("Download side by side", size="sm", elem_id="vp-compared")
                        alone = gr.DownloadButton("Download the prediction alone", size="sm", elem_id="vp-alone")
            hidden: dict[str, Any] = {**PRIVATE, "show_progress": "hidden"}
            clip.change(self.look, [clip, horizon], [stage, moment, downloads], **hidden)
            moment.input(self.show_moment, [clip, moment], [stage, downloads], trigger_mode="always_last", **hidden)
            moment.change(None, moment, None, js="(moment) => window.vidpredSeek?.(moment)", **PRIVATE)
            example.click(self.take_example, None, clip, **hidden)
            word.change(self.ask_for_number, word, number, **hidden, **ONE_AT_A_TIME)
            page.load(self.choices, word, [word, number], **hidden, **ONE_AT_A_TIME)
            asked, shown = [clip, moment, horizon, word, number], [stage, downloads, compared, alone]
            go.click(self.predict, asked, shown, show_progress_on=stage, **PRIVATE, **ONE_AT_A_TIME)
        return page

    def choices(self, word: str) -> tuple[Any, Any]:
        """Offer the predictors that there are now."""
        return gr.update(choices=list(self.shelf.offered().items())), self.ask_for_number(word)

    def take_example(self) -> str:
        """Return a copy of the example, which may be handed out."""
        folder = tempfile.mkdtemp(dir=self.folder)
        return str(shutil.copy(self.example, folder))

    def look(self, path: str | None, horizon: int) -> tuple[Any, ...]:
        """Show the moment of a new clip that its last frames follow, or what is wrong with the clip."""
        hidden = gr.update(visible=False)
        if path is None:
            return WELCOME, gr.update(value=0, maximum=1), hidden
        try:
            clip = look_at(Path(path), self.limits)
            moment = clip.moment_before(int(horizon))
            shown = moment_panel(known_until(clip.path, moment, self.limits), moment)
        except VidpredError as error:
            return trouble_panel(str(error)), gr.update(value=0, maximum=1), hidden
        return shown, gr.update(value=moment, maximum=clip.last_moment), hidden

    def show_moment(self, path: str | None, moment: float) -> tuple[Any, ...]:
        """Show the frame at another moment."""
        if path is None:
            return WELCOME, gr.update(visible=False)
        shown = told(lambda: moment_panel(known_until(Path(path), moment, self.limits), moment))
        return shown, gr.update(visible=False)

    def ask_for_number(self, word: str) -> Any:
        """Ask how many futures to sample, if the predictor samples."""
        try:
            return gr.update(visible=samples(self.shelf.take(word)))
        except VidpredError:
            return gr.update(visible=False)  # what is wrong is said when it is to predict

    def predict(
        self, path: str | None, moment: float, horizon: int, word: str, number: int, progress: Any = PROGRESS
    ) -> tuple[Any, ...]:
        """Show the futures, and offer them for download, or say what is wrong."""
        try:
            if path is None:
                raise VidpredError("there is no clip yet; drop one, record one, or try the example")
            question = Question(Path(path), float(moment), int(horizon), int(number))
            progress(0.0, desc="opening the predictor")
            with memory_explained("predict fewer frames, or take a smaller clip"):
                predictor = self.shelf.take(word)
                futures = foresee(question, predictor, self.limits, partial(self._tell, progress))
            films = write_films(futures, Path(tempfile.mkdtemp(dir=self.folder)), question.clip.stem)
            return player(futures), gr.update(visible=True), str(films[1]), str(films[0])
        except VidpredError as error:
            return trouble_panel(str(error)), gr.update(visible=False), None, None

    def _tell(self, progress: Any, share: float, what: str) -> None:
        """Show how far it is."""
        if self.is_over.is_set():
            raise VidpredError("the page was ended; start it again")
        progress(share, desc=what)


def told(show: Callable[[], str]) -> str:
    """Return what is to be shown, or what is wrong."""
    try:
        return show()
    except VidpredError as error:
        return trouble_panel(str(error))
