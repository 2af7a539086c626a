"""Date formats where Django's own are not what readers in Denmark expect."""
