"""The REST API under `/api/v1/`: rollout status, and what moves it on."""
