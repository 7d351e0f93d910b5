"""The gray version of a photo."""

from tasks.targets.target import ImageError, Metric, StageArray, Target, Text

MAE = Metric("mae", "MAE", 6, lower_is_better=True)
PSNR = Metric("psnr", "PSNR", 2, unit="dB")

TARGET = Target(
    title=Text("Colour to gray", "컬러를 그레이스케일(흑백)로"),
    card="gray pictures (0 black, 1 white) from colour photos, as `skimage.color.rgb2gray` computes them",
    output=StageArray("tasks.gray.task:GrayTargets", "gray_images"),
    metrics=(
        MAE,
        Metric("rmse", "RMSE", 6, lower_is_better=True, is_mean=False),
        Metric("max_error", "largest error", 4, "최대 오차", lower_is_better=True, is_mean=False),
        PSNR,
        Metric("ssim", "SSIM", 5),
        Metric("exact_8_bit", "exact in 8 bits", 1, "8비트 값 일치", percent=True),
    ),
    headline=PSNR,
    error=ImageError(MAE),
    history_metrics=(MAE, PSNR),
    measure="tasks.evaluation.metrics.gray:image_metrics",
    combine="tasks.evaluation.metrics.gray:overall_metrics",
    baselines={"gray-rec601": "tasks.evaluation.baselines:rec_601_gray"},
)
