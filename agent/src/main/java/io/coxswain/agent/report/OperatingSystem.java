package io.coxswain.agent.report;

/**
 * ID and VERSION_ID of os-release ("debian", "12"), release and machine of uname ("6.1.0-28-amd64",
 * "x86_64").
 */
public record OperatingSystem(String id, String version, String kernel, String architecture) {}
