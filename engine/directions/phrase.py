"""A direction from a phrase, where OpenCLIP and its weights are on this machine; nothing is ever fetched for it.

The text's direction is StyleCLIP's (Patashnik et al. 2021, 2103.17249, section 6.1: the phrase less a plain one, over
many sentences). Here it is a measure of pictures, so that a phrase is learned, tried on held-out faces and given its
range as any other label is.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from engine.directions.learn import PSI, Lesson, learn
from engine.directions.measures import Numbers, Pictures
from engine.directions.pack import check_name
from engine.directions.pictures import label
from engine.errors import ModelFileError, VisagistError
from engine.job import Job, Progress
from engine.models.model import Model
from engine.paths import data_dir

FACES = 600  # pictures that are measured: some hundred tell a linear attribute
PLAIN = "a face"
TEMPLATES = (
    "{}",
    "a photo of {}",
    "a close-up photo of {}",
    "a bright photo of {}",
    "a dark photo of {}",
    "a cropped photo of {}",
    "a portrait of {}",
    "a rendering of {}",
)


def weights_folder() -> Path:
    """Where a person puts the weights of a CLIP network."""
    return data_dir() / "clip"


def how_to_get_it() -> str:
    """What is missing, and how to get it; nothing where all is here."""
    if importlib.util.find_spec("open_clip") is None:
        return "Words need OpenCLIP: install it (pip install open_clip_torch)."
    if not weights():
        return f"Words need the weights of a CLIP network: put ViT-B-32.safetensors into {weights_folder()}."
    return ""


def weights() -> list[Path]:
    """The weights there are; a file's name is the network's."""
    return sorted(weights_folder().glob("*.safetensors"))


def learn_phrase(model: Model, phrase: str, plain: str = PLAIN, count: int = FACES) -> Job[Lesson]:
    """The direction of a phrase like "a face with freckles" against a plain one.

    Raises VisagistError where OpenCLIP or its weights are missing, and where w does not tell the phrase.
    """
    check_name(phrase)
    yield Progress(0, 0, "opening the CLIP network")
    measurer = Phrase(phrase, plain)
    labels = yield from label(model, measurer, range(count), PSI)
    return (yield from learn(model, labels))


class Phrase:
    """A measurer: how much more a picture is like the phrase than like the plain one."""

    def __init__(self, phrase: str, plain: str) -> None:
        missing = how_to_get_it()
        if missing:
            raise VisagistError(missing[0].lower() + missing[1:].removesuffix("."))
        import open_clip

        path = weights()[0]
        if path.stem not in open_clip.list_models():
            raise ModelFileError(path, "OpenCLIP knows no network of this name", "name it like ViT-B-32.safetensors")
        words = (open_clip.get_model_config(path.stem) or {}).get("text_cfg", {})
        if any(key.startswith("hf_") for key in words):
            raise ModelFileError(
                path,
                f"OpenCLIP would fetch a part of {path.stem} from the net",
                "take one that is whole, like ViT-B-32",
            )
        self.names = (phrase,)
        self.network, _, self.prepare = open_clip.create_model_and_transforms(path.stem, pretrained=None)
        try:
            self.network.load_state_dict(load_file(path))
        except (SafetensorError, RuntimeError, OSError) as error:
            raise ModelFileError(path, f"it does not hold the weights of {path.stem} ({str(error)[:80]})") from error
        self.network.eval()
        tokens = open_clip.get_tokenizer(path.stem)
        towards = self.text(tokens, phrase) - self.text(tokens, plain)
        if float(towards.norm()) < 1e-6:
            raise VisagistError(f"'{phrase}' says the same as '{plain}'; say what is to change")
        self.towards = towards / towards.norm()

    @torch.no_grad()
    def text(self, tokens: Any, phrase: str) -> Tensor:
        """The mean of what the network makes of a phrase in many sentences, of length 1."""
        found = self.network.encode_text(tokens([template.format(phrase) for template in TEMPLATES]))
        mean = (found / found.norm(dim=-1, keepdim=True)).mean(0)
        unit: Tensor = mean / mean.norm()
        return unit

    @torch.no_grad()
    def __call__(self, pictures: Pictures) -> Numbers:
        """uint8 [N, H, W, 3] -> [N, 1]."""
        from PIL import Image

        seen = self.network.encode_image(torch.stack([self.prepare(Image.fromarray(one)) for one in pictures]))
        seen = seen / seen.norm(dim=-1, keepdim=True)
        return np.asarray((seen @ self.towards)[:, None].double().numpy())
