package io.coxswain.agent.report;

/** Processors of the whole machine; cores and threads are totals over all sockets. */
public record Cpu(String model, int sockets, int cores, int threads) {}
