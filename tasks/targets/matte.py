"""The person's matte: 1 where the person is, 0 in the background."""

from tasks.targets.target import MATTES, ImageError, Metric, Target, Text

IOU = Metric("iou", "IoU", 4)
MAE = Metric("mae", "MAE", 4, lower_is_better=True)

TARGET = Target(
    title=Text("The person's matte", "인물 매트"),
    card="mattes of the person (0 background, 1 person) from colour photos",
    output=MATTES,
    metrics=(
        IOU,
        Metric("mean_iou", "mean IoU", 4, "평균 IoU"),
        Metric("boundary_iou", "boundary IoU", 4, "경계 IoU"),
        Metric("dice", "Dice", 4),
        MAE,
        Metric("mse", "MSE", 4, lower_is_better=True),
        Metric("sad", "SAD", 4, lower_is_better=True),
        Metric("gradient_error", "gradient", 4, "그래디언트", lower_is_better=True),
        Metric("connectivity_error", "connectivity", 4, "연결성", lower_is_better=True),
    ),
    headline=IOU,
    error=ImageError(IOU),
    history_metrics=(MAE, IOU),
    measure="tasks.evaluation.metrics.matte:image_metrics",
    about_metrics=Text(
        "Intersection over union (IoU) is the area that the predicted and the true person share, divided by the "
        "area of both together; a pixel belongs to the person where its matte is at least one half. Boundary IoU "
        "is the same for narrow bands along the outlines. SAD, gradient and connectivity are the standard matting "
        "errors (Rhemann et al. 2009), in thousands; lower is better.",
        "IoU는 예측한 인물 영역과 실제 인물 영역이 겹치는 넓이를 두 영역을 합친 넓이로 나눈 값입니다. "
        "매트는 0.5를 기준으로 이진 마스크로 바꾸어 잽니다. 경계 IoU는 윤곽을 따라 좁은 띠에서 잰 IoU입니다. "
        "SAD, 그래디언트, 연결성은 매팅 분야의 표준 오차(Rhemann 외, 2009)이며 단위는 천이고 작을수록 좋습니다.",
    ),
    cutout=True,
)
