"""Published weights: found, downloaded, verified, and read without executing code from a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from vidpred.errors import VidpredError
from vidpred.machine.files import sha256_of
from vidpred.machine.regular_files import utf8_name

CONVERSION = (
    'python -c "import sys, torch; from safetensors.torch import save_file; '
    'save_file(torch.load(sys.argv[1], weights_only=True), sys.argv[2])" FILE FILE.safetensors'
)


@dataclass(frozen=True)
class PublishedWeights:
    """A published file of weights, and how to verify it."""

    of: str  # what needs it, for messages
    file: str
    url: str
    sha256: str  # its first digits at least; empty where its publisher states none

    def find(self, given: Path | None = None) -> Path:
        """Return the file: the given one, torch's cached copy, or a verified download.

        Nothing is downloaded that cannot be verified.

        Raises:
            VidpredError: the file does not exist and cannot be downloaded.
        """
        if given is not None:
            if not given.is_file():
                raise VidpredError(f"there is no file {given}; name the weights for {self.of} ({self.file})")
            return given
        if not self.sha256:
            raise VidpredError(
                f"{self.of} is not available: its weights are not downloaded, because their publisher states no "
                f"checksum; fetch {self.url}, convert it ({CONVERSION}) and name the result as weights"
            )
        cached = Path(torch.hub.get_dir()) / "checkpoints" / self.file
        if cached.is_file() and self.is_published(cached):
            return cached
        try:
            cached.parent.mkdir(parents=True, exist_ok=True)
            torch.hub.download_url_to_file(self.url, str(cached), hash_prefix=self.sha256)
        except (URLError, OSError, RuntimeError) as error:  # RuntimeError where the checksum differs
            raise VidpredError(
                f"{self.of} is not available: its weights cannot be downloaded ({error}); "
                f"fetch {self.url} on a machine that is online and name the file as weights"
            ) from None
        return cached

    def is_published(self, path: Path) -> bool:
        """Return whether the content of ``path`` is the published file's."""
        return bool(self.sha256) and sha256_of(path).startswith(self.sha256)

    def read(self, path: Path) -> Mapping[str, Tensor]:
        """Return the tensors of ``path`` by name: of any .safetensors, or of the published file itself.

        Files of other formats than safetensors are opened only when their checksum is the published one.

        Raises:
            VidpredError: another file, or a damaged one.
        """
        if path.suffix == ".safetensors":
            try:
                with utf8_name(path) as name:
                    tensors: Mapping[str, Tensor] = load_file(name)
            except (SafetensorError, OSError) as error:
                raise VidpredError(
                    f"{path} is damaged or no safetensors file ({error}); name the weights for {self.of}"
                ) from None
            return tensors
        if not self.is_published(path):
            expected = f"the published {self.file} (SHA-256 {self.sha256[:8]}...)" if self.sha256 else "safetensors"
            raise VidpredError(
                f"{path} has the SHA-256 {sha256_of(path)[:8]}..., but only {expected} is read as weights for "
                f"{self.of}, for safety; fetch {self.url}, or convert a file that you trust: {CONVERSION}"
            )
        return torch.hub.load_state_dict_from_url(
            self.url, str(path.parent), map_location="cpu", file_name=path.name, weights_only=True
        )


def load_weights(network: nn.Module, weights: Mapping[str, Tensor], path: Path, of: str) -> None:
    """Load all weights of ``network``, frozen and in evaluation mode; unknown tensors are ignored.

    Raises:
        VidpredError: a tensor is missing or has another shape.
    """
    wanted = {name: value for name, value in network.state_dict().items() if not name.endswith("num_batches_tracked")}
    for name, value in wanted.items():
        if name not in weights or weights[name].shape != value.shape:
            found = f"is {tuple(weights[name].shape)}" if name in weights else "is missing"
            raise VidpredError(
                f"{path} holds no weights for {of}: {name} {found} where {tuple(value.shape)} is needed; "
                "name the file that was made for it"
            )
    network.load_state_dict({name: weights[name] for name in wanted}, strict=False)
    network.eval().requires_grad_(False)
