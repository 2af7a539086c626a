"""Examples in the schema, as the API answers them; serializers carry them.

Names, keys and numbers are invented, apart from those of Ishøj's programme.
"""
