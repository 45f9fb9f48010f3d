package io.coxswain.agent.bmc;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.FakeHost;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An {@code ipmitool} that answers as version 1.8.19 did at a real {@code ipmi_sim}, with one
 * machine behind it.
 */
public final class IpmiRack {
  public static final String PASSWORD = "hunter2-hunter2";

  private final List<String> did = new ArrayList<>();
  private String power = "on";
  private boolean isDeaf;
  private String failure = "";
  private int failures;

  public IpmiRack(FakeHost host) {
    host.commands().install("ipmitool");
    host.commands().on("ipmitool", this::run);
  }

  public static Access access() {
    return access(PASSWORD);
  }

  static Access access(String password) {
    return new Access(
        Access.Protocol.IPMI,
        "gpu07",
        "10.9.0.7",
        623,
        "cox",
        Password.of(password.getBytes(StandardCharsets.UTF_8)),
        "",
        "",
        false,
        "");
  }

  /** What it was asked to do, readings left out. */
  public List<String> did() {
    return List.copyOf(did);
  }

  public String power() {
    return power;
  }

  public void power(String state) {
    power = state;
  }

  /** Its operating system does not hear the button. */
  public void deaf() {
    isDeaf = true;
  }

  /** The next calls end as the captured text of that name. */
  public void failing(String captured, int times) {
    failure = captured;
    failures = times;
  }

  private Result run(Command command) {
    List<String> argv = command.argv();
    if (failures > 0) {
      failures--;
      return result(failure, 1);
    }
    // ipmi_sim knows no SHA-256, as older ones do not.
    if (argv.get(argv.indexOf("-C") + 1).equals("17")) {
      return result("other-suite", 1);
    }
    if (!PASSWORD.equals(command.environment().get("IPMI_PASSWORD"))) {
      return result("wrong-password", 1);
    }
    String what = argv.getLast();
    if (what.equals("status")) {
      return result("status-" + power, 0);
    }
    did.add(what);
    power = what.equals("on") ? "on" : what.equals("soft") && isDeaf ? power : "off";
    return result(what, 0);
  }

  private static Result result(String name, int status) {
    return new Result(status, captured(name + ".out"), captured(name + ".err"));
  }

  private static String captured(String file) {
    String path = "/captured/ipmitool-1.8.19/" + file;
    try (InputStream in = IpmiRack.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException(path + ": not there");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
