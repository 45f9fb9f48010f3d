package io.coxswain.agent.bmc;

import io.coxswain.agent.host.Commands;
import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.Output;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * IPMI 2.0 over the network, by {@code ipmitool}. The password is in the program's environment
 * alone, which only root can read, and never in its arguments.
 */
final class IpmiBmc implements Bmc {
  // Four tries of two seconds each, twice: once for the session, once for what is asked in it.
  private static final Duration DEADLINE = Duration.ofSeconds(45);
  private static final String SECONDS_A_TRY = "2";
  private static final String MORE_TRIES = "3";

  // SHA-256 first, then SHA-1, which is all that older ones know. Left to itself ipmitool asks for
  // the list, and waits ten seconds for those that have no answer to that.
  private static final List<String> SUITES = List.of("17", "3");

  private static final String OTHER_SUITE = "Error in open session response";
  // What it prints when the other end answered, and not with a yes.
  private static final List<String> REFUSALS =
      List.of(
          "RAKP 2 HMAC is invalid",
          "unauthorized name",
          "RAKP 2 message indicates an error",
          "RAKP 4 message",
          "insufficient privilege",
          "password is longer than",
          "username is longer than",
          "Invalid user name");

  private final Access access;
  private final Commands commands;
  private int suite;

  IpmiBmc(Access access, Commands commands) {
    this.access = access;
    this.commands = commands;
  }

  @Override
  public Power power() {
    String told = ask("status");
    if (told.contains("Chassis Power is on")) {
      return Power.ON;
    }
    if (told.contains("Chassis Power is off")) {
      return Power.OFF;
    }
    throw Bmc.failure(
        Reason.BMC_BROKEN,
        access,
        "was not understood: '"
            + Output.tail(told, "").stream().reduce((one, other) -> other).orElse("")
            + "' (expected: Chassis Power is on, or off)");
  }

  @Override
  public void switchOn() {
    ask("on");
  }

  @Override
  public void shutDown() {
    ask("soft");
  }

  @Override
  public void cutOff() {
    ask("off");
  }

  @Override
  public void close() {
    // Every call is a session of its own.
  }

  private String ask(String what) {
    Result result = run(what);
    while (!result.isSuccess() && result.err().contains(OTHER_SUITE) && suite < SUITES.size() - 1) {
      suite++;
      result = run(what);
    }
    if (!result.isSuccess()) {
      throw explained(what, result);
    }
    return result.out();
  }

  private Result run(String what) {
    if (commands.find("ipmitool").isEmpty()) {
      throw Bmc.failure(
          Reason.BMC_REFUSED,
          access,
          "cannot be asked: no ipmitool on this jumphost (apt install ipmitool)");
    }
    List<String> argv =
        new ArrayList<>(
            List.of("ipmitool", "-I", "lanplus", "-H", access.host(), "-p", "" + access.port()));
    argv.addAll(List.of("-U", access.user(), "-E", "-C", SUITES.get(suite)));
    // Without -v a wrong password and a cable that is out read the same.
    argv.addAll(List.of("-N", SECONDS_A_TRY, "-R", MORE_TRIES, "-v", "chassis", "power", what));
    return commands.run(
        new Command(
            argv, DEADLINE, Map.of("IPMI_PASSWORD", access.password().text()), Optional.empty()));
  }

  private HostException explained(String what, Result result) {
    String told = result.out() + "\n" + result.err();
    boolean isRefused = REFUSALS.stream().anyMatch(told::contains);
    if (isRefused) {
      return Bmc.failure(
          Reason.BMC_REFUSED, access, "refused user '" + access.user() + "' or the password");
    }
    if (told.contains("Address lookup for")) {
      return Bmc.failure(Reason.BMC_UNREACHABLE, access, "has a name that no name server knows");
    }
    if (told.contains("does not support IPMI v2")) {
      // Not for good: one that is busy with its machine was heard to say so, too.
      return Bmc.failure(Reason.BMC_BROKEN, access, "speaks no IPMI 2.0 (expected: 2.0)");
    }
    if (told.contains("Unable to establish") && !told.contains("open session response")) {
      return Bmc.failure(
          Reason.BMC_UNREACHABLE,
          access,
          "does not answer (expected: IPMI over LAN switched on there, UDP port "
              + access.port()
              + " reachable)");
    }
    return new HostException(
        Reason.BMC_BROKEN,
        access.machine()
            + ": its BMC ("
            + access.words()
            + ") did not do 'chassis power "
            + what
            + "'",
        Output.tail(result));
  }
}
