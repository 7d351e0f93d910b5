"""What the report says in Korean that is not in its template; metrics without another name stay as they are."""

from tasks.training.check import Check

KOREAN = {
    "Colour to gray": "컬러를 흑백으로",
    "The person's matte": "사람의 매트",
    "experiment": "실험",
    "parameters": "파라미터",
    "largest error": "최대 오차",
    "right to 8 bits": "8비트까지 맞음",
    "mean IoU": "평균 IoU",
    "boundary IoU": "경계 IoU",
    "gradient": "그래디언트",
    "connectivity": "연결성",
    "training, s": "학습, 초",
    "images/s": "이미지/초",
    "trained in": "학습 정밀도",
}
KINDS = {"best": "가장 잘한 것", "median": "중간", "worst": "가장 못한 것"}
"""What is pictured of each model, and its heading in Korean."""


def korean_explanation(check: Check) -> str:
    """Return in Korean what `tasks.training.explain.explanation` says."""
    train = f"{check.train_loss:.4f}"
    if check.reason == "statistics":
        return (
            "배치 정규화의 이동 통계가 가중치를 따라가지 못했습니다. 이 모델의 학습 이미지 손실은 "
            f"이동 통계를 쓰면 {train}, 배치마다 계산한 통계를 쓰면 {check.train_loss_batch_statistics:.4f}입니다."
        )
    if check.reason == "not learned":
        return (
            f"이 모델은 아직 배우지 못했습니다. 학습 이미지에서도 손실이 {train}이고, 정답의 평균을 그대로 답하면 "
            f"{check.train_loss_of_mean:.4f}입니다."
        )
    if check.reason == "overfitting":
        return (
            f"이 모델은 학습 이미지에만 맞춰졌습니다. 손실이 학습 이미지에서는 {train}, "
            f"테스트 이미지에서는 {check.test_loss:.4f}입니다."
        )
    return ""
