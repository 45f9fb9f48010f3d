package io.coxswain.agent.report;

/** A port of an InfiniBand or RoCE adapter: "mlx5_0", 1, "ACTIVE", "InfiniBand", 400. */
public record InfinibandPort(
    String device, int port, String state, String linkLayer, long rateGigabits) {}
