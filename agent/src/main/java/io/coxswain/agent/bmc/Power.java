package io.coxswain.agent.bmc;

/** What a machine's power is, as its management controller says. */
public enum Power {
  ON,
  OFF,
  /** On its way from one to the other, or paused. */
  CHANGING,
  /** Nothing reads it back: Wake-on-LAN only calls. */
  UNKNOWN
}
