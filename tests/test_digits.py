"""A digit is found, centered and read in any picture, or one error says why not."""

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw
from torch import nn

from lessons_lib.data import mnist
from lessons_lib.digits import center_digit, read_digit


def drawn(size=(120, 90), ink="black", paper="white", mode="RGB", at=(0, 0)):
    """Draw a 7."""
    picture = Image.new(mode, size, paper)
    corners = [(20, 15), (60, 15), (35, 75)]
    line = [(at[0] + x, at[1] + y) for x, y in corners]
    ImageDraw.Draw(picture).line(line, fill=ink, width=6)
    return picture


def center_of_mass(image):
    rows, columns = torch.meshgrid(
        torch.arange(28.0), torch.arange(28.0), indexing="ij"
    )
    return torch.stack([(image * rows).sum(), (image * columns).sum()]) / image.sum()


def near(a, b, allowed=0.02):
    """Tell whether two pictures are the same, but for a pixel to the left or right."""
    moved = [a.roll(step, dims=3) for step in (-1, 0, 1)]
    return min((m - b).abs().mean().item() for m in moved) < allowed


SEVEN = center_digit(drawn())


def test_form_is_that_of_mnist():
    assert SEVEN.shape == (1, 1, 28, 28) and SEVEN.dtype == torch.float32
    assert SEVEN.min() == 0 and SEVEN.max() == 1
    inked = SEVEN[0, 0].nonzero()
    sides = inked.amax(dim=0) - inked.amin(dim=0) + 1
    assert sides.max() == 20
    assert (center_of_mass(SEVEN[0, 0]) - 14).abs().max() <= 0.5


@pytest.mark.parametrize(
    "picture",
    [
        drawn(ink="white", paper="black"),
        drawn(ink="yellow", paper="navy"),
        drawn(ink="red", paper="lime"),  # nearly the same gray
        drawn(ink=(150, 150, 150), paper=(210, 205, 200)),
        drawn(ink=0, paper=255, mode="L"),
        drawn(ink=0, paper=1, mode="1"),
        drawn(ink=9000, paper=0, mode="I"),
        drawn(ink=(0, 0, 0, 255), paper=(0, 0, 0, 0), mode="RGBA"),
        drawn(ink=(255, 255, 255, 255), paper=(255, 255, 255, 0), mode="RGBA"),
        drawn().convert("P"),
        drawn().convert("CMYK"),
        drawn(size=(400, 300), at=(250, 180)),
        drawn().resize((360, 270)),
        drawn().resize((2400, 1800)),
    ],
    ids=lambda picture: f"{picture.mode}-{picture.size}",
)
def test_color_polarity_place_and_size_do_not_matter(picture):
    assert near(center_digit(picture), SEVEN)


def test_arrays_and_tensors():
    array = np.asarray(drawn())
    gray = np.asarray(drawn().convert("L"))
    pictures = [
        array,
        array / 255,
        array.transpose(2, 0, 1).copy(),
        np.asarray(drawn().convert("RGBA")),
        gray,
        gray[None],
        gray[:, :, None],
        gray[None, None],
        gray < 128,
        torch.from_numpy(gray.copy()),
        torch.from_numpy(gray / 255).float()[None],
        torch.from_numpy(array.transpose(2, 0, 1) / 255),
    ]
    for picture in pictures:
        assert near(center_digit(picture), SEVEN), picture.shape


def test_a_file_turned_by_the_camera(tmp_path):
    turned = drawn().transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6  # "turn by 90 degrees to the right to look at it"
    turned.save(tmp_path / "seven.png", exif=exif)
    assert near(center_digit(tmp_path / "seven.png"), SEVEN)
    assert near(center_digit(str(tmp_path / "seven.png")), SEVEN)


def test_paper_with_a_shadow():
    shadow = np.linspace(0, 40, 120)[None, :, None]
    photo = np.asarray(drawn()) * 0.7 + shadow
    assert near(center_digit(photo.astype(np.uint8)), SEVEN)


def test_a_thin_stroke_gets_full_strength():
    picture = Image.new("L", (300, 300), 255)
    ImageDraw.Draw(picture).line([(150, 40), (150, 260)], fill=0, width=2)
    image = center_digit(picture)
    assert image.max() == 1 and (image > 0).any(dim=3).sum() == 20


def test_digits_of_mnist_stay_what_they_are():
    _, test = mnist()
    again = torch.cat([center_digit(image) for image in test.images[:100]])
    assert (again - test.images[:100]).abs().max() < 0.1


@pytest.mark.parametrize(
    ("picture", "error", "message"),
    [
        ("no/such.png", FileNotFoundError, "no file 'no/such.png'"),
        (None, TypeError, "got NoneType"),
        ([[0, 1]], TypeError, "got list"),
        (Image.new("L", (50, 50), 255), ValueError, "nothing in this picture"),
        (torch.zeros(28, 28), ValueError, "nothing in this picture"),
        (np.full((28, 28), 200), ValueError, "nothing in this picture"),
        (drawn(ink=(250, 250, 250)), ValueError, "nothing in this picture"),
        (np.eye(5), ValueError, "5 x 5 pixels is too small"),
        (np.zeros(784), ValueError, r"shape \(784,\) is not one picture"),
        (np.zeros((7, 28, 28)), ValueError, "one at a time"),
        (torch.zeros(2, 1, 28, 28), ValueError, "one at a time"),
        (np.zeros((0, 28)), ValueError, "holds no pixels"),
        (np.full((28, 28), "a"), ValueError, "holds no pixels"),
        (np.full((28, 28), np.nan), ValueError, "expected 0 to 255"),
        (np.linspace(-1, 1, 784).reshape(28, 28), ValueError, "Undo any normal"),
        (np.linspace(0, 999, 784).reshape(28, 28), ValueError, "expected 0 to 255"),
        (np.linspace(0, 1, 784).reshape(28, 28), ValueError, "Crop it"),
    ],
)
def test_what_is_no_picture_of_a_digit(picture, error, message):
    with pytest.raises(error, match=message):
        center_digit(picture)


def test_a_file_that_is_no_picture(tmp_path):
    (tmp_path / "words.png").write_text("no picture")
    with pytest.raises(ValueError, match="can't be read as a picture"):
        center_digit(tmp_path / "words.png")


def test_a_file_that_is_too_large_a_picture(tmp_path, monkeypatch):
    Image.new("L", (100, 100)).save(tmp_path / "large.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(ValueError, match="can't be read as a picture"):
        center_digit(tmp_path / "large.png")


class Sums(nn.Module):
    """Answers 3, the surer the more ink there is; only in evaluation mode."""

    def __init__(self, classes=10):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))
        self.classes = classes

    def forward(self, images):
        assert not self.training
        logits = torch.zeros(len(images), self.classes)
        logits[:, 3] = self.scale * images.sum(dim=(1, 2, 3)) / 10
        return logits


def test_reading():
    model = Sums().train()
    reading = read_digit(model, drawn())
    assert reading.digit == 3 and torch.equal(reading.image, SEVEN)
    assert reading.probabilities.shape == (10,)
    torch.testing.assert_close(reading.probabilities.sum(), torch.tensor(1.0))
    expected = (SEVEN.sum() / 10).exp() / ((SEVEN.sum() / 10).exp() + 9)
    torch.testing.assert_close(reading.probabilities[3], expected)
    assert repr(reading).startswith("reads 3 (")
    assert model.training and not reading.probabilities.requires_grad


def test_the_mode_is_restored_after_an_error():
    model = Sums(classes=4).train()
    with pytest.raises(ValueError, match=r"shape \(1, 4\); expected \(1, 10\)"):
        read_digit(model, drawn())
    assert model.training
