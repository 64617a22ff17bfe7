"""The people of logistics (后勤人员)."""
