package io.coxswain.agent.host;

/** Who this machine says it is. */
public interface Identity {
  /** The kernel's host name. */
  String hostName();

  /** Sets it now and for the next boot. */
  void setHostName(String name);

  /** Changes with every boot. */
  String bootId();
}
