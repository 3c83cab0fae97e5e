"""The papers of hazards: rectification order (整改通知单), ledger (隐患台账), notice-board sheet (公示栏)."""

from hazards.papers.found import found_paper
from hazards.papers.ledger import ledger_paper
from hazards.papers.notice import notice_paper
from hazards.papers.order import order_paper

__all__ = ["found_paper", "ledger_paper", "notice_paper", "order_paper"]
