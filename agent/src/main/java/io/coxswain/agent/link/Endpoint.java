package io.coxswain.agent.link;

/** Where the controller listens. */
public record Endpoint(String host, int port) {
  public static Endpoint parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon > 0) {
      String host = text.substring(0, colon);
      String port = text.substring(colon + 1);
      int number = port.matches("[0-9]{1,5}") ? Integer.parseInt(port) : 0;
      if (number > 0 && number < 65_536) {
        return new Endpoint(host.replaceAll("^\\[|\\]$", ""), number);
      }
    }
    throw new IllegalArgumentException("controller: '" + text + "' (expected: host:port)");
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
