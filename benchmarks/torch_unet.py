"""The article's U-Net in PyTorch, channels last, as fast as it goes; `benchmarks.training` runs it."""

import time

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn


class Convolutions(nn.Sequential):
    """Two convolutions, each with batch normalization (Keras' momentum and epsilon) and ReLU."""

    def __init__(self, incoming: int, channels: int) -> None:
        layers: list[nn.Module] = []
        for count in (incoming, channels):
            normalization = nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)
            layers += [nn.Conv2d(count, channels, 3, padding=1), normalization, nn.ReLU(inplace=True)]
        super().__init__(*layers)


class UNet(nn.Module):
    """The article's U-Net: images (N, 3, 100, 75) to (N, 1, 100, 75)."""

    def __init__(self) -> None:
        super().__init__()
        sizes = (16, 32, 64, 128, 256)
        self.down = nn.ModuleList([Convolutions(*pair) for pair in zip((3, *sizes), sizes, strict=False)])
        self.pool = nn.Sequential(nn.MaxPool2d(2), nn.Dropout(0.1))
        paddings = ((0, 1), (1, 0), (0, 1), (0, 1))
        levels = list(zip(sizes[:0:-1], sizes[-2::-1], paddings, strict=True))
        self.grow = nn.ModuleList(
            [
                nn.ConvTranspose2d(below, here, 2, stride=2, output_padding=padding)
                for below, here, padding in levels
            ]
        )
        self.drop = nn.Dropout(0.1)
        self.up = nn.ModuleList([Convolutions(2 * here, here) for _, here, _ in levels])
        self.last = nn.Conv2d(16, 1, 1)

    def forward(self, images: Tensor) -> Tensor:
        """Return the predictions."""
        skips: list[Tensor] = []
        x = images
        for level, convolutions in enumerate(self.down):
            x = convolutions(self.pool(x) if level else x)
            skips.append(x)
        skips.pop()
        for grow, convolutions in zip(self.grow, self.up, strict=True):
            x = convolutions(self.drop(torch.cat([grow(x), skips.pop()], dim=1)))
        return torch.sigmoid(self.last(x).float())


def images_per_second(
    images: NDArray[np.float32], gray: NDArray[np.float32], epochs: int, bfloat16: bool, device: str = "cpu"
) -> float:
    """Train for some epochs in batches of 32; return the speed of all but the first."""
    torch.manual_seed(0)
    network = UNet().to(device, memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(network.parameters(), eps=1e-7)
    last = torch.channels_last
    data = [
        torch.from_numpy(values).permute(0, 3, 1, 2).contiguous(memory_format=last) for values in (images, gray)
    ]
    started = time.perf_counter()
    for epoch in range(epochs):
        if epoch == 1:
            started = time.perf_counter()
        for rows in torch.randperm(len(images)).split(32):
            batch, wanted = (values[rows].contiguous(memory_format=last).to(device) for values in data)
            optimizer.zero_grad(set_to_none=True)
            with torch.autocast(device, torch.bfloat16, enabled=bfloat16):
                predicted = network(batch)
            loss = (predicted - wanted).abs().mean()
            loss.backward()
            optimizer.step()
    loss.item()
    return (epochs - 1) * len(images) / (time.perf_counter() - started)
