package io.coxswain.agent.bmc;

import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A machine's baseboard management controller. Every call ends within a minute or so, and throws
 * {@link HostException}: {@link Reason#BMC_REFUSED} where asking again cannot help, {@link
 * Reason#BMC_UNREACHABLE} and {@link Reason#BMC_BROKEN} where it may.
 */
public sealed interface Bmc extends AutoCloseable permits IpmiBmc, RedfishBmc, WakeOnLan {
  Power power();

  void switchOn();

  /** Asks the operating system to shut down; does not wait for it. */
  void shutDown();

  /** Cuts the power; whatever runs there is lost. */
  void cutOff();

  @Override
  void close();

  /** Opens nothing yet: the first call does. */
  static Bmc of(Access access, Host host, Consumer<Duration> pause) {
    return switch (access.protocol()) {
      case IPMI -> new IpmiBmc(access, host.commands());
      case REDFISH -> new RedfishBmc(access, host.files(), pause);
      case WOL -> new WakeOnLan(access);
    };
  }

  /** One that says why in the words of its machine. */
  static HostException failure(Reason reason, Access access, String why) {
    return new HostException(
        reason, access.machine() + ": its BMC (" + access.words() + ") " + why);
  }
}
