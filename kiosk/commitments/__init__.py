"""Service commitments (服务承诺): what a counter promises in public, and whether it was kept."""
