package io.coxswain.agent.report;

/**
 * Which machine this is.
 *
 * @param systemUuid SMBIOS system UUID, lower case; empty where the firmware gives none
 * @param boardSerial serial of the main board, else of the chassis' product; empty where the
 *     firmware gives none
 * @param bootId changes with every boot
 */
public record MachineIdentity(
    String hostName, String systemUuid, String boardSerial, String bootId, String agentVersion) {}
