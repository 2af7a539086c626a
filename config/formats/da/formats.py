"""Danish date formats, where Django's are others: "1. nov. 2025"."""

SHORT_DATE_FORMAT = "j. N Y"
