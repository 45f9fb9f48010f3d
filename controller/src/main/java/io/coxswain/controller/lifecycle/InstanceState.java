package io.coxswain.controller.lifecycle;

/** Where an instance stands. */
public enum InstanceState {
  /** Waits for a machine. */
  PENDING("waits for a machine"),
  /** Has a machine, whose host name, packages and users are being made. */
  PROVISIONING("its machine gets host name, packages and users"),
  /** Slurm and what belongs to it are being set up and proven. */
  CONFIGURING("Slurm is being set up and proven"),
  /** Its container image is being brought to the machine. */
  CONTAINER_CREATING("its image is being loaded"),
  /** Proven with a real job; ready for users' jobs. */
  RUNNING("ready for jobs"),
  /** Shut down, still leased; can be started again. */
  STOPPED("shut down, still leased"),
  /** Its machine is being cleaned. */
  DESTROYING("its machine is being cleaned"),
  /** Gone; the machine was proven clean and given back. For ever. */
  DESTROYED("gone"),
  /** Something did not work; {@code cox why} tells what. Can be retried or destroyed. */
  FAILED("failed; can be retried or destroyed");

  private final String meaning;

  InstanceState(String meaning) {
    this.meaning = meaning;
  }

  public String meaning() {
    return meaning;
  }

  /** Whether something must still happen without anybody asking again. */
  public boolean isTransient() {
    return switch (this) {
      case PENDING, PROVISIONING, CONFIGURING, CONTAINER_CREATING, DESTROYING -> true;
      case RUNNING, STOPPED, DESTROYED, FAILED -> false;
    };
  }
}
