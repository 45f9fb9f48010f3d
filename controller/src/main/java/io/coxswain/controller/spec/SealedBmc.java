package io.coxswain.controller.spec;

/**
 * A machine's management controller with its password as it is stored.
 *
 * @param machineId whose it is; the box opens for no other
 * @param keyId names the key that sealed it
 * @param box the sealed password; empty where there is none
 */
public record SealedBmc(String machineId, Bmc bmc, String keyId, Secret box) {}
