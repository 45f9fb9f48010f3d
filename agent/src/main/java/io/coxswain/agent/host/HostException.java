package io.coxswain.agent.host;

import java.util.List;

/**
 * The machine did not do what was asked of it. Carries a reason for programs and the last lines of
 * the command for people.
 */
public final class HostException extends RuntimeException {
  private final Reason reason;
  private final List<String> tail;

  public HostException(Reason reason, String message) {
    this(reason, message, List.of());
  }

  public HostException(Reason reason, String message, List<String> tail) {
    super(message);
    this.reason = reason;
    this.tail = List.copyOf(tail);
  }

  public Reason reason() {
    return reason;
  }

  /** The last lines that the failing command printed; empty when no command was run. */
  public List<String> tail() {
    return tail;
  }

  /** Why the machine refused, with the action that usually helps. */
  public enum Reason {
    COMMAND_FAILED("read the command's last lines"),
    DEADLINE_EXCEEDED("see what the machine is busy with"),
    PACKAGE_NOT_FOUND("check the machine's package sources"),
    PACKAGE_LOCK_HELD("wait for the other package manager to end, or end it"),
    PACKAGE_FAILED("read the package manager's last lines"),
    DISK_FULL("free space on the machine"),
    PERMISSION_DENIED("run the agent as root"),
    UNIT_FAILED("read the unit's journal"),
    CONFIG_REFUSED("read the daemon's last lines"),
    ACCOUNT_CONFLICT("free the user id or name on the machine"),
    CHECK_FAILED("read the check's lines"),
    BLOCKED("end what blocks it, or ask for it by force"),
    BMC_UNREACHABLE("check its address, its cable and its network"),
    /** For good: asking again cannot help. */
    BMC_REFUSED("read its answer; user, password and certificate: cox machine bmc set"),
    BMC_BROKEN("look at the BMC itself; many need a reset of their own now and then"),
    NOT_OURS("remove it by hand if it should go"),
    HELPER_MISSING("install the package that is named"),
    MOUNT_FAILED("see that the server answers and lets this machine in"),
    MOUNT_STALE("see to its server; or detach the volume, which does not wait for it"),
    IO_ERROR("look at the machine's disks and its kernel log");

    private final String nextAction;

    Reason(String nextAction) {
      this.nextAction = nextAction;
    }

    public String nextAction() {
      return nextAction;
    }
  }
}
