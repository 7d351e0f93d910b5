"""Headings of the report in Korean; metrics that have no other name are left as they are."""

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
