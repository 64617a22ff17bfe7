"""What must not wait until somebody looks: sent by mail and by the robots of groups, from an outbox."""
