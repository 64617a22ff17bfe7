"""Steps (审批步骤): decisions by several different people, level by level, each a fact that stays."""
