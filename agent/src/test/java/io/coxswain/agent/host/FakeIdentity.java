package io.coxswain.agent.host;

/** A name and a boot in memory. */
final class FakeIdentity implements Identity {
  private final Effects effects;
  private final FakeFiles files;
  private String hostName;
  private int boot = 1;

  FakeIdentity(Effects effects, FakeFiles files, String hostName) {
    this.effects = effects;
    this.files = files;
    this.hostName = hostName;
    files.put("/etc/hostname", hostName + "\n");
  }

  void reboot() {
    boot++;
    hostName = files.text("/etc/hostname").strip();
  }

  @Override
  public String hostName() {
    return hostName;
  }

  @Override
  public void setHostName(String name) {
    files.put("/etc/hostname", name + "\n");
    effects.around("set host name " + name, () -> hostName = name);
  }

  @Override
  public String bootId() {
    return "boot-" + boot;
  }
}
